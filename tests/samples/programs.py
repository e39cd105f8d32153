"""Stand-ins for optional programs: what a broken, slow or greedy one does. Real ones are used where they are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def install_only(monkeypatch: pytest.MonkeyPatch, folder: Path, **programs: str) -> None:
    """Make a PATH on which exactly these programs stand, each a shell script."""
    folder.mkdir(exist_ok=True)
    for name, script in programs.items():
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    assert os.environ["PATH"] == str(folder)
