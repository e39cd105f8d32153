"""How a route is asked for, and what its answer says of the thing asked for."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from tests.rights.bodies import BODIES, NOTHING, QUERIES
from tests.rights.stage import Stage, Way
from tests.rights.world import Target

MISSING = "0000000000000000"
_told_of_nothing: dict[tuple[object, ...], str] = {}
_CHANGING = re.compile(
    r'(?:name="csrf-token" content|name="csrf_token" value|nonce)="[^"]*"|"request_id": *"[^"]*"'
)
_PART = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


def of_nothing(stage: Stage, role: str, route: str, target: Target) -> str:
    """What the role is told about something that does not exist; asked once."""
    ids = {name: MISSING if _is_id(name, value) else value for name, value in target.ids.items()}
    key = (role, route, *sorted(ids.items()))
    if key not in _told_of_nothing:
        _told_of_nothing[key] = told(call(stage, role, route, ids), ids)
    return _told_of_nothing[key]


def call(stage: Stage, role: str, route: str, ids: dict[str, str]) -> TestResponse:
    """Ask for a route with these parts of its address and what bodies.py says."""
    method, rule = route.split(" ", 1)
    path = _PART.sub(lambda part: ids.get(part[1], MISSING), rule)
    way = stage.ways[route](stage, role) if route in stage.ways else Way(stage.cookies[role])
    known = _Known({**stage.world.names, **ids, **way.names})
    said, query = _filled(BODIES.get(route, NOTHING), known), _filled(QUERIES.get(route, NOTHING), known)
    headers = {"Cookie": way.cookie}
    if path.startswith("/api/"):
        headers["If-Match"] = f'"{ids.get("revision", "1")}"'
    query |= way.query
    return stage.open(
        role, path, method=method, headers=headers, query_string=query, **_body(method, path, said)
    )


def _body(method: str, path: str, said: dict[str, Any]) -> dict[str, Any]:
    if "bytes" in said:
        return {"data": said["bytes"].encode()}
    if method == "GET" or (method == "DELETE" and not said):
        return {}
    return {"json": said} if path.startswith("/api/") else {"data": said}


class _Known(dict[str, str]):
    """Ids by name; what nobody knows is missing."""

    def __missing__(self, name: str) -> str:
        return MISSING


def _filled(said: Any, known: _Known) -> Any:
    """The words of a body with the ids in their places."""
    if isinstance(said, str):
        return said.format_map(known)
    if isinstance(said, dict):
        return {name: _filled(value, known) for name, value in said.items()}
    return [_filled(value, known) for value in said] if isinstance(said, list) else said


def is_let_in(answer: TestResponse) -> bool:
    """Whether the answer says more than "there is no such thing" or "sign in"."""
    to_sign_in = answer.status_code in (302, 303) and "/dang-nhap" in answer.headers.get("Location", "")
    return answer.status_code not in (401, 403, 404) and not to_sign_in


def told(answer: TestResponse, ids: dict[str, str]) -> str:
    """What a refusal says, but for what the asker wrote in the address and what differs from call to call."""
    text = answer.get_data(as_text=True) + answer.headers.get("Location", "")
    for value in (MISSING, *(value for name, value in ids.items() if _is_id(name, value))):
        text = text.replace(value, "…")
    return _CHANGING.sub("", text)


def _is_id(name: str, value: str) -> bool:
    return name.endswith("_id") and not value.isdigit()
