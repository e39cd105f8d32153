"""The embedded engine on one collection (`--records`): indexing, searching, suggesting, paging, HTTP, freshness."""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from bench.footprint import Server
from bench.growth import asked_requests, filled, kilobytes, search_times, timed
from bench.machine import machine, percentile, print_result, say, scaled
from bench.temporary import empty_demo, query_mix, tokens
from indexer import Document, Mode, SearchEngine, SearchRequest
from repo_service.accounts.models import User
from repo_service.app import create_app
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.organizations.access import access_tokens, load_viewer
from repo_service.resources.models import Resource
from repo_service.search.upkeep import every_document
from repo_service.settings import Settings

QUERIES, SUGGESTIONS, MISTYPED, DEEP = 90, 90, 60, 5
CLIENTS, SECONDS, FRESH = 16, 20.0, 30
_DEEP_PAGE = 500
_FACETS = {
    "grade": [f"lop-{grade}" for grade in range(1, 13)],
    "type": ["khbd", "hoc-lieu-so", "bai-giang-so"],
}


def main() -> None:
    """Fill, index, ask; each figure is scaled to the reference machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    wanted = parser.parse_args()
    on = machine()
    speed = float(str(on["calibration_ms"]))
    with empty_demo() as settings:
        database = Database(settings.database_url)
        filled(database, wanted.records)
        figures, baseline = in_process(settings, database, speed)
        mix = query_mix(database, QUERIES, _FACETS)
        token, work = tokens(database, "lan")["lan"], own_work(database)
        database.engine.dispose()
        with served(settings) as server:
            figures["http_searches_per_s"] = scaled(searches_per_s(server, token, mix), speed, rate=True)
            figures["visible_ms_p95"] = percentile(freshness(server, token, work), 0.95)
    missing = {} if wanted.records >= 10_000 else {"p95_ms_page_500": "fewer than 10,000 records"}
    print_result(
        "search", {name: v for name, v in figures.items() if name not in missing}, baseline, missing, on
    )


def in_process(
    settings: Settings, database: Database, speed: float
) -> tuple[dict[str, float], dict[str, float]]:
    """What needs no server: the engine as the service calls it."""
    with database.session(writing=False):
        documents = list(every_document())
    engine = backends.search_engine()
    begin = time.perf_counter()
    engine.rebuild(iter(documents))
    per_s = len(documents) / (time.perf_counter() - begin)
    say(f"indexed {per_s:.0f} a second")
    mix = query_mix(database, QUERIES, _FACETS)
    app = create_app(settings)
    ours_p50, ours_p95, raw_p50 = search_times(app, mix)
    requests = asked_requests(app, mix)
    with app.test_request_context(), app.database.session(writing=False) as session:
        lan = session.scalars(select(User.id).where(User.username == "lan")).one()
        access = sorted(access_tokens(load_viewer(lan)))
    figures = {
        "docs_per_s": scaled(per_s, speed, rate=True),
        "overhead_ratio": ours_p50 / raw_p50,
        "p95_ms_facets": scaled(ours_p95, speed),
        "p95_ms_suggest": scaled(suggestion_p95(engine, documents, access), speed),
        "p95_ms_fuzzy": scaled(fuzzy_p95(engine, documents, access), speed),
        "p95_ms_page_500": scaled(deep_p95(engine, requests), speed),
        "index_over_text": kilobytes(settings.data / "index") * 1024 / sum(map(text_bytes, documents)),
    }
    backends.close()
    app.database.engine.dispose()
    return figures, {"ours_p50_ms": ours_p50, "raw_p50_ms": raw_p50}


def own_work(database: Database) -> str:
    """A published work that Lan may correct."""
    with database.session(writing=False) as session:
        lan = session.scalars(select(User.id).where(User.username == "lan")).one()
        wanted = (Resource.created_by_id == lan, Resource.state == "active")
        return session.scalars(select(Resource.id).where(*wanted).limit(1)).one()


def text_bytes(document: Document) -> int:
    """Bytes of all its texts."""
    return sum(len(text.encode()) for text in (document.title, document.descr, document.body, document.names))


def suggestion_p95(engine: SearchEngine, documents: Sequence[Document], access: Sequence[str]) -> float:
    """Titles typed so far: one to three words, the last half-typed."""
    chance, times = random.Random(3), []
    for document in chance.sample(documents, SUGGESTIONS):
        words = document.title.split()
        count = min(chance.randint(1, 3), len(words))
        typed = " ".join(words[:count])[: -max(1, len(words[count - 1]) // 2)]
        times.append(_median(lambda typed=typed: engine.suggest(typed, 8, access)))  # type: ignore[misc]
    return percentile(times, 0.95)


def fuzzy_p95(engine: SearchEngine, documents: Sequence[Document], access: Sequence[str]) -> float:
    """Two words of a title, one of them with a letter that no word has: found only by one edit."""
    chance, times = random.Random(4), []
    for document in chance.sample(documents, MISTYPED * 4):
        words = [word for word in document.title.split() if word.isalpha() and len(word) >= 4]
        if not words or len(times) == MISTYPED:
            continue
        wrong = chance.choice(words)
        place = chance.randrange(1, len(wrong))
        request = SearchRequest(text=f"{words[0]} {wrong[:place]}w{wrong[place:]}", access=access)
        if engine.search(request).fuzzy:
            times.append(_median(lambda request=request: engine.search(request)))  # type: ignore[misc]
    return percentile(times, 0.95)


def deep_p95(engine: SearchEngine, requests: Sequence[SearchRequest]) -> float:
    """The 500th page of 20 by cursor, of the searches that reach so far; the way there is not measured."""
    frequent = sorted(requests, key=lambda one: -engine.search(one).total)[:DEEP]
    times = []
    for request in frequent:
        cursor = None
        for _ in range(_DEEP_PAGE - 1):
            cursor = engine.search(replace(request, facets=(), cursor=cursor, mode=Mode.TEXT)).cursor
            if cursor is None:
                break
        else:
            deep = replace(request, cursor=cursor)
            times += [timed(lambda deep=deep: engine.search(deep)) for _ in range(5)]  # type: ignore[misc]
    return percentile(times, 0.95) if times else 0.0


def _median(work: Callable[[], object]) -> float:
    return statistics.median(timed(work) for _ in range(3))


@contextmanager
def served(settings: Settings) -> Iterator[Server]:
    """The service in a process of its own."""
    server = Server(Path(sys.executable), settings)
    try:
        yield server
    finally:
        server.stop()


def searches_per_s(server: Server, token: str, mix: Sequence[str]) -> float:
    """Searches through the API by 16 clients for some seconds; the clients live in another process."""
    answer: multiprocessing.Queue[float] = multiprocessing.Queue()
    child = multiprocessing.Process(target=_clients, args=(server.port, token, list(mix), answer))
    child.start()
    found = answer.get(timeout=SECONDS * 4)
    child.join()
    return found


def _clients(port: int, token: str, mix: list[str], answer: multiprocessing.Queue[float]) -> None:
    done = [0] * CLIENTS
    end = time.perf_counter() + SECONDS

    def one(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        place = number
        while time.perf_counter() < end:
            connection.request(
                "GET", f"/api/search?{mix[place % len(mix)]}", headers={"Authorization": f"Bearer {token}"}
            )
            reply = connection.getresponse()
            reply.read()
            if reply.status != 200:
                raise SystemExit(f"search answered {reply.status}")
            done[number] += 1
            place += 7

    threads = [threading.Thread(target=one, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answer.put(sum(done) / SECONDS)


def freshness(server: Server, token: str, work: str) -> list[float]:
    """Milliseconds from the answered correction of a published work's title to its being found."""
    said = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    times = []
    for number in range(FRESH):
        word = f"tuoimoi{number}x"
        answer = server.call("GET", f"/api/resources/{work}", **said)
        etag, title = answer.headers["ETag"], json.load(answer)["title"].partition(" tuoimoi")[0]
        body = json.dumps({"title": f"{title} {word}"}).encode()
        server.call("PATCH", f"/api/resources/{work}", body, If_Match=etag, **said).read()
        begin = time.perf_counter()
        while not json.load(server.call("GET", f"/api/search?q={word}&size=1", **said))["total"]:
            time.sleep(0.01)
        times.append((time.perf_counter() - begin) * 1000)
    return times


if __name__ == "__main__":
    main()
