"""Roles x routes x states: every route is called by everybody on everything, and table.py says what must come of it.

No answer shows a private word to a role that may not read it, whatever the route.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from repo_service.core.db import KhoFlask
from tests.rights.asking import call, is_let_in, of_nothing, told
from tests.rights.people import NOBODY, USERNAMES, Roles
from tests.rights.stage import Stage, leaks
from tests.rights.table import ELSEWHERE, MOVES, ROUTES
from tests.rights.world import Target

pytestmark = pytest.mark.xdist_group("rights")

EACH = 1 if os.environ.get("KHO_TRUST") else 15


def test_every_route_has_its_line(built_app: KhoFlask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in built_app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    known = set(ROUTES) | set(ELSEWHERE)
    assert not routes - known, f"say in a table of tests/rights who may call {sorted(routes - known)}"
    assert not known - routes, (
        f"these are gone; take them out of tests/rights/table.py: {sorted(known - routes)}"
    )


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


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.usefixtures("unwritten")
def test_who_may_move_a_work(stage: Stage, move: str) -> None:
    route = f"POST /api/resources/<resource_id>/{move}"
    wrong = [
        each
        for target in _some(stage.world.targets["work"], route)
        for each in _wrong(stage, route, target, target.may["read"] & target.may[MOVES[move]])
    ]
    assert not wrong, "\n".join(wrong)


def _some(targets: list[Target], route: str) -> list[Target]:
    """Every EACH-th of many states, others for each route, so that all of them are met; all of them in `make trust`."""
    first = sum(route.encode()) % EACH
    return targets[first::EACH] if len(targets) > EACH else targets


def _wrong(stage: Stage, route: str, target: Target, allowed: Roles) -> Iterator[str]:
    """A sentence for every role that is let in and must not be, or the other way round."""
    for role in USERNAMES:
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
