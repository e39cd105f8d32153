"""Reads the controlled vocabularies (levels, subjects, types, roles ...) from data/*.toml into plain values.

Nothing here touches a database: `kho init` and the demo write these values into tables, tests read them
as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

_VOCABULARY_FILES = (
    "levels",
    "subjects",
    "subject_groups",
    "clusters",
    "facets",
    "reviews",
    "resource_types",
    "meetings",
    "exams",
    "competencies",
    "school_years",
)
_OTHER_TABLES = ("school_years", "exam_templates")


@dataclass(frozen=True)
class Term:
    """One entry of a vocabulary. Codes are never renamed or reused; a retired entry gets `active_to`.

    `order` is the place in the file; `details` holds what only this vocabulary has (extensions of a resource
    type, scopes of a role, widest reach of a licence, subjects of a group ...).
    """

    code: str
    label: str
    order: int
    short: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    levels: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    active: bool = True
    active_from: date | None = None
    active_to: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject(Term):
    """A subject or activity: `kinds` and `parents` are keyed by grade (1-12), `old_grades` mean the old
    programme.
    """

    kinds: Mapping[int, str] = field(default_factory=dict)
    parents: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    old_grades: tuple[int, ...] = ()
    related: tuple[str, ...] = ()
    programme: str = "gdpt-2018"


@dataclass(frozen=True)
class Commune:
    """A xã, phường or đặc khu; `former_district` is an alias for search, not a level of authority (R5)."""

    code: str
    label: str
    kind: str
    former_district: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Break:
    """Weeks without lessons, first and last day included."""

    label: str
    first: date
    last: date


@dataclass(frozen=True)
class SchoolYear:
    """Dates of one school year; 35 teaching weeks are counted from `first_monday`, breaks left out."""

    code: str
    opens: date
    first_monday: date
    hk1_end: date
    end: date
    duty_deadline: date
    breaks: tuple[Break, ...]


@dataclass(frozen=True)
class ExamPart:
    """One part: `questions` of `points` each; with 0 questions `points` is the sum of the part."""

    question_type: str
    questions: int
    points: Decimal


@dataclass(frozen=True)
class ExamTemplate:
    """The form of an exam paper; 0 `minutes` means by subject."""

    code: str
    label: str
    minutes: int
    parts: tuple[ExamPart, ...]


@cache
def vocabularies() -> Mapping[str, tuple[Term, ...]]:
    """Every vocabulary by name, its terms in the order in which they are shown. Subjects are `Subject`
    values.
    """
    found: dict[str, tuple[Term, ...]] = {}
    for name in _VOCABULARY_FILES:
        for vocabulary, rows in _read(name).items():
            if vocabulary not in _OTHER_TABLES:
                found[vocabulary] = tuple(_term(vocabulary, order, row) for order, row in enumerate(rows, 1))
    return MappingProxyType(found)


def terms(vocabulary: str) -> Mapping[str, Term]:
    """The terms of one vocabulary by code. KeyError for an unknown vocabulary."""
    return {term.code: term for term in vocabularies()[vocabulary]}


def subjects() -> Mapping[str, Subject]:
    """The subjects and activities by code."""
    return {term.code: term for term in vocabularies()["subjects"] if isinstance(term, Subject)}


def levels_of(grades: tuple[int, ...] | list[int]) -> tuple[str, ...]:
    """The level codes that these grades (1-12) belong to, in order: the level is never typed in (R31)."""
    wanted = set(grades)
    return tuple(level for level, taught in _grades_of_levels().items() if wanted & set(taught))


@cache
def province() -> Term:
    """The province of this installation, with its former names as aliases."""
    return _term("province", 1, _read("communes")["province"])


@cache
def communes() -> tuple[Commune, ...]:
    """The communes of the province."""
    return tuple(Commune(**_tuples(row)) for row in _read("communes")["communes"])


@cache
def old_place_names() -> Mapping[str, tuple[str, ...]]:
    """Names of former districts, in either spelling -> codes of the communes that stand there now (for search only)."""
    found: dict[str, tuple[str, ...]] = {}
    for commune in communes():
        found[commune.former_district] = (*found.get(commune.former_district, ()), commune.code)
    for row in _read("communes")["old_place_names"]:
        found[row["name"]] = found[row["former_district"]]
    return MappingProxyType(found)


@cache
def school_years() -> tuple[SchoolYear, ...]:
    """The school years, oldest first."""
    rows = [dict(row) for row in _read("school_years")["school_years"]]
    return tuple(
        SchoolYear(**{**row, "breaks": tuple(Break(**gap) for gap in row["breaks"])}) for row in rows
    )


@cache
def exam_templates() -> tuple[ExamTemplate, ...]:
    """The usual forms of exam papers."""
    return tuple(
        ExamTemplate(
            row["code"], row["label"], row["minutes"], tuple(_exam_part(part) for part in row["parts"])
        )
        for row in _read("exams")["exam_templates"]
    )


@cache
def abbreviations() -> Mapping[str, tuple[str, ...]]:
    """Abbreviation as teachers write it -> all its readings; those of subjects and textbook sets come
    from aliases.
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in _read("abbreviations")["abbreviations"]:
        for key in row["keys"]:
            found[key] = (*found.get(key, ()), *row["readings"])
    for vocabulary in ("subjects", "textbook_sets"):
        for term in vocabularies()[vocabulary]:
            for alias in term.aliases:
                if term.label not in found.get(alias, ()):
                    found[alias] = (*found.get(alias, ()), term.label)
    return MappingProxyType(found)


@cache
def other_abbreviations() -> frozenset[str]:
    """Abbreviations that (also) mean something that is no subject: alone they never prove a subject."""
    return frozenset(key for row in _read("abbreviations")["abbreviations"] for key in row["keys"])


@cache
def guessing_words() -> Mapping[str, Any]:
    """The words by which `guessing` recognises types and textbook sets (data/guessing.toml)."""
    return MappingProxyType(_read("guessing"))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8"))


@cache
def _grades_of_levels() -> Mapping[str, tuple[int, ...]]:
    return {row["code"]: _range(row["grades"]) for row in _read("levels")["levels"] if "grades" in row}


def _exam_part(row: dict[str, Any]) -> ExamPart:
    return ExamPart(row["question_type"], row["questions"], Decimal(row["points"]))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _range(text: str) -> tuple[int, ...]:
    first, _, last = text.partition("-")
    return tuple(range(int(first), int(last or first) + 1))


def _term(vocabulary: str, order: int, source: dict[str, Any]) -> Term:
    row = _tuples(source)
    if vocabulary == "subjects":
        return _subject(order, row)
    if "grades" in row:
        row["grades"] = _range(row["grades"])
    known = {key: row.pop(key) for key in list(row) if key in Term.__dataclass_fields__}
    return Term(order=order, details=MappingProxyType(row), **known)


def _subject(order: int, row: dict[str, Any]) -> Subject:
    kinds = {grade: kind for kind, grades in row.pop("kinds", {}).items() for grade in _range(grades)}
    parents: dict[int, tuple[str, ...]] = {}
    for code, grades in row.pop("parents", {}).items():
        for grade in _range(grades):
            parents[grade] = (*parents.get(grade, ()), code)
    old = _range(row.pop("old_grades")) if "old_grades" in row else ()
    return Subject(
        order=order,
        grades=tuple(sorted(kinds)),
        levels=levels_of(tuple(kinds)) if kinds else (),
        kinds=MappingProxyType(kinds),
        parents=MappingProxyType(parents),
        old_grades=old,
        **row,
    )
