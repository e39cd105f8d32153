"""Typed queries: any text is answered, never with an error, never with what the reader has no right to."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from indexer import SearchEngine, SearchRequest, Sort, Upsert, open_engine
from indexer.keystrokes import from_keystrokes
from repo_service.curriculum.guessing import guess_metadata
from repo_service.curriculum.written_facts import papers_in, times_in
from repo_service.search.understanding import LONGEST, corrected
from tests.contracts.engine_corpus import QUESTIONS, shelf

SEEDS = tuple(
    text.encode()
    for text in (
        *QUESTIONS,
        'title:* OR access:"secret" NOT (a AND b)^9~2 [a TO z] {"query_string": {"query": "*"}}',
        '“phân số" ”lớp 6“ "" " ',
        "giaos anr toans 6 phaan soos",
        "đề cuối kì 1 toán 6 tuần 12 cv 5512/BGDĐT-GDTrH năm học 2026-2027",
        "e\u0301\u0323\u200b\u202e\ufeff 𝟙𝟚 ﬁ ½ ①",
    )
)
READER = "cluster:k9"


def target(data: bytes) -> None:
    """Understand it, search with it, complete it."""
    text = data.decode("utf-8", "replace")
    start = text[:LONGEST]
    guess_metadata((), (), (start,)), times_in(start), papers_in(start), from_keystrokes(start)
    corrected(start, ["Phân số bằng nhau", "Đường tròn"])
    for sort in (Sort.RELEVANCE, Sort.TITLE):
        found = _engine().search(SearchRequest(text=text, access=(READER,), sort=sort, size=50))
        assert {hit.id for hit in found.hits} <= {"open"} and found.total <= 1
    assert {each.id for each in _engine().suggest(text[:LONGEST], 8, (READER,))} <= {"open", None}


@cache
def _engine() -> SearchEngine:
    engine = open_engine("memory:")
    engine.ensure_schema()
    first, *others = shelf(60)
    engine.apply([Upsert(replace(first, id="open", access=(READER,))), *(Upsert(document) for document in others)])
    return engine
