"""What sentences tell of anybody: births and homes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from indexer.personal_data.facts import OLDEST, birth_year
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import (
    BORN,
    HOME,
    INSTITUTION,
    KNOWN_PEOPLE,
    PERHAPS_HOME,
    PLACE,
    READ,
    SUMS,
)  # fmt: skip

_WRITTEN_DATE = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s{0,3}(?:[/.-]|tháng)\s{0,3}(\d{1,2})\s{0,3}(?:[/.-]|năm)\s{0,3}(\d{4}|\d{2})(?!\d)"
)
_BORN_IN = re.compile(r", (?:sinh (?:năm|ngày) )((?:\d{1,2}/\d{1,2}/)?19\d\d)(?!\d)")
_GROWN_UP = re.compile(r"\b(?:[Tt]ôi|[Ôô]ng|[Bb]à|[Cc]ụ|[Aa]nh|[Cc]hị)\b[^.\n]{3,40}$")
_IN_WORDS = re.compile(
    r"ngày(?:,? tháng)?(?:,? năm)? sinh\s*:\s*(?P<date>[a-zà-ỹ ]{3,30} (?:tháng|năm) [a-zà-ỹ ]{0,20}\d{0,4})"
)
_STREET = re.compile(r"\b\d+[A-Z]?(?:/\d+)* (?:đường |phố |ngõ )?[A-ZĐ]")
_UNIT = (
    r"(?:số(?: nhà)?|nhà|ngõ|ngách|hẻm|kiệt|thôn|xóm|ấp|bản|buôn|làng|plei|tổ(?: dân phố)?|đội|khu(?: phố)?|khối|kênh|"
    r"so nha|hem|thon|xom|ngo|khu pho)"
)
_LARGER = r"(?:xã|phường|thị trấn|thôn|ấp|bản|làng|buôn|tổ|khu phố|khối|đường|phố|ngõ|hẻm|đặc khu|xa|phuong|thon|duong)"
_PARTS = re.compile(
    rf"\b{_UNIT} [A-ZĐÀ-Ỹ\d][^,.;\n()]{{0,30}}(?:, {_LARGER} [A-ZĐÀ-Ỹ\d][^,.;\n()]{{0,25}}){{1,3}}"
)
_SOMEBODYS = re.compile(
    r"\b(?:gửi (?:về|tới|cho)|tới|đến (?:nhà|thăm)|nhà(?! thờ| văn| nước| trường| máy)|gia đình|em|cháu|tôi|con|ở|trọ|"
    r"địa chỉ|đ/c|trú|o|nha|dia chi)\b[^.;\n]{0,60}$"
)
_NAME_THEN_DATE = re.compile(r"[\s,(–:)-]{1,3}\d{1,2}[/.-]\d{1,2}[/.-](?:19[5-9]|20[01])\d(?!\d)")
_LABEL = 60
"""Characters before a date in which it is said to be a birth."""
_ABOUT = 300
"""Characters around a home that say whether it is one of a story."""
_LETTER = re.compile(r"\b[A-Z]\b[,\s]*$")
_YOUNG = re.compile(
    r"(?<!hi )(?<!hy )(?<!học )\b(?:sinh năm\s*:?\s*20[0-2]|năm sinh\s*:\s*(?:19[5-9]|20[0-2]))\d(?!\d)"
)


def find_mentions(passage: Passage) -> list[Finding]:
    """Births and homes, in no order; what lies inside a list is found as well."""
    readers: tuple[Callable[[Passage], Iterator[Finding]], ...] = (
        _births,
        _years_of_birth,
        _homes,
    )
    return [finding for reader in readers for finding in reader(passage)]


def _births(passage: Passage) -> Iterator[Finding]:
    for match in _WRITTEN_DATE.finditer(passage.low):
        said = BORN.search(passage.before(match.start(), _LABEL))
        if said is None or (year := birth_year(match)) is None:
            continue
        near = passage.low[max(0, match.start() - 150) : match.end() + 120].replace("tác giả", "")
        if year >= 2000 or not KNOWN_PEOPLE.search(near):
            yield Finding(max(0, match.start() - _LABEL) + said.start(), match.end(), Kind.BIRTH_DATE)
    for name in passage.names:
        date = _NAME_THEN_DATE.match(passage.text, name.end)
        if (
            date
            and not name.is_famous
            and not KNOWN_PEOPLE.search(
                passage.line(name.start, date.end()) + passage.before(name.start, 200)
            )
        ):
            yield Finding(name.start, date.end(), Kind.BIRTH_DATE)


def _years_of_birth(passage: Passage) -> Iterator[Finding]:
    for match in _BORN_IN.finditer(passage.text):
        before = passage.text[max(0, match.start() - 60) : match.start()]
        known = KNOWN_PEOPLE.search(passage.line(*match.span()) + passage.before(match.start(), 160))
        of_somebody = passage.is_in_name(match.start() - 1) and int(match[1][-4:]) >= OLDEST
        if (_GROWN_UP.search(before) or of_somebody) and not known:
            yield Finding(*match.span(1), Kind.BIRTH_DATE)
    for match in _IN_WORDS.finditer(passage.low):
        yield Finding(match.start("date"), match.end(), Kind.BIRTH_DATE)
    for match in _YOUNG.finditer(passage.low):
        nobody = _LETTER.search(passage.text, max(0, match.start() - 12), match.start())
        if not nobody and not SUMS.search(passage.line(*match.span())):
            yield Finding(*match.span(), Kind.BIRTH_DATE)


def _homes(passage: Passage) -> Iterator[Finding]:
    """Homes, those of stories left out: where nobody has a full name and the words around speak of reading."""
    for start, end in (*_said_to_be_home(passage), *_parts(passage), *_perhaps_home(passage)):
        if passage.names or not READ.search(passage.low, max(0, start - _ABOUT), end + _ABOUT):
            yield Finding(start, end, Kind.ADDRESS)


def _said_to_be_home(passage: Passage) -> Iterator[tuple[int, int]]:
    for words in HOME.finditer(passage.low):
        start, end = _said_of_home(passage.text, words.end())
        said = passage.text[start : min(end, start + 25)]
        proper = any(char.isupper() or char.isdecimal() for char in said)
        if proper and _parts_of_address(passage, start, start + len(said)):
            yield start, end


def _parts(passage: Passage) -> Iterator[tuple[int, int]]:
    """Parts of an address one after the other, small before large, after somebody."""
    for parts in _PARTS.finditer(passage.text):
        whose = passage.before(parts.start(), 90)
        office = INSTITUTION.search(whose.rpartition("\n")[2][-50:]) or KNOWN_PEOPLE.search(whose)
        if _SOMEBODYS.search(whose) and not office:
            yield parts.span()


def _perhaps_home(passage: Passage) -> Iterator[tuple[int, int]]:
    for words in PERHAPS_HOME.finditer(passage.low):
        start, end = _said_of_home(passage.text, words.end())
        whose = passage.before(words.start(), 90) + passage.low[start : start + 25]
        if _parts_of_address(passage, start, end) >= 2 and not INSTITUTION.search(whose):
            yield start, end


def _parts_of_address(passage: Passage, start: int, end: int) -> int:
    return len(PLACE.findall(passage.low, start, end)) + len(_STREET.findall(passage.text, start, end))


def _said_of_home(text: str, place: int) -> tuple[int, int]:
    """Where the address stands: the rest of the line, or the cell below."""
    place += len(text[place : place + 20]) - len(text[place : place + 20].lstrip())
    last = min(len(text), place + 160)
    stop = text.find("\n", place, last)
    end = stop if stop >= 0 else last
    cut = re.search(r"[.;](?:\s|$)|\t|\|| {2,}", text[place:end])
    return place, place + cut.start() if cut else end
