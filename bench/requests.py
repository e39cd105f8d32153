"""What a request costs: SQL statements, calls of the engine, and times beside a bare view in the same process."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from werkzeug.test import TestResponse

from bench.machine import alternating_medians, machine, print_result, say, scaled
from bench.temporary import demo_installation, query_mix, tokens
from repo_service.app import create_app
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from repo_service.core.urls import resource_path
from repo_service.demo.accounts import kept_passwords
from repo_service.resources.models import Resource
from repo_service.settings import Settings

RECORDS = 2000
ROUNDS = 41
DEPOSITS, DEPOSIT_ROUNDS = 40, 3
_FACETS = {
    "grade": [f"lop-{grade}" for grade in range(1, 13)],
    "type": ["khbd", "hoc-lieu-so", "bai-giang-so"],
}
_SELF_LOADING = re.compile(r'hx-get="([^"]+)"[^>]*hx-trigger="[^"]*\b(?:load|revealed)\b')
_FORM_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_PAGE = (
    "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ state }}</p>" + "<p>Kho</p>\n" * 165
)


class Counted:
    """How many statements and engine calls happened inside; the session statement is not counted."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.engine_calls = 0

    @property
    def sql(self) -> int:
        """Statements beside those that make the viewer (user, memberships, badges)."""
        return sum(not _makes_viewer(statement) for statement in self.statements)


def _makes_viewer(statement: str) -> bool:
    return all(name in statement for name in ("FROM installation", "users", "memberships"))


@contextmanager
def counted(database: Database) -> Iterator[Counted]:
    """Count what goes through the database and through the engine's interface."""
    found = Counted()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.statements.append(statement)

    engine = backends.search_engine()
    names = ("search", "suggest", "similar", "apply", "status")
    with _wrapped(engine, names, found):
        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield found
        finally:
            event.remove(database.engine, "before_cursor_execute", note)


@contextmanager
def _wrapped(engine: Any, names: tuple[str, ...], found: Counted) -> Iterator[None]:
    def counting(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            found.engine_calls += 1
            return call(*args, **kwargs)

        return wrapper

    for name in names:
        setattr(engine, name, counting(getattr(engine, name)))
    try:
        yield
    finally:
        for name in names:
            delattr(engine, name)


class Person:
    """A signed-in browser and the same person's API client."""

    def __init__(self, app: KhoFlask, token: str) -> None:
        self.client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"}

    def sign_in(self, username: str, password: str) -> None:
        """Start a browser session."""
        page = expect(self.client.get("/dang-nhap"), 200).get_data(as_text=True)
        token = _FORM_TOKEN.search(page)
        assert token is not None
        typed = {"username": username, "password": password, "csrf_token": token[1]}
        expect(self.client.post("/dang-nhap", data=typed), 302)

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        """One call of the JSON API."""
        return self.client.open(path, method=method, json=body, headers=self._headers)


def expect(answer: TestResponse, status: int) -> TestResponse:
    """The answer, or an end of the run that shows it."""
    if answer.status_code != status:
        raise SystemExit(f"{answer.request.path}: {answer.status_code} {answer.get_data(as_text=True)[:500]}")
    return answer


def open_page(client: FlaskClient, path: str) -> None:
    """A page and every fragment that it loads by itself."""
    page = expect(client.get(path), 200).get_data(as_text=True)
    for fragment in _SELF_LOADING.findall(page):
        expect(client.get(fragment.replace("&amp;", "&")), 200)


def deposit(person: Person, number: int) -> tuple[str, int]:
    """One file of 1,000 bytes through the API, sent for review: (resource id, calls beside the bytes)."""
    content = f"Bài {number:08}: phân số bằng nhau. ".encode().ljust(1000, b".")[:1000]
    started = expect(
        person.call("POST", "/api/uploads", {"filename": f"bai-{number}.txt", "size": 1000}), 201
    ).json
    assert started is not None
    parts = []
    for part in started["parts"]:
        path = part["url"].removeprefix("http://localhost")
        sent = expect(
            person.client.open(path, method=part["method"], data=content, headers=part["headers"]), 200
        )
        parts.append({"number": part["number"], "etag": sent.headers["ETag"]})
    body = {
        "title": f"Phân số bằng nhau, bài {number}", "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"],
        "files": [{"upload": started["id"], "parts": parts}], "submit": True,
    }  # fmt: skip
    made = expect(person.call("POST", "/api/resources", body), 201).json
    assert made is not None and made["state"] == "in_review", made
    return made["id"], 2


def claimed_rounds(author: Person, reviewer: Person, count: int, first: int) -> list[str]:
    """Rounds on fresh deposits that the reviewer has claimed."""
    wanted = {deposit(author, first + number)[0] for number in range(count)}
    found: list[str] = []
    page = 1
    while len(found) < count and page < 50:
        answer = expect(reviewer.call("GET", f"/api/reviews?page={page}"), 200).json
        assert answer is not None
        found += [item["id"] for item in answer["items"] if _resource_id(item) in wanted]
        page += 1
    for round_id in found:
        answer = reviewer.call("POST", f"/api/reviews/{round_id}/assign", {})
        if answer.status_code not in (200, 201):
            expect(answer, 200)
    return found


