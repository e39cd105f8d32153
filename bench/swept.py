"""The rights of tests/rights swept as figures, and calls drawn from the API's own description."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from werkzeug.test import TestResponse

from bench.machine import say
from repo_service.app import create_app
from repo_service.worker import drain
from tests.conftest import Installed, install_into, settings_for
from tests.rights.asking import MISSING, call, is_let_in
from tests.rights.people import USERNAMES
from tests.rights.stage import Stage, leaks, private_words, set_up
from tests.rights.table import ELSEWHERE, MOVES, ROUTES
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
    """What a sweep met: private words shown to others, shown to those who may, routes that answered."""

    leaks: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)

    @property
    def found(self) -> int:
        """Private words found by those who may read them, counted once a role."""
        return len(self.seen)

    @property
    def reached_share(self) -> float:
        """Share of all routes that did what they are for at least once, whoever asked."""
        return len(self.reached) / len(set(ROUTES) | set(ELSEWHERE))


def sweep(folder: Path, each: int) -> Swept:
    """Ask every route as every role for every `each`-th thing; what requests write stays, as in real life."""
    swept = Swept()
    with _stage(folder) as stage:
        asked = [*ROUTES, *(f"POST /api/resources/<resource_id>/{move}" for move in MOVES)]
        say(f"{len(asked)} routes, {len(USERNAMES)} roles")
        for route in sorted(asked, key=lambda each: each.startswith(("POST", "DELETE"))):
            for target in _targets(stage, route)[::each]:
                for role in USERNAMES:
                    _note(swept, stage, role, route, call(stage, role, route, target.ids))
    return swept


def _targets(stage: Stage, route: str) -> list[Target]:
    line = ROUTES.get(route, ("work", "read"))
    return [Target("", {}, {})] if isinstance(line, frozenset) else stage.world.targets[line[0]]


def _note(swept: Swept, stage: Stage, role: str, route: str, answer: TestResponse) -> None:
    swept.leaks += leaks(stage, role, answer)
    swept.seen |= {(role, word) for word in private_words(stage, answer)}
    if answer.status_code < 400 and is_let_in(answer):
        swept.reached.add(route)


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
