"""What grows with the collection, and how fast: searching, statements, rebuild and memory at several sizes.

`--sizes 10000,100000,1000000` (the default); `--database URL` and `--search URL` measure the servers too, at
the middle size the search, at the largest the statements.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.datastructures import MultiDict

from bench.footprint import Server
from bench.machine import machine, percentile, print_result, say, scaled
from bench.replayed import raw_calls
from bench.requests import Person, expect
from bench.temporary import empty_demo, query_mix, tokens
from indexer import SearchRequest
from repo_service.accounts.models import User
from repo_service.app import create_app
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from repo_service.core.urls import resource_path
from repo_service.demo.accounts import kept_passwords
from repo_service.demo.scale import write_many
from repo_service.organizations.access import load_viewer
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource
from repo_service.search import service
from repo_service.search.schemas import read_params
from repo_service.search.upkeep import every_document
from repo_service.settings import Settings

SIZES = (10_000, 100_000, 1_000_000)
QUERIES, ROUNDS, VISITS = 90, 5, 12
FACETS = {
    "grade": [f"lop-{grade}" for grade in range(1, 13)],
    "type": ["khbd", "hoc-lieu-so", "bai-giang-so"],
}
_PAGES = ("/", "/viec-cua-toi", "/phan-bien", "/cum", "/thong-bao", "/dong-gop", "/tim?sort=newest")
_OFFICE = ("/", "/so/nhiem-vu", "/so/truong", "/so/cum")


@dataclass(frozen=True)
class Size:
    """What was measured at one size; times in milliseconds, not yet scaled."""

    records: int
    ours_p50: float
    ours_p95: float
    raw_p50: float
    rebuild_per_s: float
    sql_p95: float
    rss_mb: float
    database_kb: float
    """Kilobytes of the database for one record."""
    index_kb: float
    """Kilobytes of the search index for one record."""


def main() -> None:
    """Measure each size from small to large with the same queries, then print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--database", help="PostgreSQL in SQLAlchemy's form: an empty database")
    parser.add_argument("--search", help="a search server in the form of SEARCH_URL: an empty prefix")
    wanted = parser.parse_args()
    sizes = sorted(int(size) for size in wanted.sizes.split(","))
    on = machine()
    mix: list[str] = []
    found = [measure(size, mix) for size in sizes]
    baseline: dict[str, float] = {}
    if wanted.search:
        baseline |= on_search_server(wanted.search, sizes[len(sizes) // 2], mix)
    if wanted.database:
        baseline |= on_database(wanted.database, sizes[-1])
    report(found, baseline, on)


def report(found: Sequence[Size], baseline: dict[str, float], on: dict[str, object]) -> None:
    """The figures of the largest size, the growth from the smallest, and every size beside them."""
    speed = float(str(on["calibration_ms"]))
    small, large = found[0], found[-1]
    figures: dict[str, float] = {}
    missing: dict[str, str] = {}
    at_largest = {
        "p95_ms_1m": scaled(large.ours_p95, speed),
        "rebuild_docs_per_s_1m": scaled(large.rebuild_per_s, speed, rate=True),
        "rss_mb_1m": large.rss_mb,
        "sql_ms_p95_1m": scaled(max(large.sql_p95, baseline.get("postgresql_sql_ms_p95", 0.0)), speed),
        "p50_growth_over_raw": (large.ours_p50 / small.ours_p50) / (large.raw_p50 / small.raw_p50),
    }
    if (small.records, large.records) == (SIZES[0], SIZES[-1]):
        figures = at_largest
    else:
        missing = dict.fromkeys(at_largest, f"measured from {small.records} to {large.records} records only")
        baseline |= {f"{name} of these sizes": value for name, value in at_largest.items()}
    for size in found:
        told = {name: value for name, value in asdict(size).items() if name != "records"}
        baseline |= {f"{name}_{size.records}": value for name, value in told.items()}
    print_result("growth", figures, baseline, missing, on)


def measure(records: int, mix: list[str]) -> Size:
    """One size on embedded defaults; the first size fills `mix`, the others ask the same."""
    with empty_demo() as settings:
        database = Database(settings.database_url)
        filled(database, records)
        if not mix:
            mix += query_mix(database, QUERIES, FACETS)
        per_s = rebuilt(database)
        app = create_app(settings)
        ours_p50, ours_p95, raw_p50 = search_times(app, mix)
        sql = statement_times(app, settings)
        backends.close()
        database.engine.dispose()
        app.database.engine.dispose()
        memory = served_memory(settings, mix)
        disk = [kilobytes(settings.data / name) / records for name in ("kho.db", "index")]
        size = Size(records, ours_p50, ours_p95, raw_p50, per_s, sql, memory, *disk)
    say(str(size))
    return size


def kilobytes(path: Path) -> float:
    """Size of a file or of everything in a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1024


def filled(database: Database, records: int) -> None:
    """Write the records; every tenth step is said."""
    say(f"{records} records")
    begin = time.perf_counter()
    write_many(database, records)
    say(f"  written in {time.perf_counter() - begin:.0f} s")


def rebuilt(database: Database) -> float:
    """Records per second of a rebuild, reading the rows included."""
    begin = time.perf_counter()
    with database.session(writing=False):
        count = backends.search_engine().rebuild(every_document())
    return count / (time.perf_counter() - begin)


def asked_requests(app: KhoFlask, mix: Sequence[str]) -> list[SearchRequest]:
    """What the search page hands to the engine for each query of the mix, as Lan."""
    engine, asked = backends.search_engine(), []
    search = engine.search

    def note(request: SearchRequest) -> Any:
        asked.append(request)
        return search(request)

    engine.search = note  # type: ignore[method-assign]
    try:
        with app.test_request_context(), app.database.session(writing=False) as session:
            lan = session.scalars(select(User.id).where(User.username == "lan")).one()
            for query in mix:
                args = MultiDict(parse_qsl(query))
                service.search(read_params(args), load_viewer(lan))
    finally:
        del engine.search
    return asked


def search_times(app: KhoFlask, mix: Sequence[str]) -> tuple[float, float, float]:
    """(our p50, our p95, p50 of the library's own calls for the same pages) in milliseconds, in turns."""
    engine = backends.search_engine()
    requests = asked_requests(app, mix)
    raw = [raw_calls(engine, request) for request in requests]
    ours: list[list[float]] = [[] for _ in requests]
    bare: list[list[float]] = [[] for _ in requests]
    for _ in range(ROUNDS):
        for place, request in enumerate(requests):
            ours[place].append(timed(lambda request=request: engine.search(request)))  # type: ignore[misc]
            bare[place].append(timed(raw[place]))
    our_times = [statistics.median(times) for times in ours]
    return (
        statistics.median(our_times),
        percentile(our_times, 0.95),
        statistics.median(statistics.median(times) for times in bare),
    )


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def statement_times(app: KhoFlask, settings: Settings) -> float:
    """p95 in milliseconds of the slowest page-serving statement: pages of every role, many works and clusters."""
    passwords = kept_passwords(settings.data)
    with app.database.session(writing=False) as session:
        works = session.scalars(select(Resource.id).where(Resource.visibility == "tinh").limit(VISITS)).all()
        clusters = session.scalars(select(Cluster.id).limit(VISITS)).all()
    with noted(app.database) as asked:
        for name, pages in (("lan", _PAGES), ("minh", _PAGES), ("tuan", _OFFICE)):
            browser = Person(app, "")
            browser.sign_in(name, passwords[name])
            visit(browser.client, [*pages * VISITS, *map(resource_path, works)])
            visit(browser.client, [f"/cum/{cluster}" for cluster in clusters])
    worst, statement = slowest(app.database, asked)
    say(f"  slowest of {len(asked)} statements {worst:.1f} ms: {' '.join(statement.split())[-600:]}")
    return worst


def visit(client: FlaskClient, paths: Sequence[str]) -> None:
    """Open each page once."""
    for path in paths:
        expect(client.get(path), 200)


@contextmanager
def noted(database: Database) -> Iterator[dict[str, list[Any]]]:
    """Parameters of every SELECT inside, by its text."""
    asked: dict[str, list[Any]] = defaultdict(list)

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked[statement].append(parameters)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def slowest(database: Database, asked: dict[str, list[Any]]) -> tuple[float, str]:
    """(p95 in milliseconds of the slowest statement, its text): asked again bare, first row to last."""
    found = (0.0, "")
    with database.engine.connect() as connection:
        for statement, sets in asked.items():
            times = [
                timed(lambda one=one: connection.exec_driver_sql(statement, one).fetchall())  # type: ignore[misc]  # noqa: B023
                for one in sets
            ]
            found = max(found, (percentile(times, 0.95), statement))
    return found


def served_memory(settings: Settings, mix: Sequence[str]) -> float:
    """MiB of anonymous memory of `kho serve` after the mix, background work included."""
    database = Database(settings.database_url)
    token = tokens(database, "lan")["lan"]
    database.engine.dispose()
    server = Server(Path(sys.executable), settings)
    try:
        for query in mix:
            server.call("GET", f"/api/search?{query}", Authorization=f"Bearer {token}").read()
        return server.memory_mb
    finally:
        server.stop()


def on_search_server(url: str, records: int, mix: Sequence[str]) -> dict[str, float]:
    """The search page's request on a real search server at one size."""
    with empty_demo(search_url=url) as settings:
        database = Database(settings.database_url)
        filled(database, records)
        per_s = rebuilt(database)
        app = create_app(settings)
        engine, requests = backends.search_engine(), asked_requests(app, mix)
        times = [statistics.median(timed(lambda one=one: engine.search(one)) for _ in range(ROUNDS))  # type: ignore[misc]
                 for one in requests]  # fmt: skip
        backends.close()
    return {
        f"server_p50_{records}": statistics.median(times),
        f"server_p95_{records}": percentile(times, 0.95),
        f"server_rebuild_per_s_{records}": per_s,
    }


def on_database(url: str, records: int) -> dict[str, float]:
    """The page-serving statements on PostgreSQL at the largest size, after ANALYZE as its own daemon does it."""
    with empty_demo(database_url=url) as settings:
        database = Database(settings.database_url)
        filled(database, records)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        app = create_app(settings)
        return {"postgresql_sql_ms_p95": statement_times(app, settings)}


if __name__ == "__main__":
    main()
