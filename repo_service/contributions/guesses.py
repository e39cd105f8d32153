"""What Kho fills in for the teacher: guesses from names and texts of files, never over what a person typed (R31)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from repo_service.core.i18n import _
from repo_service.curriculum.guessing import Guessed, Source, guess_metadata

GUESSED_FIELDS = ("title", "type", "subtype", "grades", "subjects", "textbook_sets", "week", "term")


@dataclass(frozen=True)
class Suggestion:
    """Guessed values by field, as a form holds them, and a sentence for each on where it was found."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def as_json(self) -> str:
        """The values as the form carries them back, to tell a guess from what was typed."""
        return json.dumps(self.values, ensure_ascii=False)


def suggest(names: Sequence[str], texts: Sequence[str] = (), titles: Sequence[str] = ()) -> Suggestion:
    """Guess from the names of the files and from the texts and title lines read out of them so far."""
    guess = guess_metadata(names, texts, titles)
    found: dict[str, tuple[Any, Source]] = {}
    for name in ("title", "type", "subtype", "week", "term"):
        one: Guessed[Any] | None = getattr(guess, name)
        if one is not None:
            found[name] = (str(one.value), one.source)
    several: dict[str, Sequence[Guessed[Any]]] = {
        "subjects": guess.subjects,
        "textbook_sets": guess.textbook_sets,
        "grades": guess.grades,
    }
    for name, guessed in several.items():
        if guessed:
            codes = [f"lop-{one.value}" if name == "grades" else str(one.value) for one in guessed]
            found[name] = (codes, guessed[0].source)
    return Suggestion(
        {name: value for name, (value, _s) in found.items()},
        {name: _sentence(source) for name, (_v, source) in found.items()},
    )


def fill_in(
    typed: Mapping[str, Any], guessed_before: str, suggestion: Suggestion
) -> tuple[dict[str, Any], Suggestion]:
    """The form's values with guesses where nobody typed, and the guesses that are still shown as such."""
    before = _read(guessed_before)
    values, kept = dict(typed), Suggestion()
    for name in GUESSED_FIELDS:
        present = typed.get(name) or None
        untouched = present is None or present == before.get(name)
        if untouched and name in suggestion.values:
            values[name] = kept.values[name] = suggestion.values[name]
            kept.sources[name] = suggestion.sources[name]
    return values, kept


def _read(sent: str) -> dict[str, Any]:
    try:
        found = json.loads(sent or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sentence(source: Source) -> str:
    if source.place == "file_name":
        return str(_("“%(piece)s” trong tên tệp", piece=source.piece))
    if source.place == "title":
        return str(_("Lấy từ dòng tiêu đề trong tệp"))
    return str(_("“%(piece)s” trong bài", piece=source.piece))
