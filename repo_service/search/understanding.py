"""What Kho reads out of a typed query: class, subject, type, textbook set; they rank up, they never filter (C2.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from repo_service.curriculum.guessing import guess_metadata
from repo_service.curriculum.queries import vocabularies
from repo_service.curriculum.setup import grade_code

LONGEST = 200
"""Characters looked at: whoever types more is quoting a text."""
WEIGHT = 1.5
"""Score units per understood part; a good title match is worth ten."""

VOCABULARY = {"type": "resource_types", "subject": "subjects", "grade": "grades", "textbook": "textbook_sets"}


@dataclass(frozen=True)
class Reading:
    """One understood part of a query: a value of a filter field and its label."""

    field: str
    code: str
    label: str


def understand(q: str, ignored: Sequence[str] = ()) -> list[Reading]:
    """What the query says beside its words, without the parts the reader dropped."""
    lists = vocabularies()
    found = [pair for pair in _codes(q[:LONGEST]) if pair[1] not in ignored]
    return [Reading(field, code, lists.label(VOCABULARY[field], code)) for field, code in found]


def boosts(readings: Sequence[Reading]) -> list[tuple[str, str, float]]:
    """The readings as the engine takes them."""
    return [(reading.field, reading.code, WEIGHT) for reading in readings]


@lru_cache(maxsize=1024)
def _codes(q: str) -> tuple[tuple[str, str], ...]:
    guess = guess_metadata((), (), (q,)) if q.strip() else None
    if guess is None:
        return ()
    return (
        *((("type", guess.type.value),) if guess.type else ()),
        *(("subject", subject.value) for subject in guess.subjects),
        *(("grade", grade_code(grade.value)) for grade in guess.grades),
        *(("textbook", textbook.value) for textbook in guess.textbook_sets),
    )
