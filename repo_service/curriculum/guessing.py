"""Guesses title, type, grade, subject ... of a contribution from file names, titles and the head of its
text (R31).

Pure functions. No guess is better than a wrong one: a piece with several readings (TH, CD, MT) says
nothing alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from repo_service.curriculum import seed_data
from repo_service.curriculum.guessed_subjects import Clue, find_grades, find_subjects
from repo_service.curriculum.guessed_title import compose_title, title_of
from repo_service.curriculum.written_facts import terms_in, weeks_in

HEAD_CHARACTERS = 1500  # a plan names its subject and class on the first half page
_HEADINGS = {
    "khbd-5512": re.compile(r"tien trinh day hoc"),
    "khbd-2345": re.compile(r"yeu cau can dat[\s\S]*do dung day hoc"),
}
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Where a guess comes from: `place` is file_name, text or title; `piece` the words that were matched."""

    place: str
    piece: str


@dataclass(frozen=True)
class Guessed(Generic[T]):
    """One guessed value (vocabulary code, number or text) and its source."""

    value: T
    source: Source


@dataclass(frozen=True)
class Guess:
    """What could be guessed; None or an empty tuple where nothing was certain enough."""

    title: Guessed[str] | None = None
    type: Guessed[str] | None = None
    subtype: Guessed[str] | None = None
    grades: tuple[Guessed[int], ...] = ()
    subjects: tuple[Guessed[str], ...] = ()
    textbook_sets: tuple[Guessed[str], ...] = ()
    week: Guessed[int] | None = None
    term: Guessed[str] | None = None


def guess_metadata(
    file_names: Sequence[str], texts: Sequence[str] = (), titles: Sequence[str | None] = ()
) -> Guess:
    """Guess the metadata of one contribution; `texts` and `titles` are what was found inside its files.

    File names are believed before titles, titles before the head of the text; the places are not mixed
    for one field.
    """
    clues = [
        *(Clue.of("file_name", PurePosixPath(name.replace("\\", "/")).stem) for name in file_names),
        *(Clue.of("title", title) for title in titles if title),
        *(Clue.of("text", text[:HEAD_CHARACTERS]) for text in texts if text),
    ]
    grades = _first_place(clues, find_grades)
    numbers = tuple(grade.value for grade in grades)
    kind, subtype = _type(file_names, clues)
    guess = Guess(
        type=kind,
        subtype=subtype or _plan_form(kind, texts),
        grades=grades,
        subjects=_first_place(clues, lambda clue: find_subjects(clue, numbers)),
        textbook_sets=_first_place(clues, _textbook_sets),
        week=_only(_first_place(clues, weeks_in)),
        term=_only(_first_place(clues, _terms)),
    )
    return _with_title(guess, file_names, texts, titles)


def _first_place(clues: Iterable[Clue], find: Any) -> tuple[Guessed[Any], ...]:
    """What `find` sees in the most trusted place that says anything, each value once."""
    found: dict[Any, Guessed[Any]] = {}
    place = None
    for clue in clues:
        if found and clue.place != place:
            break
        for value, piece in find(clue):
            place = clue.place
            found.setdefault(value, Guessed(value, Source(clue.place, piece)))
    return tuple(found.values())


def _only(found: tuple[Guessed[Any], ...]) -> Guessed[Any] | None:
    return found[0] if len(found) == 1 else None


def _terms(clue: Clue) -> list[tuple[str, str]]:
    return [] if clue.place == "text" else terms_in(clue)


def _textbook_sets(clue: Clue) -> list[tuple[str, str]]:
    return [
        (row["code"], piece)
        for row in seed_data.guessing_words()["textbook_sets"]
        for word in row["words"]
        if (piece := clue.find(word))
    ][:3]


def _type(file_names: Sequence[str], clues: list[Clue]) -> tuple[Guessed[str] | None, Guessed[str] | None]:
    """Type and subtype: of each file by extension, then by words; files that disagree say nothing, a
    plan leads.
    """
    of_files = [
        found
        for name, clue in zip(file_names, clues, strict=False)
        if (found := _type_by_extension(name) or _type_by_words(clue))
    ]
    by_words = (_type_by_words(clue) for clue in clues[len(file_names) :])
    candidates = of_files or [found for found in by_words if found][:1]
    plans = [found for found in candidates if found[0].value == "khbd"]
    if plans:
        return plans[0]
    if len({found[0].value for found in candidates}) != 1:
        return None, None
    same_subtype = len({found[1].value if found[1] else None for found in candidates}) == 1
    return candidates[0] if same_subtype else (candidates[0][0], None)


def _type_by_extension(name: str) -> tuple[Guessed[str], Guessed[str] | None] | None:
    extension = name.lower().rpartition(".")[2]
    for row in seed_data.guessing_words()["extensions"]:
        if "." in name and extension in row["extensions"]:
            return _typed(row, Source("file_name", f".{extension}"))
    return None


def _type_by_words(clue: Clue) -> tuple[Guessed[str], Guessed[str] | None] | None:
    words = seed_data.guessing_words()
    for row in words["phrases"]:
        for word in row["words"]:
            piece = clue.find(word, row.get("marked", ()), heading=clue.place == "text")
            if piece:
                return _typed(row, Source(clue.place, piece))
    for row in words["capital_words"]:
        if clue.place == "file_name" and re.search(rf"(?<![^\W\d_]){row['word']}(?![^\W\d_])", clue.shown):
            return _typed(row, Source(clue.place, row["word"]))
    return None


def _typed(row: dict[str, Any], source: Source) -> tuple[Guessed[str], Guessed[str] | None]:
    subtype = Guessed(row["subtype"], source) if "subtype" in row else None
    return Guessed(row["type"], source), subtype


def _plan_form(kind: Guessed[str] | None, texts: Sequence[str]) -> Guessed[str] | None:
    """Which official structure a plan follows, by its headings."""
    if kind is None or kind.value != "khbd":
        return None
    for text in texts:
        clue = Clue.of("text", text)
        for subtype, pattern in _HEADINGS.items():
            if match := pattern.search(clue.folded):
                return Guessed(subtype, Source("text", clue.piece(match)[:80]))
    return None


def _with_title(
    guess: Guess, file_names: Sequence[str], texts: Sequence[str], titles: Sequence[str | None]
) -> Guess:
    found = title_of(file_names, texts, titles)
    composed = None
    if found is None or found[1] == "file_name":
        type_code = guess.type.value if guess.type else None
        composed = compose_title(
            found[0] if found else "",
            type_code,
            [subject.value for subject in guess.subjects],
            [grade.value for grade in guess.grades],
            guess.week.value if guess.week else None,
        )
    if composed:
        found = (composed, "file_name", found[0] if found else "")
    if found is None:
        return guess
    title, place, piece = found
    value = unicodedata.normalize("NFC", title)
    return Guess(**{**guess.__dict__, "title": Guessed(value, Source(place, piece))})
