"""`python -m tests.servers up|down FOLDER [NAME ...]`: start or stop the real servers the tests can use.

`up` installs what is missing, starts each server below FOLDER and prints `export NAME=value` lines
(kept in FOLDER/servers.env); `down` stops them all. Progress goes to standard error.
"""

from __future__ import annotations

import importlib
import shlex
import sys
from pathlib import Path

NAMES: tuple[str, ...] = ("postgresql", "versitygw", "radosgw", "elasticsearch", "opensearch")
"""Modules beside this one: `start(folder) -> {variable: value}` installs, starts and waits; `stop(folder)`."""


def up(folder: Path, names: tuple[str, ...]) -> None:
    """Start the servers; what one of them exports is kept, so that `down` and other shells find it."""
    lines = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        exports = importlib.import_module(f"tests.servers.{name}").start(folder / name)
        lines += [f"export {variable}={shlex.quote(value)}" for variable, value in exports.items()]
    (folder / "servers.env").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


def down(folder: Path, names: tuple[str, ...]) -> None:
    """Stop the servers; one that does not run is fine."""
    for name in names:
        importlib.import_module(f"tests.servers.{name}").stop(folder / name)


if __name__ == "__main__":
    verb, where, *chosen = sys.argv[1:]
    folder = Path(where).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    {"up": up, "down": down}[verb](folder, tuple(chosen) or NAMES)
