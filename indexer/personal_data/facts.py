"""What stands beside a name and is nobody else's business: dates of birth, marks, classes, numbers, hard lives."""

from __future__ import annotations

import re
from enum import Flag, auto

from indexer.personal_data.words import CONDUCT, HARDSHIP, TREATED

OLDEST = 1950
"""Births before this year are taken for history."""

ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")
DATE = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})(?![\d/])")
MOBILE = re.compile(
    r"(?=[(+80oO])(?<![\w+])(?:(?<!/)|(?<=\d{3}/))(?<!\d[.,])"
    r"(?:\(?\+?84\)?[ .-]{0,3}(?:\(0\)[ .-]?)?|\(?[0oO][ .-]{0,3})[35789](?:[ ./)-]{0,3}\d){8}(?!\d|/(?!0\d{8})|[.,]\d)"
)
CLASS = re.compile(r"(?<![\w/.,])(?:(?:1[0-2]|[1-9])[ .]?[A-ZĐ]\d{0,2}|(?:1[0-2]|[1-9])/\d{1,2})(?![\w/])")
GENDER = re.compile(r"(?<!Việt )(?<!miền )(?<![\w])(?:Nam|Nữ|nữ|NAM|NỮ)(?!\w)")
MARK = re.compile(r"(?<![\w.,/:-])(?:10(?:[.,]0{1,2})?|\d(?:[.,]\d{1,2})?)(?=đ\b|(?![\w/:%-]|[.,]\d))")


AGE = re.compile(r"\b(?:[2-9]|1\d) (?:tuổi|tháng tuổi)\b")
NOTHING = re.compile(r"[\W_]*")
"""A row that says nothing of its person."""


class Facts(Flag):
    """The private facts of a person in a list."""

    NONE = 0
    BIRTH = auto()
    YOUNG = auto()
    GENDER = auto()
    CLASS = auto()
    MARK = auto()
    MARKS = auto()
    CONDUCT = auto()
    PHONE = auto()
    NUMBER = auto()
    HARDSHIP = auto()
    TREATED = auto()


_TOTAL = re.compile(r"(?<![\w.,/])[1-5]\d[.,]\d{1,2}(?![\w/%.,]|(?: ?)(?:kg|cm|m)\b)")
"""Marks of several subjects together."""
_LETTER_O = re.compile(r"(?<=[\d/])[Oo](?=\d)|(?<=\d)[Oo](?=[/\d])")  # of scanners
_LETTER_L = re.compile(r"(?<=[\d/])l(?=[\d/])")
_GLUED = re.compile(r"(?<=[a-zà-ỹđ])(?=\d)")  # cells of a PDF that lost their blanks
_NEXT_NUMBER = re.compile(
    r"\bSố \d+|[\s;,]\d{1,3}[.)/\]]?\s*(?:Ông|Bà|[Cc]ô|[Tt]hầy)?\s*$"
)  # of the row below
_BIRTH_YEAR = re.compile(r"(?<![\d/.-])20(?:0[4-9]|1\d|2[0-3])(?![\d/.-])")
_SAID_MARK = re.compile(r"(?<!\d)(?:10|\d) ?(?:đ|điểm)(?!\w)")
_PERSONAL_NUMBER = re.compile(r"(?<![\d.,])\d{9,13}(?![\d.,])|(?<!\w)[A-Z]{2}\d{13}(?!\d)")


def without_next_number(said: str) -> str:
    """What is said of a person, without the number of the row below."""
    return _NEXT_NUMBER.sub("", said)


def birth_year(date: re.Match[str]) -> int | None:
    """The year of a date that may be somebody's birth; None for no date, and for history."""
    day, month, year = (int(part) for part in date.groups())
    if len(date[3]) == 2:
        year += 2000 if year < 50 else 1900
    return year if 1 <= day <= 31 and 1 <= month <= 12 and OLDEST <= year < 2100 else None


def facts_of(said: str, *, marks_expected: bool = False, year_is_birth: bool = False) -> Facts:
    """What `said`, the rest of a row, tells about its person; one lone number is a mark where marks are expected."""
    found = Facts.NONE
    said = _LETTER_L.sub("1", _LETTER_O.sub("0", said))
    said = _NEXT_NUMBER.sub("", _GLUED.sub(" ", ISO_DATE.sub(r"\3/\2/\1", said)))
    years = [year for date in DATE.finditer(said) if (year := birth_year(date))]
    if years or (year_is_birth and _BIRTH_YEAR.search(said)):
        found |= Facts.BIRTH
    if any(2000 <= year < 2024 for year in years):
        found |= Facts.YOUNG
    without_dates = DATE.sub(" ", said)
    marks = MARK.findall(MOBILE.sub(" ", without_dates))
    if len(marks) >= 2:
        found |= Facts.MARKS
    elif marks and (marks_expected or _SAID_MARK.search(without_dates) or "." in marks[0] or "," in marks[0]):
        found |= Facts.MARK
    checks = (
        (GENDER, Facts.GENDER), (_TOTAL, Facts.MARK), (CLASS, Facts.CLASS), (CONDUCT, Facts.CONDUCT),
        (MOBILE, Facts.PHONE), (_PERSONAL_NUMBER, Facts.NUMBER),
    )  # fmt: skip
    for pattern, fact in checks:
        if pattern.search(without_dates):
            found |= fact
    for words, fact in ((HARDSHIP, Facts.HARDSHIP), (TREATED, Facts.TREATED)):
        if words.search(without_dates.lower()):
            found |= fact
    return found
