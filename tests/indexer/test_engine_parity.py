"""The embedded engine and a search server side by side on the same shelf: the same answers (search.md section 12)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from indexer import SearchEngine, SearchRequest, SearchResult, Sort, open_engine
from tests.contracts.engine_asking import ALL, NASTY, SYNONYMS
from tests.contracts.engine_corpus import QUESTIONS, requests, shelf
from tests.servers import url_or_skip
from tests.servers.search import fresh, wipe

TIE = 0.001
"""Scores nearer than this share of the higher one count as equal."""
SERVERS = ["TEST_ELASTICSEARCH_URL", "TEST_OPENSEARCH_URL"]
SERVERS += ["TEST_SEARCH_URL"] if "TEST_SEARCH_URL" in os.environ else []


@pytest.fixture(scope="module")
def embedded() -> Iterator[SearchEngine]:
    engine = open_engine("memory:", synonyms=SYNONYMS)
    engine.rebuild(shelf())
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[SearchEngine]:
    url = fresh(url_or_skip(request.param))
    engine = open_engine(url, synonyms=SYNONYMS)
    engine.rebuild(shelf())
    yield engine
    engine.close()
    wipe(url)


def scores(engine: SearchEngine, request: SearchRequest) -> dict[str, float]:
    """Every hit's score."""
    return {hit.id: hit.score for hit in engine.search(replace(request, page=1, size=1000, facets=())).hits}


def assert_same_order(found: list[str], wanted: list[str], score: dict[str, float]) -> None:
    """Equal places, but for hits whose scores are tied."""
    for ours, theirs in zip(found, wanted, strict=True):
        near = abs(score[ours] - score[theirs]) <= TIE * max(abs(score[ours]), abs(score[theirs]))
        assert ours == theirs or near, (found, wanted, [score[each] for each in wanted])


def said(result: SearchResult) -> tuple[object, ...]:
    """Everything but the hits."""
    return result.total, result.relaxed, result.fuzzy, dict(result.facets), result.cursor is None


@pytest.mark.parametrize(
    "request_", list(requests()), ids=lambda each: f"{each.mode} {each.text} {each.sort}"[:40]
)
def test_both_find_the_same(embedded: SearchEngine, server: SearchEngine, request_: SearchRequest) -> None:
    ours, theirs = embedded.search(request_), server.search(request_)
    assert said(theirs) == said(ours)
    score = scores(embedded, request_)
    assert scores(server, request_).keys() == score.keys()
    assert_same_order([hit.id for hit in theirs.hits], [hit.id for hit in ours.hits], score)
    by_id = {hit.id: hit for hit in ours.hits}
    for hit in theirs.hits:
        if hit.id in by_id:
            mine = by_id[hit.id]
            assert (hit.title_snippet, hit.snippet, hit.kind) == (mine.title_snippet, mine.snippet, mine.kind)


@pytest.mark.parametrize("text", QUESTIONS)
def test_both_suggest_the_same(embedded: SearchEngine, server: SearchEngine, text: str) -> None:
    for typed in (text[:2], text[:5], text[: len(text) // 2], text):
        ours = [(each.text, each.kind) for each in embedded.suggest(typed, 10, ALL)]
        theirs = [(each.text, each.kind) for each in server.suggest(typed, 10, ALL)]
        assert theirs == ours, typed


def test_both_call_the_same_works_similar(embedded: SearchEngine, server: SearchEngine) -> None:
    for number in range(0, 400, 20):
        ours, theirs = (engine.similar(str(number), 5, ALL) for engine in (embedded, server))
        assert theirs[:1] == ours[:1] or set(theirs) == set(ours)
        assert len(set(ours) ^ set(theirs)) <= 2, (ours, theirs)  # ties at the end


@pytest.mark.parametrize("sort", list(Sort))
def test_both_walk_the_whole_shelf_by_cursor(
    embedded: SearchEngine, server: SearchEngine, sort: Sort
) -> None:
    walks = [
        walk(engine, SearchRequest("học sinh", ALL, sort=sort, size=17)) for engine in (embedded, server)
    ]
    assert len(set(walks[0])) == len(walks[0]) == len(walks[1])
    if sort is Sort.RELEVANCE:
        assert_same_order(walks[1], walks[0], scores(embedded, SearchRequest("học sinh", ALL)))
    else:
        assert walks[1] == walks[0]


def walk(engine: SearchEngine, request: SearchRequest) -> list[str]:
    """All ids in order, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        result = engine.search(replace(request, cursor=cursor))
        found += [hit.id for hit in result.hits]
        cursor = result.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("text", NASTY)
def test_both_take_every_text_alike(embedded: SearchEngine, server: SearchEngine, text: str) -> None:
    for query in (text, f'"{text}"', f"toán {text}"):
        request = SearchRequest(query, ALL, facets=("subject",))
        assert said(server.search(request)) == said(embedded.search(request))
