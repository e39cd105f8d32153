"""Our labelled set of personal data is well-formed, so that a figure measured on it means something."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from bench.invented_papers import invented_papers

FOLDER = Path(__file__).parents[2] / "bench" / "personal_data"
HALVES = ("tuning", "heldout")
PERSONS = {"pupil", "hardship", "birth_date", "address", "phone", "email"}
NUMBERS = {"citizen_id", "health_card", "bank_account", "pupil_id"}
KINDS = {"roster"} | PERSONS | NUMBERS


def texts(*halves: str) -> list[Path]:
    return [path for half in halves for path in sorted((FOLDER / half).glob("*.txt"))]


def labels(text: Path) -> list[dict[str, int | str]]:
    spans: list[dict[str, int | str]] = json.loads(Path(f"{text}.json").read_text(encoding="utf-8"))
    return spans


def group(text: Path) -> str:
    kinds = {span["kind"] for span in labels(text)}
    return "clean" if not kinds else "roster" if "roster" in kinds else "single mentions"


@pytest.mark.parametrize("half", HALVES)
def test_every_text_has_its_labels_and_every_label_file_its_text(half: str) -> None:
    names = {path.name for path in texts(half)}
    assert {path.name.removesuffix(".json") for path in (FOLDER / half).glob("*.json")} == names


def test_every_span_has_a_known_kind_and_covers_words_of_its_text() -> None:
    for path in texts(*HALVES):
        text = path.read_bytes().decode("utf-8")
        for span in labels(path):
            assert set(span) == {"start", "end", "kind"}, path
            assert span["kind"] in KINDS, path
            start, end = int(span["start"]), int(span["end"])
            assert 0 <= start < end <= len(text), path
            assert text[start:end] == text[start:end].strip(), (path, span)


def test_spans_stand_in_order_and_do_not_overlap() -> None:
    for path in texts(*HALVES):
        spans = labels(path)
        for before, after in pairwise(spans):
            assert int(before["end"]) <= int(after["start"]), path


def test_a_roster_covers_at_least_three_rows_or_entries() -> None:
    for path in texts(*HALVES):
        text = path.read_bytes().decode("utf-8")
        for span in labels(path):
            if span["kind"] == "roster":
                assert len(re.split(r"[\n;,]", text[int(span["start"]) : int(span["end"])])) >= 3, path


def test_no_document_stands_in_both_halves() -> None:
    contents = [path.read_bytes() for path in texts(*HALVES)]
    assert len({path.name for path in texts(*HALVES)}) == len(set(contents)) == len(contents)


def test_both_halves_are_made_up_alike() -> None:
    tuning, heldout = (Counter(map(group, texts(half))) for half in HALVES)
    assert set(tuning) == {"clean", "roster", "single mentions"}
    for name in tuning:
        assert abs(tuning[name] / tuning.total() - heldout[name] / heldout.total()) <= 0.1, name


def test_every_kind_is_found_in_both_halves() -> None:
    for half in HALVES:
        assert {span["kind"] for path in texts(half) for span in labels(path)} == KINDS


def test_the_set_is_large_enough_for_its_goals() -> None:
    assert Counter(map(group, texts(*HALVES)))["clean"] >= 160
    kinds = Counter(span["kind"] for path in texts(*HALVES) for span in labels(path))
    assert kinds.pop("roster") >= 60
    assert kinds.total() >= 220


def test_invented_papers_are_the_same_for_everybody_and_well_labelled() -> None:
    papers = list(invented_papers())
    assert papers == list(invented_papers())
    for name, text, spans in papers:
        assert "{" not in text, name
        for before, after in pairwise([(0, 0, ""), *spans]):
            assert before[1] <= after[0] < after[1] <= len(text), name
    kinds = Counter(kind for _, _, spans in papers for _, _, kind in spans)
    assert set(kinds) == KINDS
    assert kinds.pop("roster") >= 150 and kinds.total() >= 250
    assert sum(not spans for _, _, spans in papers) >= 200
