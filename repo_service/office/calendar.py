"""A calendar as programs read it (iCalendar, RFC 5545): days and moments with a title, words and a link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from repo_service.office.paper import printable

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75
"""Octets, the line break left out; a longer line goes on in the next one after a blank."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Event:
    """One entry. `begins` is a day (the whole of it) or an aware moment; `ends` is its last day, or a moment."""

    uid: str
    title: str
    begins: date
    ends: date | None = None
    text: str = ""
    url: str = ""
    place: str = ""
    changed_at: datetime | None = None
    remind_before: timedelta | None = None
    """How long before its beginning the calendar speaks up."""


def write_calendar(name: str, events: Sequence[Event], now: datetime) -> str:
    """The text of an .ics file: lines end with CRLF, none is longer than 75 octets, no letter is cut in two."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kho//Kho hoc lieu//VI", "CALSCALE:GREGORIAN"]
    lines += [_text("X-WR-CALNAME", name)]
    for event in events:
        lines += _event_lines(event, now)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event_lines(event: Event, now: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        _text("UID", event.uid),
        f"DTSTAMP:{_moment(now)}",
        _when("DTSTART", event.begins),
    ]
    last = event.ends or event.begins
    # the end of days is the first day that is free again; a moment without an end is just that
    if not isinstance(last, datetime):
        lines.append(_when("DTEND", last + timedelta(days=1)))
    elif event.ends is not None:
        lines.append(_when("DTEND", last))
    lines.append(_text("SUMMARY", event.title))
    for field, value in (("DESCRIPTION", event.text), ("LOCATION", event.place)):
        if value:
            lines.append(_text(field, value))
    if event.url:
        lines.append(f"URL:{re.sub(r'[^!-~]', '', event.url)}")
    if event.changed_at:
        lines.append(f"LAST-MODIFIED:{_moment(event.changed_at)}")
    if event.remind_before:
        minutes = int(event.remind_before.total_seconds() // 60)
        lines += [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            _text("DESCRIPTION", event.title),
            f"TRIGGER:-PT{minutes}M",
            "END:VALARM",
        ]
    return [*lines, "END:VEVENT"]


def _text(field: str, value: str) -> str:
    return f"{field}:{printable(value).translate(_ESCAPED)}"


def _when(field: str, moment: date) -> str:
    if isinstance(moment, datetime):
        return f"{field}:{_moment(moment)}"
    return f"{field};VALUE=DATE:{moment:%Y%m%d}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """The pieces of a long line, each but the first beginning with a blank that counts."""
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece += letter
        size += octets
    yield piece
