"""Whom a lead might ask to read: colleagues who did not make the work, in an order that is explained in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.i18n import _
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Membership, Organization, Succession
from repo_service.reviews.models import ReviewAssignment, ReviewRound


@dataclass
class Colleague:
    """One who may be asked, and what speaks for it; never a figure about how well somebody reads."""

    id: str
    name: str
    form_of_address: str
    load: int
    """Works this colleague is reading already."""
    schools: dict[str, str] = field(default_factory=dict)
    subjects: set[str] = field(default_factory=set)
    is_reviewer: bool = False
    """Holds the role Người phản biện."""
    outside: bool = False
    read_in: int | None = None
    """Number of the earlier round in which this colleague read the work."""
    unwilling: bool = False
    """Handed this round back, or declined the work before: asked last."""

    @property
    def reasons(self) -> list[str]:
        """In words, for the lead."""
        label = vocabularies().label
        said = [_("đã đọc vòng %(number)s", number=self.read_in) if self.read_in else ""]
        said += [_("dạy %(subject)s", subject=label("subjects", code)) for code in sorted(self.subjects)]
        said += sorted(self.schools.values()) if self.outside else [_("cùng trường tác giả")]
        said.append(_("đang đọc %(count)s bài", count=self.load) if self.load else "")
        said.append(_("lần này chưa đọc được") if self.unwilling else "")
        return [word for word in said if word]


def colleagues(review_round: ReviewRound, rounds: Sequence[ReviewRound]) -> list[Colleague]:
    """Everybody of the cluster who may be asked; first who read it before, who is of another school, teaches the
    subject, is a reviewer, reads little now. `rounds`: all of the resource, with verdicts. Two statements.
    """
    makers = _makers(review_round)
    barred = makers | {place.reviewer_id for place in review_round.readers}
    found: dict[str, Colleague] = {}
    for row in current_session().execute(_statement(review_round, barred)):
        person = found.setdefault(row.id, Colleague(row.id, row.name, row.form_of_address, row.load or 0))
        if row.school:
            person.schools[row.organization_id] = row.school
        person.subjects |= set(row.subjects) & set(review_round.version.subjects)
        person.is_reviewer |= row.role == "phan-bien"
    _note_schools(review_round, makers, found.values())
    _note_earlier(review_round, rounds, found)
    return sorted(
        found.values(), key=_fitness
    )  # the rows came in the order of the alphabet, and that order stays


def _fitness(person: Colleague) -> tuple[Any, ...]:
    before, teaches = person.read_in is not None, bool(person.subjects)
    return person.unwilling, not before, not person.outside, not teaches, not person.is_reviewer, person.load


def _makers(review_round: ReviewRound) -> set[str]:
    version, resource = review_round.version, review_round.resource
    authors = {author.user_id for author in resource.authors if author.user_id}
    return {version.created_by_id, version.last_editor_id, resource.created_by_id} | authors


def _statement(review_round: ReviewRound, barred: set[str]) -> Select[*tuple[Any, ...]]:
    """A row for each role of each person near the round."""
    role = aliased(Membership)
    open_here = select(ReviewAssignment.reviewer_id, func.count().label("load")).where(
        ReviewAssignment.state == "open"
    )
    load = open_here.group_by(ReviewAssignment.reviewer_id).subquery()
    return (
        select(
            User.id, User.name, User.form_of_address, role.role, role.subjects, role.organization_id,
            Organization.name.label("school"), load.c.load,
        )
        .join(role, role.user_id == User.id)
        .outerjoin(Organization, Organization.id == role.organization_id)
        .outerjoin(load, load.c.reviewer_id == User.id)
        .where(User.id.in_(_near(review_round)), User.id.not_in(barred), User.is_active, holds_now(role))
        .order_by(User.name_sort, User.id)
    )  # fmt: skip


def _near(review_round: ReviewRound) -> Select[str | None]:
    """Who works in the round's cluster, or in what it was merged or split into; without a cluster, in its school."""
    person = select(Membership.user_id).where(Membership.user_id.is_not(None), holds_now(Membership))
    if review_round.cluster_id is None:
        return person.where(Membership.organization_id == review_round.school_id)
    school, heirs = aliased(Membership), select(Succession.successor_id)

    def here(place: Any) -> ColumnElement[bool]:
        later = heirs.where(Succession.predecessor_id == review_round.cluster_id)
        return or_(place.cluster_id == review_round.cluster_id, place.cluster_id.in_(later))

    schools = select(school.organization_id).where(school.user_id.is_(None), holds_now(school), here(school))
    return person.where(or_(here(Membership), Membership.organization_id.in_(schools)))


def _note_schools(review_round: ReviewRound, makers: set[str], people: Iterable[Colleague]) -> None:
    resource = review_round.resource
    statement = select(Membership.organization_id).where(
        Membership.user_id.in_(makers), holds_now(Membership)
    )
    theirs = {author.school_id for author in resource.authors} | {resource.school_id}
    theirs |= set(current_session().scalars(statement))
    for person in people:
        person.outside = bool(person.schools) and not theirs & set(person.schools)


def _note_earlier(
    review_round: ReviewRound, rounds: Sequence[ReviewRound], found: dict[str, Colleague]
) -> None:
    for each in reversed(rounds):  # the newest last: it has the say
        for verdict in each.verdicts if each.number < review_round.number else ():
            person = found.get(verdict.reviewer_id)
            if person is not None:
                person.read_in, person.unwilling = each.number, verdict.decision == "decline"
    for place in review_round.assignments:
        if place.state == "returned" and place.reviewer_id in found:
            found[place.reviewer_id].unwilling = True
