"""What only a search server can go wrong with: several processes, foreign indexes, swaps under load, killed clients."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import (
    Delete,
    Document,
    EngineUnavailable,
    Outcome,
    SchemaMismatch,
    SearchEngine,
    SearchRequest,
    Sort,
    Upsert,
    open_engine,
)
from indexer.engines.elasticsearch import mapping
from indexer.fields import fields_of
from tests.contracts.engine_asking import ALL, NASTY, ask, ids, make, put
from tests.contracts.engine_corpus import FACETS, shelf
from tests.servers import url_or_skip
from tests.servers.search import fresh, indexes_of, server_of, wipe

_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["TEST_ELASTICSEARCH_URL", "TEST_OPENSEARCH_URL"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    url = fresh(url_or_skip(request.param))
    yield url
    wipe(url)


@pytest.fixture
def engine(url: str) -> Iterator[SearchEngine]:
    engine = open_engine(url)
    engine.ensure_schema()
    yield engine
    engine.close()


def prefix_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


# Rebuilding


def test_changes_of_other_processes_are_in_the_new_index(url: str, engine: SearchEngine) -> None:
    others = open_engine(url)
    put(engine, *(make(number, "cũ") for number in range(50)))
    stop, failures, rounds = threading.Event(), [], itertools.count(2)
    written: dict[str, int] = {}

    def write() -> None:
        while not stop.is_set():
            revision = next(rounds)
            batch = [Upsert(make(number, f"bản {revision}", revision=revision)) for number in (1, 2, 77)]
            if {result.outcome for result in others.apply([*batch, Delete("3", revision)])} != {Outcome.DONE}:
                failures.append(revision)
            written["last"] = revision

    def read() -> None:
        while not stop.is_set():
            total = ask(others).total
            if total < 49:
                failures.append(total)

    threads = [threading.Thread(target=work) for work in (write, read)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        assert engine.rebuild(make(number, "cũ") for number in range(50)) == 50
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    last = written["last"]
    assert sorted(ids(ask(engine, f'"bản {last}"', size=100))) == ["1", "2", "77"]
    assert ask(engine, size=0).total == 50  # 49 and the new one; number 3 stays deleted
    others.close()


def test_two_rebuilds_never_run_at_once(url: str, engine: SearchEngine) -> None:
    other = open_engine(url)

    def rows() -> Iterator[Document]:
        yield make(1, "một")
        with pytest.raises(EngineUnavailable):
            other.rebuild([make(2, "hai")])

    assert engine.rebuild(rows()) == 1
    assert other.rebuild([make(2, "hai")]) == 1
    assert ids(ask(engine)) == ["2"]
    other.close()


def test_the_index_before_is_kept_and_half_made_ones_are_not(url: str, engine: SearchEngine) -> None:
    def broken() -> Iterator[Document]:
        yield make(9, "dở")
        raise KeyError("the database went away")

    for number in range(3):
        engine.rebuild([make(number, "x")])
        with pytest.raises(KeyError):
            engine.rebuild(broken())
    dated = [name for name in indexes_of(url) if not name.endswith("-lock")]
    assert len(dated) <= 2
    assert ids(ask(engine)) == ["2"]


def test_what_came_with_the_same_revision_meanwhile_is_newer(engine: SearchEngine) -> None:
    def rows() -> Iterator[Document]:
        put(engine, make(1, "trường đổi tên", revision=4))
        yield make(1, "tên cũ", revision=4)

    put(engine, make(1, "tên cũ", revision=4))
    engine.rebuild(rows())
    assert ask(engine, "trường đổi tên", relax_below=0).total == 1


_CHILD = """
import sys, time
from indexer import Document, Upsert, open_engine
engine = open_engine(sys.argv[1])
engine.ensure_schema()
made = lambda n: Document(str(n), 1, "bài", access=["tinh"])
if sys.argv[2] == "apply":
    for number in range(100000):
        engine.apply([Upsert(made(number * 10 + part)) for part in range(10)])
        print(number, flush=True)
def rows():
    for number in range(100000):
        yield made(number)
        if number == 2000:
            print("filling", flush=True)
            time.sleep(60)
