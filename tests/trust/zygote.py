"""A process that holds the built application and forks: a child starts in milliseconds, and may be killed anywhere.

`python -m tests.trust.zygote` reads one JSON object a line: {"run": "module:function", "folder", "arguments", "kill"}
begins a child, {"wait": pid} waits for its end. `Zygote` is the side that asks.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage_adapters import crashpoints

MOMENTS = ("there", "before the commit", "after the commit")


@dataclass(frozen=True)
class Ended:
    """How a child ended: by SIGKILL, `at` the armed place or wherever it was, or with what its function returned."""

    killed: bool
    returned: Any = None
    at: tuple[str, str] | None = None


class Zygote:
    """The asking side. Not for several threads."""

    def __init__(self, installation: Path) -> None:
        """`installation` is copied and walked through once, so that children find everything read and compiled."""
        self._folder = tempfile.TemporaryDirectory(prefix="kho-zygote-")
        warm = Path(self._folder.name) / "warm"
        shutil.copytree(installation, warm)
        command = [sys.executable, "-m", "tests.trust.zygote", str(warm)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._children: dict[int, Path] = {}
        assert self._answer() == "ready"

    def begin(self, work: str, folder: Path, *arguments: Any, kill: tuple[str, str] | None = None) -> int:
        """Fork a child that calls `work` ("module:function") with the folder's application; its process id."""
        ending = Path(self._folder.name) / f"ended-{os.urandom(8).hex()}"
        asked = {
            "run": work,
            "folder": str(folder),
            "arguments": arguments,
            "kill": kill,
            "ending": str(ending),
        }
        pid = int(self._ask(asked))
        self._children[pid] = ending
        return pid

    def wait(self, pid: int) -> Ended:
        """Wait for the child's end; AssertionError with its traceback when it failed."""
        status, ending = int(self._ask({"wait": pid})), self._children.pop(pid)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL, status
            return Ended(killed=True, at=tuple(json.loads(ending.read_text())) if ending.exists() else None)
        told = json.loads(ending.read_text())
        ending.unlink()
        if "failed" in told:
            raise AssertionError(told["failed"])
        return Ended(False, told["returned"])

    def run(self, work: str, folder: Path, *arguments: Any, kill: tuple[str, str] | None = None) -> Ended:
        """Both."""
        return self.wait(self.begin(work, folder, *arguments, kill=kill))

    def close(self) -> None:
        """End it; children that still live are the caller's."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        self._folder.cleanup()

    def _ask(self, asked: dict[str, Any]) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the zygote has ended"
        return json.loads(line)


class Death:
    """Ends the process at the named place: there, or at the next commit after it was passed."""

    def __init__(self, name: str, moment: str, ending: str) -> None:
        self._name, self._commit = name, moment.replace(" the commit", "")
        self._passed, self._ending, self._told = False, Path(ending), [name, moment]
        self._alone = threading.Lock()

    def __call__(self, name: str) -> None:
        """A place was passed."""
        here = name == self._name
        if (here and self._commit == "there") or (self._passed and name == f"commit.{self._commit}"):
            with self._alone:  # a second thread that dies here would empty the draft
                draft = self._ending.with_suffix(".draft")
                draft.write_text(json.dumps(self._told))
                draft.replace(self._ending)  # whole or not at all: somebody else may kill us meanwhile
                os.kill(os.getpid(), signal.SIGKILL)
        self._passed = self._passed or here


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    app = _warmed(Path(sys.argv[1]))
    print(json.dumps("ready"), file=answers, flush=True)
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            answer = os.waitpid(asked["wait"], 0)[1]
        else:
            answer = os.fork()
            if answer == 0:
                answers.close()
                crashpoints.arm(Death(*asked["kill"], asked["ending"]) if asked["kill"] else None)
                _be_child(app, asked)
        print(json.dumps(answer), file=answers, flush=True)


def _warmed(folder: Path) -> Any:
    """The application after a whole journey; no connection, no thread and no index is open any more."""
    from repo_service.app import create_app
    from repo_service.core import backends
    from tests.trust import journey, world

    app = create_app(world.settings_of(folder))
    world.enter(app, folder)
    site = journey.Site(app, folder, {})
    for step in journey.STEPS.values():
        step(site)
    backends.close()
    app.database.engine.dispose()
    return app


def _be_child(app: Any, asked: dict[str, Any]) -> None:
    from tests.trust import world

    try:
        module, _, name = asked["run"].partition(":")
        folder = Path(asked["folder"])
        world.enter(app, folder)
        told = {"returned": getattr(importlib.import_module(module), name)(app, folder, *asked["arguments"])}
    except BaseException:  # noqa: BLE001 - told to the asking side
        told = {"failed": traceback.format_exc()}
    Path(asked["ending"]).write_text(json.dumps(told))
    os._exit(0)


if __name__ == "__main__":
    _serve()
