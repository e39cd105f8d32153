"""What Kho reads out of a typed query: class, subject, type, textbook set, semester, week, papers. They rank up, they
never filter (C2.6).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from indexer.vietnamese import analyse, fold, folded_tokens, normalise
from repo_service.core.i18n import _, _l
from repo_service.curriculum import seed_data
from repo_service.curriculum.guessing import guess_metadata
from repo_service.curriculum.queries import vocabularies
from repo_service.curriculum.setup import grade_code
from repo_service.curriculum.written_facts import papers_in, times_in

LONGEST = 200
"""Characters looked at: whoever types more is quoting a text."""
WEIGHTS = {
    "grade": 40.0, "subject": 12.0, "type": 10.0, "paper": 4.0, "term": 4.0, "week": 4.0, "textbook": 3.0,
}  # fmt: skip
"""Score units per understood part; a good title match is worth ten. Tuned on the one half of bench/school_queries."""

VOCABULARY = {
    "type": "resource_types", "subject": "subjects", "grade": "grades", "textbook": "textbook_sets", "term": "terms",
}  # fmt: skip
_MOMENTS = {"giua-ki": _l("Giữa kì"), "cuoi-ki": _l("Cuối kì"), "cuoi-nam": _l("Cuối năm")}
_PAPERS = {
    "cv": _l("Công văn"), "tt": _l("Thông tư"), "qd": _l("Quyết định"), "nd": _l("Nghị định"),
    "nq": _l("Nghị quyết"), "ct": _l("Chỉ thị"), "kh": _l("Kế hoạch số"),
}  # fmt: skip


_KEY_AND_GRADE = re.compile(r"(?<![^\W_])([a-z]{2,3}) ?(1[0-2]|[1-9])(?!\d)")


@dataclass(frozen=True)
class Reading:
    """One understood part of a query: a value of a filter field and its label."""

    field: str
    code: str
    label: str


def understand(q: str, ignored: Sequence[str] = ()) -> list[Reading]:
    """What the query says beside its words, without the parts the reader dropped."""
    found = [pair for pair in _codes(q[:LONGEST]) if pair[1] not in ignored]
    return [Reading(field, code, _label(field, code)) for field, code in found]


def _label(field: str, code: str) -> str:
    if field == "week":
        return _("Tuần %(week)s", week=code.removeprefix("tuan-"))
    if field == "paper":
        kind, *numbers = code.split("-")
        return f"{_PAPERS[kind]} {'/'.join(numbers)}"
    if code in _MOMENTS:
        return str(_MOMENTS[code])
    return vocabularies().label(VOCABULARY[field], code)


def boosts(readings: Sequence[Reading]) -> list[tuple[str, str, float]]:
    """The readings as the engine takes them."""
    return [(reading.field, reading.code, WEIGHTS[reading.field]) for reading in readings]


@lru_cache(maxsize=1024)
def _codes(q: str) -> tuple[tuple[str, str], ...]:
    if not q.strip():
        return ()
    guess = guess_metadata((), (), (q,))
    terms, weeks = times_in(q)
    subjects, grades = [each.value for each in guess.subjects], [each.value for each in guess.grades]
    if not subjects:
        subjects, grades = _ambiguous_subjects(q, grades)
    return (
        *((("type", guess.type.value),) if guess.type else ()),
        *(("subject", subject) for subject in subjects),
        *(("grade", grade_code(grade)) for grade in grades),
        *(("textbook", textbook.value) for textbook in guess.textbook_sets),
        *(("term", term) for term in terms),
        *(("week", week) for week in weeks),
        *(("paper", paper) for paper in _exactest(papers_in(q))),
    )


def _ambiguous_subjects(q: str, grades: list[int]) -> tuple[list[str], list[int]]:
    """ "CN 8" may be Công nghệ 8: a key with other readings says so beside a class; the reader drops what is wrong."""
    found: list[str] = []
    for key, number in _KEY_AND_GRADE.findall(fold(normalise(q))):
        fitting = [
            code
            for code in _subjects_by_key().get(key, ())
            if int(number) in seed_data.subjects()[code].grades
        ]
        if fitting:
            found += fitting
            grades = grades or [int(number)]
    return list(dict.fromkeys(found)), grades


@cache
def _subjects_by_key() -> dict[str, list[str]]:
    """Subjects by their abbreviations that mean something else as well."""
    others = {fold(key) for key in seed_data.other_abbreviations()}
    found: dict[str, list[str]] = {}
    for subject in seed_data.subjects().values():
        for key in {fold(alias) for alias in subject.aliases} & others:
            found.setdefault(key, []).append(subject.code)
    return found


def _exactest(papers: Sequence[str]) -> list[str]:
    """A paper with its year says all that its number alone says."""
    return [each for each in papers if not any(other.startswith(f"{each}-") for other in papers)]


_WORD = re.compile(r"[^\W_]+")
SHORTEST_SLIP = 4
"""Letters of a word that may be a slip: shorter ones are neighbours of too many others."""


def corrected(q: str, found: Iterable[str]) -> str | None:
    """The query with each word that no found text holds as its likeliest neighbour of one edit; None without any.

    "Ý thầy/cô là ..." (C2.5): neighbours come from what was found, so the correction finds something.
    """
    words = Counter(word.lower() for text in found for word in _WORD.findall(normalise(text)))
    by_folded: dict[str, Counter[str]] = {}
    for word, count in words.items():
        for form in (fold(word), *folded_tokens(analyse(word))):
            by_folded.setdefault(form, Counter())[word] += count

    def better(typed: re.Match[str]) -> str:
        folded = fold(typed[0])
        if (
            folded in by_folded
            or not by_folded.keys().isdisjoint(folded_tokens(analyse(typed[0])))
            or not _may_be_a_slip(typed[0])
        ):
            return typed[0]
        near = [each for each in by_folded if is_one_edit(folded, each)]
        best = max(near, key=lambda each: by_folded[each].total(), default=None)
        return by_folded[best].most_common(1)[0][0] if best else typed[0]

    text = _WORD.sub(better, normalise(q[:LONGEST]))
    return text if text != normalise(q[:LONGEST]) else None


def _may_be_a_slip(word: str) -> bool:
    """Long enough, no number, no abbreviation, and nothing that is only another spelling (kỳ for kì)."""
    return len(word) >= SHORTEST_SLIP and word.isalpha() and fold(word) not in _abbreviations()


@cache
def _abbreviations() -> frozenset[str]:
    names = (alias for subject in seed_data.subjects().values() for alias in subject.aliases)
    return frozenset(fold(key) for key in (*seed_data.other_abbreviations(), *names))


def is_one_edit(first: str, second: str) -> bool:
    """Whether one letter more, less or other, or two letters changing places, make one word the other."""
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    if len(short) == len(long) and sorted(short) == sorted(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 2
    same = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
