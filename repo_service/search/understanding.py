"""What Kho reads out of a typed query: class, subject, type, textbook set; they rank up, they never filter (C2.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.vietnamese import fold, normalise
from repo_service.curriculum.guessing import guess_metadata
from repo_service.curriculum.queries import vocabularies
from repo_service.curriculum.setup import grade_code

LONGEST = 200
"""Characters looked at: whoever types more is quoting a text."""
WEIGHTS = {"subject": 8.0, "grade": 8.0, "type": 5.0, "textbook": 3.0}
"""Score units per understood part; a good title match is worth ten. Tuned on the one half of bench/school_queries."""

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
    return [(reading.field, reading.code, WEIGHTS[reading.field]) for reading in readings]


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


_WORD = re.compile(r"[^\W_]+")


def corrected(q: str, found: Iterable[str]) -> str | None:
    """The query with each word that no found text holds as its likeliest neighbour of one edit; None without any.

    "Ý thầy/cô là ..." (C2.5): neighbours come from what was found, so the correction finds something.
    """
    words = Counter(word.lower() for text in found for word in _WORD.findall(normalise(text)))
    by_folded: dict[str, Counter[str]] = {}
    for word, count in words.items():
        by_folded.setdefault(fold(word), Counter())[word] += count

    def better(typed: re.Match[str]) -> str:
        folded = fold(typed[0])
        if folded in by_folded:
            return typed[0]
        near = [each for each in by_folded if is_one_edit(folded, each)]
        best = max(near, key=lambda each: by_folded[each].total(), default=None)
        return by_folded[best].most_common(1)[0][0] if best else typed[0]

    text = _WORD.sub(better, normalise(q[:LONGEST]))
    return text if text != normalise(q[:LONGEST]) else None


def is_one_edit(first: str, second: str) -> bool:
    """Whether one letter more, less or other makes one word the other."""
    short, long = sorted((first, second), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    same = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
