"""Kho's engine on a real search server against the server's own client: the same requests, the same documents.

`python -m bench.servers_search [--records 100000] [--rounds 2]`
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import parallel_bulk

from bench.growth import FACETS, QUERIES, asked_requests, filled, timed
from bench.machine import print_result, say
from bench.temporary import empty_demo, query_mix
from indexer import SearchRequest
from indexer.engines.elasticsearch.engine import ServerEngine
from indexer.engines.elasticsearch.mapping import index_body, source_of
from indexer.engines.elasticsearch.writing import MOST_ITEMS
from repo_service.app import create_app
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.search.upkeep import every_document
from tests.servers import elasticsearch as node

ROUNDS = 5
_RAW_INDEX, _THREADS = "bench-raw", 2
_KIND = "application/vnd.elasticsearch+json; compatible-with=8"


def figures(records: int = 100_000, rounds: int = 2) -> tuple[dict[str, float], dict[str, float]]:
    """`search_ratio` and `bulk_ratio`, and beside them milliseconds and records a second of both sides."""
    with _server() as (url, client), empty_demo(search_url=url) as settings:
        database = Database(settings.database_url)
        filled(database, records)
        ours, raw = bulk_rates(database, client, rounds)
        mix = query_mix(database, QUERIES, FACETS)
        app = create_app(settings)
        our_ms, raw_ms = search_times(app_requests=asked_requests(app, mix), client=client)
        app.database.engine.dispose()
        database.engine.dispose()
    told = {"our_docs_per_s": ours, "raw_docs_per_s": raw, "our_search_ms": our_ms, "raw_search_ms": raw_ms}
    return {"search_ratio": our_ms / raw_ms, "bulk_ratio": ours / raw}, told


@contextmanager
def _server() -> Iterator[tuple[str, Elasticsearch]]:
    with tempfile.TemporaryDirectory(prefix="kho-node-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            url = node.start(folder / "node")["TEST_ELASTICSEARCH_URL"]
            client = Elasticsearch(f"http://{url.split('//')[1].split('/')[0]}", request_timeout=60)
            yield url, client
            client.close()
        finally:
            node.stop(folder / "node")


def bulk_rates(database: Database, client: Elasticsearch, rounds: int) -> tuple[float, float]:
    """(records a second of our rebuild with its rows read, of the client's bulk of ready-made documents), in turns."""
    with database.session(writing=False):
        ready = [{"_id": one.id, **source_of(one), "written_at": 0} for one in every_document()]
    ours, raw = [], []
    for number in range(rounds + 1):
        begin = time.perf_counter()
        with database.session(writing=False):
            backends.search_engine().rebuild(every_document())
        own = len(ready) / (time.perf_counter() - begin)
        bare = len(ready) / (timed(lambda: _bulk(client, ready)) / 1000)
        say(f"ours {own:.0f}, raw {bare:.0f} records a second")
        if number:  # the first round warms the server up
            ours.append(own)
            raw.append(bare)
    client.indices.delete(index=_RAW_INDEX, ignore_unavailable=True)
    return statistics.median(ours), statistics.median(raw)


def _bulk(client: Elasticsearch, ready: list[dict[str, Any]]) -> None:
    """The same mapping and settings as ours has while it is filled, parcels as large and as many at once."""
    client.indices.delete(index=_RAW_INDEX, ignore_unavailable=True)
    client.indices.create(index=_RAW_INDEX, **index_body([], {}, filling=True))
    actions = ({"_index": _RAW_INDEX, **document} for document in ready)
    for _done in parallel_bulk(client, actions, thread_count=_THREADS, chunk_size=MOST_ITEMS):
        pass
    client.indices.refresh(index=_RAW_INDEX)


def search_times(app_requests: list[SearchRequest], client: Elasticsearch) -> tuple[float, float]:
    """(our p50, the client's p50) in milliseconds for the same pages, in turns."""
    engine = backends.search_engine()
    assert isinstance(engine, ServerEngine)
    ours, raw = [], []
    for request in app_requests:
        bodies = _asked(engine, request)
        path = f"/{engine._indexes.read}/_search?allow_partial_search_results=false"

        def again(bodies: list[dict[str, Any]] = bodies, path: str = path) -> None:
            for body in bodies:
                client.perform_request(
                    "POST", path, body=body, headers={"accept": _KIND, "content-type": _KIND}
                )

        own, bare = [], []
        for _ in range(ROUNDS):
            own.append(timed(lambda request=request: engine.search(request)))  # type: ignore[misc]
            bare.append(timed(again))
        ours.append(statistics.median(own))
        raw.append(statistics.median(bare))
    return statistics.median(ours), statistics.median(raw)


def _asked(engine: ServerEngine, request: SearchRequest) -> list[dict[str, Any]]:
    """The bodies that our engine sends for one search."""
    bodies: list[dict[str, Any]] = []
    ask = engine._ask

    def note(body: dict[str, Any]) -> dict[str, Any]:
        bodies.append(body)
        return ask(body)

    engine._ask = note  # type: ignore[method-assign]
    try:
        engine.search(request)
    finally:
        del engine._ask
    return bodies


def main() -> None:
    """These two figures alone, under the name that `bench.servers` gives them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2)
    wanted = parser.parse_args()
    print_result("servers", *figures(wanted.records, wanted.rounds))


if __name__ == "__main__":
    main()
