"""Marks learnt from the index's own texts: right beside neighbours, silent alone, bounded, kept with the index."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer import SearchEngine, open_engine
from indexer.fields import fields_of
from indexer.marks import Learner, Marks
from indexer.vietnamese import analyse, folded_tokens
from tests.contracts.engine_asking import ask, ids, make, put

TEXTS = [
    "Học sinh giỏi môn hoá học làm thí nghiệm", "Phân số bằng nhau, phân số tối giản", "Bạn bán bánh ở bàn số hai",
    "Giáo viên dạy hoá học cho học sinh lớp tám", "Quang hợp ở thực vật có hoa", "Hoa hồng đỏ, hoa hồng trắng",
]  # fmt: skip


def learnt(*texts: str) -> Marks:
    learner = Learner()
    for number, text in enumerate(texts):
        learner.see(fields_of(make(number, text, "", text)))
    return learner.marks


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hoa hoc", "hoá học"),
        ("hoa hong", "hoa hồng"),
        ("hoc sinh gioi", "học sinh giỏi"),
        ("phân so bằng nhau", "phân số bằng nhau"),
        ("phan so xyz 6", "phân số xyz 6"),
        ("hoạ hoc", "hoạ hoc"),  # what was typed with a mark stays, and has no such neighbour
    ],
)
def test_neighbours_say_which_marks_are_meant(typed: str, meant: str) -> None:
    exact = analyse(typed)
    assert " ".join(learnt(*TEXTS).restore(exact, folded_tokens(exact))) == meant


@pytest.mark.parametrize("typed", ["hoa", "toan", "xyz abc", "", "2025 10a1"])
def test_without_a_neighbour_nothing_is_said(typed: str) -> None:
    words = typed.split()
    assert learnt(*TEXTS).restore(words, words) == []
    assert Marks().restore(words, words) == []


def test_what_was_learnt_is_bounded_and_fast() -> None:
    learner, began = Learner(), time.perf_counter()
    learner.see(fields_of(make("long", "dài", "", "phân số thập phân " * 50_000)))
    for number in range(1000):
        learner.see(fields_of(make(number, f"từ{number}", "", " ".join(f"w{number}x{each}" for each in range(600)))))
    marks = learner.marks
    assert len(marks.dumps()) < 4_000_000
    query = ["phan", "so", "thap", "phan"] * 50
    assert marks.restore(query, query)[:4] == ["phân", "số", "thập", "phân"]
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize(
    "broken", ["", "[]", "null", '[{"a": "x"}, {}, 1]', "[1, 2, 3]", "[" * 100_000, "[{}, {}, {}]"]
)
def test_a_broken_file_has_taught_nothing(broken: str) -> None:
    assert Marks.loads(broken).restore(["hoa", "hoc"], ["hoa", "hoc"]) == []
    marks = learnt(*TEXTS)
    assert Marks.loads(marks.dumps()).dumps() == marks.dumps()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SearchEngine]:
    engine = open_engine(f"tantivy:{tmp_path / 'index'}")
    engine.ensure_schema()
    yield engine
    engine.close()


def test_an_unmarked_query_prefers_what_it_means(engine: SearchEngine, tmp_path: Path) -> None:
    shelf = [make(number, text, "", text) for number, text in enumerate(TEXTS)]
    twins = [make("toan", "Bài về hòa hóc"), make("meant", "Bài về hoá học")]
    put(engine, *shelf, *twins)
    assert len({round(hit.score, 3) for hit in ask(engine, "bai ve hoa hoc").hits[:2]}) == 1
    engine.rebuild([*shelf, *twins])
    assert ids(ask(engine, "bai ve hoa hoc"))[0] == "meant"
    assert ask(engine, "bai ve hoa hoc").total == ask(engine, "bài về hoá học").total  # nothing is filtered by it
    assert engine.status().learnt_from == len(shelf) + 2
    beside = open_engine(f"tantivy:{tmp_path / 'index'}")  # another process
    assert ids(ask(beside, "bai ve hoa hoc"))[0] == "meant"
