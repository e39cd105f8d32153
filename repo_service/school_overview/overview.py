"""A school's year composed: its clusters' duties, who contributes in which subject, where nobody does yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from indexer.vietnamese import sort_key
from repo_service.core import clock
from repo_service.core.i18n import _
from repo_service.core.pagination import Page
from repo_service.core.permissions import Viewer
from repo_service.core.school_year import SchoolYear
from repo_service.core.urls import absolute, cluster_duties_path
from repo_service.curation.queries import curation_facts
from repo_service.curriculum.queries import vocabularies
from repo_service.duty_board.rows import Filters, Row, read_board
from repo_service.office.calendar import Event, write_calendar
from repo_service.organizations.models import Organization
from repo_service.organizations.province_settings import duty_deadline
from repo_service.school_overview import queries
from repo_service.school_overview.queries import Used, Written

PAGE = 30
_MUST = ("bb", "hd")
"""Kinds of subjects that every school of the level teaches (B2)."""


@dataclass(frozen=True)
class Person:
    """Somebody of the school and the subjects of what was shared; no count, no order but the alphabet (R26)."""

    name: str
    subjects: Sequence[str]


@dataclass(frozen=True)
class Overview:
    """Everything the page of a school shows."""

    school: Organization
    school_year: str
    duties: Sequence[Row]
    people: Sequence[Person]
    silent_subjects: Sequence[str]
    """Labels of subjects in which nobody of the school took part this year."""
    shared: Sequence[tuple[str, str]]
    """(id, title) of what the school's people published this year, by title."""
    used: Page[Used]


def read_overview(viewer: Viewer, school: Organization, school_year: str, page: int = 1) -> Overview:
    """The page of a school; a constant number of statements."""
    written = queries.written_in(viewer, school.id, school_year)
    active = {subject for each in written for subject in each.subjects}
    active |= queries.subjects_taken_part_in(school.id, school_year)
    clusters = queries.clusters_of_school(school.id, school_year)
    return Overview(
        school, school_year, read_board(viewer, Filters(school_year), clusters).rows, people_of(written),
        silent_subjects(school.levels, queries.subjects_of_teachers(school.id, school_year), active),
        list({each.resource_id: each.title for each in written}.items()),
        queries.used_works(viewer, school.id, school_year, page, PAGE),
    )  # fmt: skip


def people_of(written: Iterable[Written]) -> list[Person]:
    """Authors in the order of the alphabet, each with the subjects in the order of the programme."""
    subjects: dict[tuple[str, str], set[str]] = {}
    for each in written:
        subjects.setdefault((each.name_sort, each.name), set()).update(each.subjects)
    ordered = sorted(subjects.items(), key=lambda item: (sort_key(item[0][0]), item[0][1]))
    return [Person(name, _labels(codes)) for (_sort, name), codes in ordered]


def silent_subjects(levels: Sequence[str], taught: set[str], active: set[str]) -> list[str]:
    """Labels of what the school teaches by its levels and teachers, without what somebody took part in.

    A part counts for its parent at the grades of the school: whoever shared a Tiếng Anh lesson took part in
    Ngoại ngữ 1, and an active whole leaves none of its parts silent.
    """
    lists = vocabularies()
    grades = [code for code, term in lists.terms("grades").items() if set(term.levels) & set(levels)]
    reached = set(lists.with_parents(active, grades))
    wanted = {code for code in lists.terms("subjects") if _is_must(code, grades)} | taught
    silent = {code for code in wanted - reached if not set(lists.with_parents([code], grades)) & reached}
    return _labels(silent)


def _is_must(code: str, grades: Sequence[str]) -> bool:
    values = vocabularies().terms("subjects")[code].values
    kinds, parents = values.get("kinds") or {}, values.get("parents") or {}
    return any(kinds.get(grade) in _MUST and not parents.get(grade) for grade in grades)


def _labels(codes: Iterable[str]) -> list[str]:
    wanted, lists = set(codes), vocabularies()
    known = [code for code in lists.terms("subjects") if code in wanted]
    return [lists.label("subjects", code) for code in (*known, *sorted(wanted - set(known)))]


def calendar_of(viewer: Viewer, school: Organization, school_year: str) -> str:
    """The deadlines of the school's clusters as an .ics file, for the school's own plan (R39)."""
    clusters = queries.clusters_of_school(school.id, school_year)
    rows = read_board(viewer, Filters(school_year), clusters).rows
    curation = curation_facts([row.cluster.id for row in rows], school_year)
    deadline = duty_deadline(SchoolYear.parse(school_year))
    events: list[Event] = []
    for row in rows:
        link = absolute(cluster_duties_path(row.cluster.id, school_year))
        key, name = f"{row.cluster.id}-{school_year}", row.cluster.name
        if not row.cells[0].is_met:
            title = _("Hạn sản phẩm năm của %(name)s", name=name)
            events.append(
                Event(f"product-{key}@kho", title, deadline, text=row.cells[0].reason, url=link,
                      remind_before=timedelta(days=14))
            )  # fmt: skip
        facts = curation.get(row.cluster.id)
        if facts and facts.next_due_on:
            title = _("Hạn rà soát của %(name)s", name=name)
            events.append(Event(f"curation-{key}@kho", title, facts.next_due_on, url=link))
    year = school_year.replace("-", "–")
    return write_calendar(_("Việc của các cụm, năm học %(year)s", year=year), events, clock.now())
