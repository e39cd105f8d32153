"""The rights of tests/rights swept as figures, and calls drawn from the API's own description."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from werkzeug.test import TestResponse

from bench.machine import say
from repo_service.app import create_app, warm_up
from repo_service.worker import drain
from tests.conftest import Installed, install_into, settings_for
from tests.rights.asking import MISSING, call, is_let_in
from tests.rights.people import USERNAMES
from tests.rights.stage import Stage, leaks, private_words, set_up
from tests.rights.table import ROUTES
from tests.rights.world import Target

_ODD = (
    None,
    "",
    "x" * 5000,
    "\x00",
    -1,
    10**30,
    [],
    {},
    True,
    "../..",
    "<script>",
    ["toan"] * 500,
    "2026-13-45",
)
_FIELDS = (
    "title", "type", "grades", "subjects", "files", "links", "visibility", "reason", "decision", "note", "text", "name",
    "filename", "size", "parts", "resource", "cluster", "school_year", "email", "due_on",
)  # fmt: skip


@dataclass
class Swept:
    """What a sweep met: private words shown to others, shown to those who may, routes that did what they are for."""

    leaks: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    unseen: list[str] = field(default_factory=list)
    """Where the private words stand that nobody was shown."""

    @property
    def found(self) -> int:
        """Private words found by those who may read them, counted once a role."""
        return len(self.seen)

    @property
    def reached_share(self) -> float:
        """Share of all routes that did what they are for at least once, whoever asked."""
        return len(self.reached) / len(ROUTES)

    @property
    def unreached(self) -> list[str]:
        """Routes that nobody got to do anything."""
        return sorted(set(ROUTES) - self.reached)


def sweep(folder: Path, each: int) -> Swept:
    """Ask every route as every role for every `each`-th thing; each request is committed and meets the same world."""
    swept = Swept()
    with _stage(folder) as stage:
        kept = _Kept(stage, folder)
        say(f"{len(ROUTES)} routes, {len(USERNAMES)} roles")
        for route in ROUTES:
            for target, role in itertools.product(_targets(stage, route)[::each], USERNAMES):
                _note(swept, kept, role, route, call(stage, role, route, target.ids))
                if kept.is_written():
                    kept.restore()
        seen = {word for _role, word in swept.seen}
        swept.unseen = [where for word, (where, _) in stage.world.canaries.items() if word not in seen]
    return swept


class _Kept:
    """The database of the stage as it was at first: after a request that wrote it is put back."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage, self.file, self.copy = stage, folder / "used" / "kho.db", folder / "as-it-was.db"
        self.log = self.file.with_name("kho.db-wal")
        with stage.app.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        stage.app.database.engine.dispose()
        shutil.copyfile(self.file, self.copy)
        self.state = self._state()

    def is_written(self) -> bool:
        """Whether anything was committed since it was put back."""
        return self._state() != self.state

    def restore(self) -> None:
        """Put it back, and forget what the process remembers of it."""
        self.stage.app.database.engine.dispose()
        for each in (self.log, self.file.with_name("kho.db-shm")):
            each.unlink(missing_ok=True)
        shutil.copyfile(self.copy, self.file)
        warm_up(self.stage.app)
        self.state = self._state()

    def _state(self) -> tuple[int, ...]:
        """When and how far the database was written; a transaction that wrote nothing leaves it alone."""
        found = (path.stat() for path in (self.file, self.log) if path.exists())
        return tuple(number for each in found for number in (each.st_mtime_ns, each.st_size) if each.st_size)


def _targets(stage: Stage, route: str) -> list[Target]:
    line = ROUTES[route]
    return [Target("", {}, {})] if isinstance(line, frozenset) else stage.world.targets[line[0]]


def _note(swept: Swept, kept: _Kept, role: str, route: str, answer: TestResponse) -> None:
    swept.leaks += leaks(kept.stage, role, answer)
    swept.seen |= {(role, word) for word in private_words(kept.stage, answer)}
    if route not in swept.reached and is_let_in(answer) and _did(kept, role, route, answer):
        swept.reached.add(route)


def _did(kept: _Kept, role: str, route: str, answer: TestResponse) -> bool:
    """Whether it did what it is for: 2xx; or, after a form that wrote or a link that leads on, 2xx where it leads."""
    if answer.status_code in (302, 303) and (route.startswith("GET ") or kept.is_written()):
        onward = answer.headers["Location"]
        if urlsplit(onward).netloc not in ("", urlsplit(answer.request.url).netloc):
            with urlopen(onward) as elsewhere:  # the provider of identities on loopback
                return bool(elsewhere.status < 300)
        told = "; ".join(each.split(";")[0] for each in answer.headers.getlist("Set-Cookie"))
        answer = kept.stage.open(role, onward, headers={"Cookie": told} if told else {})
    return answer.status_code < 300


def random_calls(folder: Path, count: int, seed: int) -> list[str]:
    """`count` calls of the described API with odd values, as anybody; those that were answered 5xx."""
    chance, broken = random.Random(seed), []
    with _stage(folder) as stage:
        described = stage.open("guest", "/api/openapi.json").get_json()["paths"]
        calls = [
            (path, way.upper()) for path, ways in described.items() for way in ways if way != "parameters"
        ]
        say(f"{count} calls of {len(calls)} operations, seed {seed}")
        known = [value for kind in stage.world.targets.values() for one in kind for value in one.ids.values()]
        for _ in range(count):
            path, method = chance.choice(calls)
            while "{" in path:
                start, end = path.index("{"), path.index("}")
                path = (
                    path[:start]
                    + chance.choice((*known, MISSING, "..", "%00", "đ", "x" * 300))
                    + path[end + 1 :]
                )
            body = (
                {name: chance.choice(_ODD) for name in chance.sample(_FIELDS, 4)}
                if method[0] == "P"
                else None
            )
            headers = {"If-Match": chance.choice(['"1"', "*", "x"])} if chance.random() < 0.5 else {}
            answer = stage.open(
                chance.choice(list(USERNAMES)), path, method=method, json=body, headers=headers
            )
            if answer.status_code >= 500:
                broken.append(f"{method} {path} {body}: {answer.status_code}")
                say(broken[-1])
    return broken


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    installed, used = folder / "installed", folder / "used"
    for each in (installed, used):
        each.mkdir()
    cast = install_into(installed)
    app = create_app(settings_for(installed))
    app.database.engine.dispose()
    with set_up(app, Installed(installed, cast), used) as stage:
        drain(app.database)
        yield stage
