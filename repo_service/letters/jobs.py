"""Gathers digests and sends letters, one by one: claimed, sent, noted, each step committed by itself."""

from __future__ import annotations

import time

import structlog

from repo_service.accounts.models import User
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.letters import service
from repo_service.letters.models import ADDRESS, OutgoingLetter
from repo_service.letters.queries import address_of
from repo_service.letters.writing import write, write_confirmation
from repo_service.mail.door import Door, door, is_open
from repo_service.mail.letter import Letter, written
from repo_service.mail.smtp import LetterRefused, MailUnavailable, Post, connected
from repo_service.settings import ConfigurationError

log = structlog.get_logger()

RUN_SECONDS = 20
"""Of one run: uploads wait in the same thread. What is left comes with the next, a minute later."""


def send_letters(database: Database) -> None:
    """Schedule: digests that are due become letters, and letters that wait are sent; nothing while mail is off."""
    try:
        open_door = door()
    except ConfigurationError as error:
        log.error("mail_misconfigured", error=str(error))
        return
    if open_door is None:
        return
    _gather(database)
    stop = time.monotonic() + RUN_SECONDS
    letter = trying = _claim(database)
    if trying is None:
        return
    try:
        with connected(open_door.server) as post:
            while letter is not None:
                trying = letter
                _send(database, open_door, post, trying)
                letter = _claim(database) if time.monotonic() < stop else None
    except MailUnavailable as error:
        log.warning("mail_waits", error=str(error))
        with database.transaction():
            service.note_outage(trying, str(error))


def _gather(database: Database) -> None:
    gathered = 1
    while gathered:
        with database.transaction():
            gathered = service.gather_digests()


def _claim(database: Database) -> OutgoingLetter | None:
    with database.transaction():
        return service.claim()


def _send(database: Database, open_door: Door, post: Post, row: OutgoingLetter) -> None:
    """One letter to its end; MailUnavailable is for the caller, who knows that all others wait too."""
    with database.transaction() as session:
        user = session.get_one(User, row.user_id)
        address, letter = _letter_for(row, user, open_door)
        if letter is None:
            service.note_dropped(row, "nothing to say")
            return
    try:
        post.send(written(letter, open_door.server.sender, address, user.name))
    except (LetterRefused, ValueError) as error:
        with database.transaction():
            _note_refused(row, user, error)
    else:
        with database.transaction():
            service.note_sent(row)


def _letter_for(row: OutgoingLetter, user: User, open_door: Door) -> tuple[str, Letter | None]:
    """(where it goes, what it says): None when nothing is left to say, or nobody to say it to."""
    if row.kind == ADDRESS:
        return write_confirmation(row, user, open_door)
    address, is_dead = address_of(user.id)
    if not user.is_active or address is None or is_dead:
        return "", None
    return address, write(row, user, open_door)


def _note_refused(row: OutgoingLetter, user: User, error: LetterRefused | ValueError) -> None:
    if row.kind == ADDRESS and (isinstance(error, ValueError) or error.bounced):
        service.note_dropped(row, "no address")  # one that was only typed: the person sees that it still waits
    elif isinstance(error, ValueError):
        service.note_dead_mailbox(user, 553)  # no such address can exist
        service.note_dropped(row, "no address")
    elif error.bounced:
        service.note_dead_mailbox(user, error.code)
        service.note_dropped(row, str(error))
        log.warning("mailbox_unknown", user=user.id, code=error.code)
    elif error.permanent:
        service.note_dropped(row, str(error))
        log.warning("letter_refused", letter=row.id, code=error.code)
    else:
        service.note_later(row, str(error))


def queue_link(row: OutboxRow) -> None:
    """Somebody asked that a one-time link be sent: only while mail is on."""
    if is_open():
        service.ask_for_link(row.object_id, row.values.get("by"))


def queue_confirmation(row: OutboxRow) -> None:
    """Somebody typed another address: a letter there, while mail is on."""
    if is_open():
        service.ask_for_confirmation(row.object_id)


def forget_closed_account(row: OutboxRow) -> None:
    """What was kept for letters of a closed account goes."""
    service.forget_person(row.object_id)