def _resource_id(item: dict[str, Any]) -> str:
    resource = item["resource"]
    return str(resource["id"] if isinstance(resource, dict) else resource)


def approve(reviewer: Person, round_id: str) -> None:
    """The decision that publishes."""
    answer = reviewer.call("POST", f"/api/reviews/{round_id}/decision", {"decision": "approve"})
    if answer.status_code not in (200, 201):
        expect(answer, 200)


def bare_view(database: Database) -> Callable[[], None]:
    """The baseline: one SELECT of one row and a page of 2 KB."""
    bare = Flask("bare")
    template = bare.jinja_env.from_string(_PAGE)
    with database.transaction(writing=False) as session:
        wanted = session.scalars(select(Resource.id).limit(1)).one()

    @bare.get("/<resource_id>")
    def show(resource_id: str) -> str:
        with database.engine.connect() as connection:
            row = connection.execute(
                text("SELECT title, state FROM resources WHERE id = :id"), {"id": resource_id}
            ).one()
        return template.render(title=row.title, state=row.state)

    client = bare.test_client()
    return lambda: [expect(client.get(f"/{wanted}"), 200) for _ in range(10)] and None


def ratio(
    work: Callable[[], object], bare: Callable[[], None], repeats: int, rounds: int = ROUNDS
) -> tuple[float, float]:
    """(times of the bare view, bare seconds): medians, in turns; `work` does `repeats` requests, `bare` does 10."""
    found = alternating_medians({"ours": work, "bare": bare}, rounds=rounds, warm_up=3)
    return (found["ours"] / repeats) / (found["bare"] / 10), found["bare"] / 10


def statement_figures(app: KhoFlask, lan: Person, hoa: Person, target: str, query: str) -> dict[str, float]:
    """Counts of the first request of each kind in this process: nothing but the lists of the start is cached."""
    figures: dict[str, float] = {}
    with counted(app.database) as seen:
        open_page(lan.client, resource_path(target))
    figures["sql_get_resource"] = seen.sql
    with counted(app.database) as seen:
        open_page(lan.client, f"/tim?{query}")
    figures["sql_search_page"], figures["engine_calls_search_page"] = seen.sql, seen.engine_calls
    with counted(app.database) as seen:
        _id, calls = deposit(lan, 1)
    figures["sql_deposit"], figures["calls_deposit"] = seen.sql, calls
    (round_id,) = claimed_rounds(lan, hoa, 1, 2)
    with counted(app.database) as seen:
        approve(hoa, round_id)
    figures["sql_publish"] = seen.sql
    for statement in seen.statements:
        say("  publish: " + " ".join(statement.split())[:110])
    return figures


def deposits_per_s(lan: Person) -> float:
    """Median of some rounds of deposits one after another."""
    rates = []
    for number in range(DEPOSIT_ROUNDS):
        begin = time.perf_counter()
        for place in range(DEPOSITS):
            deposit(lan, 1000 + number * DEPOSITS + place)
        rates.append(DEPOSITS / (time.perf_counter() - begin))
    return statistics.median(rates)


def measure(settings: Settings) -> None:
    """Measure everything and print the result."""
    app = create_app(settings)
    keys = tokens(app.database, "lan", "hoa")
    lan, hoa = Person(app, keys["lan"]), Person(app, keys["hoa"])
    lan.sign_in("lan", kept_passwords(settings.data)["lan"])
    with app.database.transaction(writing=False) as session:
        some = select(Resource.id).where(Resource.visibility == "tinh").order_by(Resource.title).limit(200)
        targets = session.scalars(some).all()
    mix = query_mix(app.database, 200, _FACETS)
    say("statements")
    figures = statement_figures(app, lan, hoa, targets[0], "q=ph%C3%A2n+s%E1%BB%91")
    on = machine()
    speed = float(str(on["calibration_ms"]))
    say("times")
    bare = bare_view(app.database)
    pages, searches = iter(targets * 20), iter(mix * 20)
    figures["x_get_resource"], bare_s = ratio(
        lambda: [expect(lan.client.get(resource_path(next(pages))), 200) for _ in range(5)], bare, 5
    )
    figures["x_search_page"], _ = ratio(
        lambda: [expect(lan.client.get(f"/tim?{next(searches)}"), 200) for _ in range(5)], bare, 5
    )
    rounds = iter(claimed_rounds(lan, hoa, ROUNDS + 3, 100))
    figures["x_publish"], _ = ratio(lambda: approve(hoa, next(rounds)), bare, 1)
    figures["deposits_per_s"] = scaled(deposits_per_s(lan), speed, rate=True)
    print_result("requests", figures, {"bare_view_ms": scaled(bare_s * 1000, speed)}, measured_on=on)


if __name__ == "__main__":
    with demo_installation(RECORDS) as ready:
        measure(ready)
