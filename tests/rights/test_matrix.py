"""Roles x routes x states: every route is called by everybody on everything, and table.py says what must come of it.

No answer shows a private word to a role that may not read it, whatever the route.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from repo_service.core.db import KhoFlask
from tests.rights.asking import call, is_let_in, of_nothing, told
from tests.rights.bodies import BODIES, QUERIES
from tests.rights.people import NOBODY, USERNAMES, Roles
from tests.rights.stage import Stage, leaks
from tests.rights.table import ROUTES
from tests.rights.world import Target

pytestmark = pytest.mark.xdist_group("rights")

EVERY_CELL = bool(os.environ.get("KHO_TRUST"))


def test_every_route_has_its_line(built_app: KhoFlask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in built_app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    known = set(ROUTES)
    assert not routes - known, f"say in a table of tests/rights who may call {sorted(routes - known)}"
    assert not known - routes, (
        f"these are gone; take them out of their table in tests/rights: {sorted(known - routes)}"
    )


def test_every_change_has_its_words() -> None:
    changes = {route for route in ROUTES if not route.startswith("GET ")}
    silent, gone = sorted(changes - set(BODIES)), sorted((set(BODIES) | set(QUERIES)) - set(ROUTES))
    assert not silent, f"say in tests/rights/bodies.py what these send, or NOTHING: {silent}"
    assert not gone, f"these are gone; take them out of tests/rights/bodies.py: {gone}"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.usefixtures("unwritten")
def test_who_may_call_it(stage: Stage, route: str) -> None:
    line = ROUTES[route]
    if isinstance(line, frozenset):
        wrong = [*_wrong(stage, route, Target("", {}, {"": line}), line)]
    else:
        kind, action = line
        wrong = [
            each
            for target in _some(stage.world.targets[kind], route)
            for each in _wrong(stage, route, target, target.may[action])
        ]
    assert not wrong, "\n".join(wrong)


def _some(targets: list[Target], route: str) -> list[Target]:
    """Two of many states, others for each route, so that all of them are met; all of them in `make trust`."""
    step = 1 if EVERY_CELL else max(1, len(targets) // 2)
    return targets[sum(route.encode()) % step :: step]


def _askers(route: str, target: Target) -> list[str]:
    """Every second role, the others at the next route or target; all of them in `make trust`."""
    roles = list(USERNAMES)
    return roles if EVERY_CELL else roles[sum(f"{route}{target.name}".encode()) % 2 :: 2]


def _wrong(stage: Stage, route: str, target: Target, allowed: Roles) -> Iterator[str]:
    """A sentence for every role that is let in and must not be, or the other way round."""
    for role in _askers(route, target):
        answer = call(stage, role, route, target.ids)
        yield from leaks(stage, role, answer)
        if answer.status_code >= 500:
            yield f"{route} breaks for {role} on {target.name or 'it'}: {answer.status_code}"
        elif is_let_in(answer) != (role in allowed):
            may = "may" if role in allowed else "may not"
            yield f"{role} {may} {route} on {target.name or 'it'}, and got {answer.status_code}"
        elif target.ids and role not in allowed | target.may.get("read", NOBODY):
            differs = told(answer, target.ids) != of_nothing(stage, role, route, target)
            yield from (
                [f"{role} can tell {route} on {target.name} from what does not exist"] if differs else []
            )
