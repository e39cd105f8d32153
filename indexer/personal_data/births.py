"""When somebody was born: a date after such words or right after a name, a year after "sinh năm"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from indexer.personal_data.facts import ISO_DATE, OLDEST, birth_year
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import BORN, KNOWN_PEOPLE, SUMS

_WRITTEN = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s{0,3}(?:[/.-]|tháng)\s{0,3}(\d{1,2})\s{0,3}(?:[/.,-]|năm)\s{0,3}(\d{4}|\d{2})(?!\d)"
)
_AFTER_NAME = re.compile(
    r"(?:[\s,(–:|;)-]{1,3}(?:[Nn]am|[Nn]ữ|NAM|NỮ))?[\s,(–:|;)-]{1,3}"
    r"\d{1,2}[/.-]\d{1,2}[/.-](?:19[5-9]|20[01])\d(?!\d)"
)
_YEAR = r"(?:19[5-9]|20[0-2])\d(?!\d)"
_YOUNG = re.compile(
    r"\b(?:sinh năm\s{0,5}:?\s{0,5}(?=20)|năm sinh\s{0,5}:\s{0,5}|(?<=[,(;–-] )(?:sinh|sn|ns)\s{0,5}:?\s{0,5}(?=20))"
    rf"{_YEAR}"
)
_ONE = re.compile(r"\b(?:em|cháu|con|tôi|bé|mình)\b")
_BORN_IN = re.compile(r", sinh (?:năm|ngày) ((?:\d{1,2}/\d{1,2}/)?19\d\d)(?!\d)")
_IN_WORDS = re.compile(
    r"ngày(?:,? tháng)?(?:,? năm)? sinh\s*:\s*([a-zà-ỹ ]{3,30} (?:tháng|năm) [a-zà-ỹ ]{0,20}\d{0,4})"
    rf"|\b(?:em|cháu|con|bé|tôi|,) (sinh (?:ngày|tháng|vào|hồi) [^.\n]{{3,30}}?{_YEAR})"
)
_GROWN_UP = re.compile(r"\b(?:[Tt]ôi|[Ôô]ng|[Bb]à|[Cc]ụ|[Aa]nh|[Cc]hị)\b[^.\n]{3,40}$")
_LETTER = re.compile(r"\b[A-Z]\b[,\s]*$")
_OTHERS = re.compile(r"(?:hi|hy|học|thí|vệ|phát|tuyển|khai|tái|nảy) $")
"""Words that end in "sinh" and tell of no birth."""
_LABEL = 60
"""Characters before a date in which it is said to be a birth."""
_NAMED = 120
"""Characters around a year of birth in which somebody is named; "trẻ sinh năm 2019" is nobody."""
_ABOUT = 160
"""Characters before a birth that say whether it is one of history."""


def find_births(passage: Passage) -> list[Finding]:
    """Every birth, in no order; what lies inside a list is found as well."""
    readers: tuple[Callable[[Passage], Iterator[Finding]], ...] = (
        _dates_after_words, _dates_after_names, _years_of_grown_ups, _told_in_words, _years,
    )  # fmt: skip
    return [finding for reader in readers for finding in reader(passage)]


def _dates_after_words(passage: Passage) -> Iterator[Finding]:
    for match, year in _dates(passage):
        said = BORN.search(passage.before(match.start(), _LABEL))
        if said is None:
            continue
        near = passage.low[max(0, match.start() - 150) : match.end() + 120].replace("tác giả", "")
        if year >= 2000 or not KNOWN_PEOPLE.search(near):
            yield Finding(max(0, match.start() - _LABEL) + said.start(), match.end(), Kind.BIRTH_DATE)


def _dates(passage: Passage) -> Iterator[tuple[re.Match[str], int]]:
    for match in _WRITTEN.finditer(passage.low):
        if (year := birth_year(match)) is not None:
            yield match, year
    for match in ISO_DATE.finditer(passage.low):
        if int(match[1]) >= OLDEST:
            yield match, int(match[1])


def _dates_after_names(passage: Passage) -> Iterator[Finding]:
    for name in passage.names:
        date = _AFTER_NAME.match(passage.text, name.end)
        if date and not name.is_famous and not _is_history(passage, name.start, date.end()):
            yield Finding(name.start, date.end(), Kind.BIRTH_DATE)


def _years_of_grown_ups(passage: Passage) -> Iterator[Finding]:
    for match in _BORN_IN.finditer(passage.text):
        before = passage.text[max(0, match.start() - 60) : match.start()]
        of_somebody = passage.is_in_name(match.start() - 1) and int(match[1][-4:]) >= OLDEST
        if (_GROWN_UP.search(before) or of_somebody) and not _is_history(passage, *match.span()):
            yield Finding(*match.span(1), Kind.BIRTH_DATE)


def _told_in_words(passage: Passage) -> Iterator[Finding]:
    for match in _IN_WORDS.finditer(passage.low):
        place = match.span(1) if match[1] else match.span(2)
        if not _is_history(passage, *place):
            yield Finding(*place, Kind.BIRTH_DATE)


def _years(passage: Passage) -> Iterator[Finding]:
    for match in _YOUNG.finditer(passage.low):
        before = passage.text[max(0, match.start() - 12) : match.start()]
        nobody = _LETTER.search(before) or _OTHERS.search(before.lower())
        named = passage.names_between(match.start() - _NAMED, match.end() + _NAMED)
        somebody = named or _ONE.search(passage.before(match.start(), 40))
        if somebody and not nobody and not SUMS.search(passage.line(*match.span())):
            yield Finding(*match.span(), Kind.BIRTH_DATE)


def _is_history(passage: Passage, start: int, end: int) -> bool:
    return KNOWN_PEOPLE.search(passage.line(start, end) + passage.before(start, _ABOUT)) is not None
