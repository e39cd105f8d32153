"""Telling who has a difficulty now, and the school how it goes on."""

from __future__ import annotations

from sqlalchemy import or_, select

from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import difficulty_path
from repo_service.difficulties import policy, queries
from repo_service.difficulties.models import Difficulty
from repo_service.notifications.service import notify
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Membership


def tell_filed(row: OutboxRow) -> None:
    """The commune's officers, or the department's staff."""
    found = current_session().get(Difficulty, row.object_id)
    if found is not None:
        _tell(_holders(found), "difficulty.filed", found)


def tell_passed_on(row: OutboxRow) -> None:
    """The department's staff; the school learns who has it."""
    found = current_session().get(Difficulty, row.object_id)
    if found is not None:
        _tell(_holders(found), "difficulty.filed", found, again=True)
        _tell(_school(found), "difficulty.passed_on", found)


def tell_answered(row: OutboxRow) -> None:
    """The heads of the school, and who filed it."""
    found = current_session().get(Difficulty, row.object_id)
    if found is not None:
        _tell(_school(found), "difficulty.answered", found)


def _holders(found: Difficulty) -> list[str | None]:
    if found.for_department:
        return _people(Membership.role.in_(("chuyen-vien-so", "lanh-dao-so")))
    return _people(Membership.role == "can-bo-xa", Membership.organization_id == found.body_id)


def _school(found: Difficulty) -> list[str | None]:
    heads = Membership.role.in_(policy.HEADS) & (Membership.organization_id == found.school_id)
    return _people(or_(heads, Membership.user_id == found.filed_by_id))


def _people(*conditions: object) -> list[str | None]:
    statement = select(Membership.user_id).where(*conditions, holds_now(Membership))  # type: ignore[arg-type]
    return list(current_session().scalars(statement.distinct()))


def _tell(people: list[str | None], kind: str, found: Difficulty, *, again: bool = False) -> None:
    school, _body = queries.names_of(found)
    origin = f"{kind}{'-again' if again else ''}:{found.id}"
    short = found.text if len(found.text) <= 120 else f"{found.text[:119]}…"
    notify(people, kind, difficulty_path(found.id), origin, school=school, text=short)
