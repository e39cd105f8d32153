"""From the seed files to rows of the controlled lists, keeping what the department has edited."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from indexer.vietnamese import fold
from repo_service.core.db import current_session
from repo_service.curriculum import seed_data
from repo_service.curriculum.models import Term

ABBREVIATIONS = "abbreviations"


def install_vocabularies() -> int:
    """Add every seeded term that is not there yet; returns how many. Existing rows are left alone."""
    session = current_session()
    present = {(row.vocabulary, row.code) for row in session.execute(select(Term.vocabulary, Term.code))}
    missing = [term for term in seeded_terms() if (term.vocabulary, term.code) not in present]
    session.add_all(missing)
    return len(missing)


def seeded_terms() -> list[Term]:
    """Every term of the seed files as a fresh row; grades become codes (`lop-6`)."""
    rows = [_row(name, term) for name, terms in seed_data.vocabularies().items() for term in terms]
    rows += [_school_year_row(place, year) for place, year in enumerate(seed_data.school_years(), 1)]
    return rows + _abbreviation_rows()


def _row(vocabulary: str, term: seed_data.Term) -> Term:
    grades = [grade_code(grade) for grade in term.grades]
    levels = list(term.levels) or ([term.parent] if vocabulary == "grades" and term.parent else [])
    return Term(
        vocabulary=vocabulary, code=term.code, label=term.label, short_label=term.short, aliases=list(term.aliases),
        parent=term.parent, position=term.order, grades=grades, levels=levels, values=_values(term),
        active_from=term.active_from.isoformat() if term.active_from else None,
        active_to=term.active_to.isoformat() if term.active_to else (None if term.active else "2018-01-01"),
    )  # fmt: skip


def _values(term: seed_data.Term) -> dict[str, Any]:
    values = {
        name: list(value) if isinstance(value, tuple) else value for name, value in term.details.items()
    }
    if isinstance(term, seed_data.Subject):
        values["kinds"] = {grade_code(grade): kind for grade, kind in term.kinds.items()}
        values["parents"] = {grade_code(grade): list(parents) for grade, parents in term.parents.items()}
        values["programme"] = term.programme
    return values


def _school_year_row(place: int, year: seed_data.SchoolYear) -> Term:
    dates = {
        name: getattr(year, name).isoformat()
        for name in ("opens", "first_monday", "hk1_end", "end", "duty_deadline")
    }
    breaks = [[gap.label, gap.first.isoformat(), gap.last.isoformat()] for gap in year.breaks]
    return Term(
        vocabulary="school_years", code=year.code, label=year.code.replace("-", "–"), position=place,
        aliases=[], grades=[], levels=[], values={**dates, "breaks": breaks},
    )  # fmt: skip


def _abbreviation_rows() -> list[Term]:
    """Keys that fold alike (CĐ, CD) share a row; `values.keys` keeps how they are written."""
    merged: dict[str, tuple[list[str], list[str]]] = {}
    for key, readings in seed_data.abbreviations().items():
        keys, found = merged.setdefault(fold(key), ([], []))
        keys.append(key)
        found.extend(reading for reading in readings if reading not in found)
    return [
        Term(
            vocabulary=ABBREVIATIONS, code=code[:60], label=keys[0], position=place, aliases=readings,
            grades=[], levels=[], values={"keys": keys},
        )
        for place, (code, (keys, readings)) in enumerate(merged.items(), 1)
    ]  # fmt: skip


def grade_code(grade: int) -> str:
    """6 -> `lop-6`."""
    return f"lop-{grade}"
