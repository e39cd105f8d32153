"""The world and a cookie per role, made once; what a request writes is undone, so that all of them meet the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from repo_service.core import db as transactions
from repo_service.core.db import KhoFlask
from repo_service.worker import drain
from tests.conftest import Installed
from tests.rights.stage import Stage, set_up


@pytest.fixture(scope="package")
def stage(built_app: KhoFlask, installed: Installed) -> Iterator[Stage]:
    """The world, its people and its application, with all background work done."""
    folder = Path(tempfile.mkdtemp())
    with set_up(built_app, installed, folder) as made:
        drain(built_app.database)
        yield made


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests answer as ever, but nothing they wrote is kept."""
    monkeypatch.setattr(transactions, "commit", lambda session: session.flush())
