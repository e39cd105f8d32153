"""Calendars that programs read: escaped, folded at 75 octets without cutting a letter, days that end the day after."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from repo_service.office.calendar import Event, write_calendar

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_day_with_a_long_vietnamese_title_is_folded_and_escaped() -> None:
    title = (
        "Hẹn xong: Rà soát; Toán, Khoa học tự nhiên \\ lớp 6\nđợt 2 " + "ở trường Tiểu học Hoa Phượng Đỏ " * 4
    )
    url, week = "https://kho.vn/ra-soat/a\r\nX:1", timedelta(days=7)
    event = Event("a1@kho", title, date(2026, 11, 30), url=url, remind_before=week)
    text = write_calendar("Lịch của cụm", [event], NOW)
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") and text.endswith("END:VCALENDAR\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    lines = unfolded(text)
    assert r"SUMMARY:Hẹn xong: Rà soát\; Toán\, Khoa học tự nhiên \\ lớp 6\nđợt 2 ở" in "\n".join(lines)
    for line in (
        "DTSTART;VALUE=DATE:20261130", "DTEND;VALUE=DATE:20261201", "DTSTAMP:20261116T020000Z", "TRIGGER:-PT10080M",
        "URL:https://kho.vn/ra-soat/aX:1", "UID:a1@kho",
    ):  # fmt: skip
        assert line in lines, line


def test_moments_are_written_in_utc_and_days_may_last() -> None:
    begins = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
    meeting = Event("b@kho", "Họp", begins, begins + timedelta(hours=2), place="THCS Bờ Xe Nước")
    week = Event("c@kho", "Tuần", date(2026, 12, 7), date(2026, 12, 11))
    lines = unfolded(write_calendar("Lịch", [meeting, week], NOW))
    assert {"DTSTART:20261130T140000Z", "DTEND:20261130T160000Z", "LOCATION:THCS Bờ Xe Nước"} <= set(lines)
    assert "DTEND;VALUE=DATE:20261212" in lines and lines.count("BEGIN:VEVENT") == 2
