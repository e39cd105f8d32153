"""Where a sent version stands (nobody took it yet, or who reads it since when), and the badge it bears afterwards.

Reviews stand above this feature: their rows are read by table name, their words are made here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, column, func, literal_column, select, table

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import UtcDateTime, current_session
from repo_service.core.i18n import _
from repo_service.resources.models import Resource
from repo_service.ui.formats import day
from repo_service.ui.frame import salutation

_rounds = table(
    "review_rounds", column("id"), column("resource_id"), column("state"), column("due_on", Date()),
    column("version_id"), column("nudged_at", UtcDateTime()),
)  # fmt: skip
_places = table(
    "review_assignments", column("id"), column("round_id"), column("state"), column("reviewer_id"),
    column("created_at", UtcDateTime()),
)  # fmt: skip


@dataclass(frozen=True)
class UnderReview:
    """The open round of a work: the first of those who read it now, how many do, how many have read it."""

    round_id: str
    version_id: str
    due_on: date
    nudged_at: datetime | None
    reader: str | None
    form_of_address: str | None
    since: datetime | None
    reading: int
    read: int

    @property
    def sentence(self) -> str:
        """ "Cô Hoa đang đọc từ 12/11/2026, hẹn 19/11/2026." """
        values = {"due": day(self.due_on), "count": self.read}
        if not self.reader or not self.since:
            said = _("Đã gửi, chưa ai nhận đọc; hẹn %(due)s.", **values)
            return str(
                _("Đã có %(count)s đồng nghiệp đọc, còn chờ người nữa; hẹn %(due)s.", **values)
                if self.read
                else said
            )
        values |= {"who": salutation(self.form_of_address or "", self.reader), "since": day(self.since)}
        if self.reading > 1:
            values["more"] = self.reading - 1
            said = _("%(who)s và %(more)s đồng nghiệp nữa đang đọc từ %(since)s, hẹn %(due)s.", **values)
        else:
            said = _("%(who)s đang đọc từ %(since)s, hẹn %(due)s.", **values)
        return said[:1].upper() + said[1:]

    @property
    def is_late(self) -> bool:
        """Whether its day has passed."""
        return self.due_on < clock.today()

    @property
    def may_be_nudged(self) -> bool:
        """Nobody asked today."""
        return self.nudged_at is None or clock.local(self.nudged_at).date() != clock.today()


def reviewed_words(reviewed: Mapping[str, Any] | None) -> str | None:
    """The badge of a version: "Đã phản biện: THCS Dốc Nắng và 1 trường nữa, 12/11/2026"; None without an approval."""
    if not reviewed:
        return None
    schools, on = reviewed["schools"], day(date.fromisoformat(reviewed["on"]))
    match schools:
        case []:
            return str(_("Đã phản biện: %(day)s", day=on))
        case [school]:
            return str(_("Đã phản biện: %(school)s, %(day)s", school=school, day=on))
        case [school, *more]:
            names = {"school": school, "count": len(more), "day": on}
            return str(_("Đã phản biện: %(school)s và %(count)s trường nữa, %(day)s", **names))
    return None


def _count(*states: str) -> ColumnElement[int]:
    places = and_(_places.c.round_id == _rounds.c.id, _places.c.state.in_(states))
    return select(func.count()).select_from(_places).where(places).correlate(_rounds).scalar_subquery()


STANDING = (
    _rounds.c.id, _rounds.c.version_id, _rounds.c.due_on, _rounds.c.nudged_at, User.name, User.form_of_address,
    _places.c.created_at, _count("open"), _count("done"),
)  # fmt: skip
"""The columns of UnderReview, in its order, of a statement that was `joined`."""


_IS_OPEN = _rounds.c.state == literal_column("'open'")
"""Written out: with a parameter that decides on a partial index SQLite plans the statement anew at each call."""


def joined(statement: Select[Any]) -> Select[Any]:
    """A statement on Resource with its open round, if any (a work never has two), and the first reader of it."""
    first = select(_places.c.id).where(_places.c.round_id == _rounds.c.id, _places.c.state == "open")
    in_order = first.order_by(_places.c.created_at, _places.c.id).limit(1)
    first_id = in_order.correlate(_rounds).scalar_subquery()
    return (
        statement.outerjoin(_rounds, and_(_rounds.c.resource_id == Resource.id, _IS_OPEN))
        .outerjoin(_places, _places.c.id == first_id)
        .outerjoin(User, User.id == _places.c.reviewer_id)
    )


def standing(row: Sequence[Any]) -> UnderReview | None:
    """From the values of STANDING."""
    return UnderReview(*row) if row[0] is not None else None


def standings_of(resource_ids: Sequence[str]) -> dict[str, UnderReview]:
    """Of several works that the caller was let into; one statement."""
    statement = joined(select(*STANDING, Resource.id).select_from(Resource)).where(
        Resource.id.in_(resource_ids)
    )
    rows = current_session().execute(statement).all() if resource_ids else ()
    return {row[-1]: found for row in rows if (found := standing(row[:-1]))}