engine.rebuild(rows())
"""


def _killed(url: str, what: str, lines: int) -> int:
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, url, what], stdout=subprocess.PIPE, text=True, cwd=_ROOT
    )
    assert child.stdout is not None
    for _ in range(lines):
        assert child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    more = len(child.stdout.read().split())
    child.stdout.close()
    child.wait()
    return lines + more


def test_a_killed_writer_loses_no_acknowledged_batch(url: str, engine: SearchEngine) -> None:
    acknowledged = _killed(url, "apply", 5)
    assert ask(engine, size=0).total >= acknowledged * 10


def test_a_killed_rebuild_leaves_the_old_index_and_the_next_one_clears_up(
    url: str, engine: SearchEngine
) -> None:
    put(engine, make(1, "còn"))
    _killed(url, "rebuild", 1)
    assert ids(ask(engine)) == ["1"]
    put(engine, make(2, "ghi tiếp"))
    with pytest.raises(EngineUnavailable):
        engine.rebuild([make(3, "ba")])  # the dead one's lock has not run out
    server = server_of(url)
    server.call("PUT", f"/{prefix_of(url)}-lock/_doc/rebuild", {"owner": "dead", "until": 0})
    server.close()
    assert engine.rebuild([make(3, "ba")]) == 1
    assert ids(ask(engine)) == ["3"]
    assert len(indexes_of(url)) == 3  # in use, before it, the lock


# Foreign and older indexes


def _put_index(url: str, name: str, meta: dict[str, object], alias: str = "") -> None:
    server = server_of(url)
    aliases = {alias: {}, f"{alias}-write": {}} if alias else {}
    server.call("PUT", f"/{name}", {"mappings": {"_meta": meta}, "aliases": aliases}, seconds=30)
    server.close()


def test_another_schema_is_noticed_and_a_rebuild_cures_it(url: str) -> None:
    prefix = prefix_of(url)
    _put_index(url, f"{prefix}-20200101000000", {"kho_schema": "old", "kho_schema_version": 1}, prefix)
    engine = open_engine(url)
    assert engine.status().needs_rebuild and engine.ensure_schema().needs_rebuild
    for call in (lambda: ask(engine), lambda: engine.apply([Upsert(make(1, "x"))])):
        with pytest.raises(SchemaMismatch):
            call()
    engine.rebuild([make(1, "một")])
    assert not engine.status().needs_rebuild
    assert ids(ask(engine)) == ["1"]
    engine.close()


def test_a_change_of_the_fields_is_another_schema(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not engine.status().needs_rebuild
    monkeypatch.setattr(mapping, "HIDDEN", (*mapping.HIDDEN, "new"))
    assert engine.status().needs_rebuild


def test_the_index_of_a_newer_kho_is_left_alone(url: str) -> None:
    prefix = prefix_of(url)
    _put_index(url, f"{prefix}-20200101000000", {"kho_schema": "x", "kho_schema_version": 9999}, prefix)
    engine = open_engine(url)
    with pytest.raises(EngineUnavailable) as told:
        engine.status()
    assert told.value.cause == "newer"
    engine.close()


def test_the_index_of_another_program_is_left_alone(url: str) -> None:
    _put_index(url, prefix_of(url), {})
    engine = open_engine(url)
    for call in (engine.status, lambda: engine.rebuild([make(1, "x")]), lambda: ask(engine)):
        with pytest.raises(EngineUnavailable) as told:
            call()
        assert told.value.cause == "name"
    engine.close()
    server = server_of(url)
    assert prefix_of(url) in server.call("GET", f"/{prefix_of(url)}").body
    server.call("DELETE", f"/{prefix_of(url)}")
    server.close()


def test_an_index_that_vanished_asks_for_a_rebuild(url: str, engine: SearchEngine) -> None:
    put(engine, make(1, "x"))
    wipe(url)
    with pytest.raises(SchemaMismatch):
        engine.apply([Upsert(make(2, "x"))])
    with pytest.raises(SchemaMismatch):
        ask(engine)
    assert engine.rebuild([make(2, "hai")]) == 1
    put(engine, make(3, "ba"))
    assert ask(engine).total == 2


# Asking


def test_a_search_page_is_one_request(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.rebuild(shelf(50))
    ask(engine)
    sent: list[str] = []
    server = engine._server  # type: ignore[attr-defined]
    send = server._send
    monkeypatch.setattr(server, "_send", lambda *order: sent.append(order[1]) or send(*order))
    chosen = {"subject": ["toan", "van"], "cluster": ["k1"], "state": ["active", "retired"]}
    result = ask(engine, "phân số", filters=chosen, facets=FACETS, relax_below=0, size=20)
    assert result.total and result.facets["subject"] and len(sent) == 1


def test_tokens_come_back_as_they_were_sent(url: str, engine: SearchEngine) -> None:
    server = server_of(url)
    texts = [*NASTY, *(document.title for document in shelf(60)), *(document.body for document in shelf(20))]
    for text in texts:
        sent = fields_of(make(1, text))
        for field in ("title", "title_pair", "title_exact"):
            asked = {"field": field, "text": sent[field][:9000].rpartition(" ")[0] or sent[field]}
            found = server.call("POST", f"/{prefix_of(url)}/_analyze", asked).body["tokens"]
            assert [token["token"] for token in found] == asked["text"].split(" "), text[:80]
    server.close()


@pytest.mark.parametrize("sort", list(Sort))
def test_five_hundred_pages_and_a_cursor_neither_repeat_nor_skip(engine: SearchEngine, sort: Sort) -> None:
    total = 10_300
    engine.rebuild(make(n, f"bài {n % 7}", updated_at=n % 50) for n in range(total))
    pages = [ids(ask(engine, "bài", sort=sort, page=page, size=20)) for page in (1, 2, 499, 500)]
    walked: list[str] = []
    cursor = None
    while True:
        result = engine.search(SearchRequest("bài", ALL, sort=sort, size=1000, cursor=cursor))
        walked += ids(result)
        cursor = result.cursor
        if cursor is None:
            break
    assert len(walked) == len(set(walked)) == total
    assert [walked[start : start + 20] for start in (0, 20, 9960, 9980)] == pages
