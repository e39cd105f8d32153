"""Reading choices and letters: what one chose, which notices are due for a digest, which letters wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.letters.models import (
    AT_ONCE,
    DAILY,
    NEVER,
    WAITING,
    WEEKLY,
    DeadMailbox,
    MailChoice,
    OutgoingLetter,
)
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import GROUPS, kinds_of

DIGEST_TIME = time(6, 30)
"""Vietnamese time of the daily digest, and of the weekly one on Monday: before the first lesson."""


def choices_of(viewer: Viewer) -> dict[str, str]:
    """Group -> frequency, for every group."""
    own = select(MailChoice.group, MailChoice.frequency).where(MailChoice.user_id == viewer.id)
    chosen: dict[str, str] = {row[0]: row[1] for row in current_session().execute(own)}
    return {group: chosen.get(group, NEVER) for group in GROUPS}


def address_of(user_id: str) -> tuple[str | None, bool]:
    """(the person's address, whether its mailbox is known not to exist)."""
    user = current_session().get_one(User, user_id)
    dead = current_session().get(DeadMailbox, user_id)
    return user.email, dead is not None and dead.address == user.email


def latest_digest(frequency: str, moment: datetime) -> datetime:
    """Up to when notices belong to a digest that is due at `moment`."""
    if frequency == AT_ONCE:
        return moment
    local = clock.local(moment)
    begin = datetime.combine(local.date(), DIGEST_TIME, clock.VIETNAM)
    if frequency == WEEKLY:
        begin -= timedelta(days=local.weekday())
    if begin > local:
        begin -= timedelta(days=7 if frequency == WEEKLY else 1)
    return begin.astimezone(moment.tzinfo)


def notices_due(moment: datetime, limit: int) -> dict[str, list[str]]:
    """Person -> unread notices to send now, oldest first: of open accounts with a living mailbox, as they chose."""
    reachable = (
        User.is_active,
        User.email.is_not(None),
        or_(DeadMailbox.address.is_(None), DeadMailbox.address != User.email),
    )
    unsent = (
        Notification.read_at.is_(None),
        Notification.mailed_at.is_(None),
        Notification.created_at >= MailChoice.since,
    )
    statement = (
        select(Notification.user_id, Notification.id)
        .join(MailChoice, MailChoice.user_id == Notification.user_id)
        .join(User, User.id == Notification.user_id)
        .outerjoin(DeadMailbox, DeadMailbox.user_id == User.id)
        .where(*reachable, *unsent, _is_of_its_group(), Notification.created_at <= _cut(moment))
        .order_by(Notification.user_id, Notification.created_at, Notification.id)
    )
    found: dict[str, list[str]] = {}
    rows = current_session().execute(statement.limit(limit)).all()
    for user_id, notice_id in rows:
        found.setdefault(user_id, []).append(notice_id)
    if len(rows) == limit and len(found) > 1:
        found.popitem()  # the last person's may have been cut: they come with the next handful
    return found


def _is_of_its_group() -> ColumnElement[bool]:
    return or_(*(and_(MailChoice.group == group, Notification.kind.in_(kinds_of(group))) for group in GROUPS))


def _cut(moment: datetime) -> ColumnElement[datetime]:
    cuts = {frequency: latest_digest(frequency, moment) for frequency in (AT_ONCE, DAILY, WEEKLY)}
    never = datetime.fromtimestamp(0, moment.tzinfo)
    return case(cuts, value=MailChoice.frequency, else_=never)


def notices_of(letter: OutgoingLetter) -> list[Notification]:
    """The notices of a digest that nobody read meanwhile and that their reader still wants by mail."""
    wanted = select(MailChoice.group).where(
        MailChoice.user_id == letter.user_id, MailChoice.frequency != NEVER
    )
    kinds = [kind for group in current_session().scalars(wanted) for kind in kinds_of(group)]
    unread = select(Notification).where(
        Notification.id.in_(letter.notices),
        Notification.user_id == letter.user_id,
        Notification.read_at.is_(None),
        Notification.kind.in_(kinds),
    )
    return list(current_session().scalars(unread.order_by(Notification.created_at, Notification.id)))


@dataclass(frozen=True)
class Waiting:
    """Letters that were not sent yet, and since when the oldest waits."""

    letters: int
    since: datetime | None


def waiting() -> Waiting:
    """How many letters wait."""
    unsent = select(func.count(), func.min(OutgoingLetter.created_at)).where(OutgoingLetter.state == WAITING)
    row = current_session().execute(unsent).one()
    return Waiting(row[0], row[1])


def dead_mailboxes() -> int:
    """How many people's present address does not exist."""
    dead = select(func.count()).select_from(DeadMailbox).join(User, User.id == DeadMailbox.user_id)
    return current_session().scalar(dead.where(User.email == DeadMailbox.address, User.is_active)) or 0
