"""Reading the controlled lists: labels, choices, what belongs to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from repo_service.curriculum.installation import Cached
from repo_service.curriculum.models import Term


@dataclass(frozen=True)
class Vocabularies:
    """Every list, by name, in order; retired entries stay readable but are no longer offered."""

    lists: dict[str, dict[str, Term]]

    def terms(self, vocabulary: str) -> dict[str, Term]:
        """Code -> term, in the list's order; an unknown list is empty."""
        return self.lists.get(vocabulary, {})

    def label(self, vocabulary: str, code: str | None) -> str:
        """The label of a code; the code itself when the list does not know it."""
        term = self.terms(vocabulary).get(code or "")
        return term.label if term else (code or "")

    def short(self, vocabulary: str, code: str) -> str:
        """The short label, for cards and chips."""
        term = self.terms(vocabulary).get(code)
        return (term.short_label or term.label) if term else code

    def choices(self, vocabulary: str) -> list[tuple[str, str]]:
        """(code, label) pairs to choose from today."""
        return [(code, term.label) for code, term in self.terms(vocabulary).items() if term.active_to is None]

    def knows(self, vocabulary: str, code: str) -> bool:
        """Whether the list holds the code."""
        return code in self.terms(vocabulary)

    def levels_of(self, grades: Iterable[str]) -> list[str]:
        """The levels that follow from grades: lop-6 -> thcs (R31)."""
        found = {
            level for grade in grades if (term := self.terms("grades").get(grade)) for level in term.levels
        }
        return [code for code in self.terms("levels") if code in found]

    def with_parents(self, subjects: Iterable[str], grades: Iterable[str]) -> list[str]:
        """Subjects and the parents they are parts of at these grades (B2: lich-su -> lich-su-dia-li at 6-9)."""
        wanted = list(dict.fromkeys(subjects))
        for code in list(wanted):
            term = self.terms("subjects").get(code)
            parents: dict[str, list[str]] = term.values.get("parents", {}) if term else {}
            for grade in grades:
                wanted += [parent for parent in parents.get(grade, ()) if parent not in wanted]
        return wanted


def _read(session: Session) -> Vocabularies:
    lists: dict[str, dict[str, Term]] = {}
    for term in session.scalars(select(Term).order_by(Term.vocabulary, Term.position, Term.code)):
        session.expunge(term)
        lists.setdefault(term.vocabulary, {})[term.code] = term
    return Vocabularies(lists)


_vocabularies = Cached(_read)


def vocabularies() -> Vocabularies:
    """The controlled lists as they are now; costs no statement while nothing changed."""
    return _vocabularies.get()
