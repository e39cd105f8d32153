"""The verbs on letters: choose, gather digests, claim one to send, note what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer
from repo_service.letters.models import (
    ADDRESS,
    AT_ONCE,
    DAILY,
    DROPPED,
    LINK,
    NEVER,
    NEWS,
    SENT,
    WAITING,
    WEEKLY,
    DeadMailbox,
    MailChoice,
    OutgoingLetter,
)
from repo_service.letters.queries import notices_due
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import GROUPS

FREQUENCIES = (AT_ONCE, DAILY, WEEKLY, NEVER)
LEASE = timedelta(minutes=5)
"""A letter whose worker died is taken up again so much later: that one letter, no other, may arrive twice."""
MOST_ATTEMPTS = 12
"""With pauses that double from a minute to six hours: about a day and a half."""
LONGEST_PAUSE = timedelta(hours=6)
LINK_PAUSE = timedelta(minutes=5)
"""Between two letters with a link to one person: nobody fills a colleague's mailbox."""
NOTICES_AT_ONCE = 2000


def choose(viewer: Viewer, frequencies: Mapping[str, str]) -> None:
    """Keep how often the viewer hears of each group by mail; InvalidInput for another word than FREQUENCIES."""
    if viewer.id is None:
        raise NotSignedIn()
    wrong = {
        group: [_("Chọn một mục trong danh sách.")]
        for group, frequency in frequencies.items()
        if group not in GROUPS or frequency not in FREQUENCIES
    }
    if wrong:
        raise InvalidInput(wrong)
    _keep(viewer.id, frequencies)


def stop_all(user_id: str) -> None:
    """No more news by mail for this person: what one click in a letter does."""
    _keep(user_id, dict.fromkeys(GROUPS, NEVER))


def _keep(user_id: str, frequencies: Mapping[str, str]) -> None:
    session = current_session()
    own = select(MailChoice).where(MailChoice.user_id == user_id)
    kept = {choice.group: choice for choice in session.scalars(own)}
    for group, frequency in frequencies.items():
        choice = kept.get(group)
        if choice is None:
            session.add(MailChoice(user_id=user_id, group=group, frequency=frequency, since=clock.now()))
        elif choice.frequency != frequency:
            choice.since = clock.now() if choice.frequency == NEVER else choice.since
            choice.frequency = frequency


def gather_digests() -> int:
    """One letter for each person with something due, its notices marked in the same transaction; how many people."""
    moment = clock.now()
    due = notices_due(moment, NOTICES_AT_ONCE)
    session = current_session()
    for user_id, ids in due.items():
        session.execute(update(Notification).where(Notification.id.in_(ids)).values(mailed_at=moment))
        session.add(_letter(user_id, NEWS, notices=ids))
    return len(due)


def ask_for_link(user_id: str, asked_by_id: str | None) -> None:
    """A letter with a one-time link, unless one was written a moment ago; the link is made when it is sent."""
    recent = exists().where(
        OutgoingLetter.user_id == user_id,
        OutgoingLetter.kind == LINK,
        OutgoingLetter.created_at > clock.now() - LINK_PAUSE,
    )
    if not current_session().scalar(select(recent)):
        current_session().add(_letter(user_id, LINK, asked_by_id=asked_by_id))


def ask_for_confirmation(user_id: str) -> None:
    """A letter to the address a person typed, LINK_PAUSE after the one before; one that waits goes to the newest."""
    mine = select(OutgoingLetter).where(OutgoingLetter.user_id == user_id, OutgoingLetter.kind == ADDRESS)
    latest = current_session().scalar(mine.order_by(OutgoingLetter.created_at.desc()).limit(1))
    if latest is not None and latest.state == WAITING:
        return
    letter = _letter(user_id, ADDRESS)
    if latest is not None:
        letter.due_at = max(letter.due_at, latest.created_at + LINK_PAUSE)
    current_session().add(letter)


def _letter(
    user_id: str, kind: str, *, notices: list[str] | None = None, asked_by_id: str | None = None
) -> OutgoingLetter:
    moment = clock.now()
    return OutgoingLetter(
        id=new_id(), user_id=user_id, kind=kind, notices=notices or [], asked_by_id=asked_by_id, state=WAITING,
        attempts=0, due_at=moment, created_at=moment,
    )  # fmt: skip


def claim() -> OutgoingLetter | None:
    """The letter that is due longest, ours for LEASE; None when none is."""
    session, moment = current_session(), clock.now()
    due = (
        select(OutgoingLetter)
        .where(OutgoingLetter.state == WAITING, OutgoingLetter.due_at <= moment)
        .order_by(OutgoingLetter.due_at, OutgoingLetter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    letter = session.scalar(due)
    if letter is not None:
        letter.attempts += 1
        letter.due_at = moment + LEASE
        session.flush()
        session.expunge(letter)
    return letter


def note_sent(letter: OutgoingLetter) -> None:
    """The server has it."""
    _note(letter, state=SENT, sent_at=clock.now(), error=None)


def note_dropped(letter: OutgoingLetter, reason: str) -> None:
    """It is not sent: nothing is left to say, nobody to say it to, or the server will never take it."""
    _note(letter, state=DROPPED, error=reason[:60])


def note_later(letter: OutgoingLetter, reason: str) -> None:
    """Not taken now: again after a pause that doubles, given up after MOST_ATTEMPTS."""
    if letter.attempts >= MOST_ATTEMPTS:
        note_dropped(letter, reason)
        return
    pause = min(timedelta(minutes=2 ** (letter.attempts - 1)), LONGEST_PAUSE)
    _note(letter, due_at=clock.now() + pause, error=reason[:60])


def note_outage(letter: OutgoingLetter, reason: str) -> None:
    """The server is away: nobody's fault, no attempt counts, and all letters wait longer the longer it lasts."""
    moment = clock.now()
    pause = min(max((moment - letter.created_at) / 4, timedelta(minutes=1)), timedelta(minutes=15))
    _note(letter, due_at=moment + pause, error=reason[:60], attempts=letter.attempts - 1)
    others = update(OutgoingLetter).where(
        OutgoingLetter.state == WAITING, OutgoingLetter.due_at < moment + pause
    )
    current_session().execute(others.values(due_at=moment + pause))


def note_dead_mailbox(user: User, code: int) -> None:
    """The address does not exist: nothing more is sent to it."""
    assert user.email is not None
    current_session().merge(DeadMailbox(user_id=user.id, address=user.email, code=code, noted_at=clock.now()))


def forget_person(user_id: str) -> None:
    """Choices and waiting letters of a closed account go."""
    session = current_session()
    session.execute(delete(MailChoice).where(MailChoice.user_id == user_id))
    session.execute(delete(OutgoingLetter).where(OutgoingLetter.user_id == user_id))
    session.execute(delete(DeadMailbox).where(DeadMailbox.user_id == user_id))


def _note(letter: OutgoingLetter, **values: datetime | str | int | None) -> None:
    current_session().execute(
        update(OutgoingLetter)
        .where(OutgoingLetter.id == letter.id, OutgoingLetter.state == WAITING)
        .values(values)
    )
