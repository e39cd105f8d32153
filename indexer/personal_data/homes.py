"""Where somebody lives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import HOME, INSTITUTION, KNOWN_PEOPLE, PERHAPS_HOME, PLACE, READ

_STREET = re.compile(r"\b\d+[A-Z]?(?:/\d+)* (?:đường |phố |ngõ )?[A-ZĐ]")
_UNIT = (
    r"(?:số(?: nhà)?|nhà|ngõ|ngách|hẻm|kiệt|thôn|xóm|ấp|bản|buôn|làng|plei|tổ(?: dân phố)?|đội|khu(?: phố)?|khối|kênh|"
    r"TDP|KP|KDC|so nha|hem|thon|xom|ngo|khu pho)"
)
_LARGER = (
    r"(?:xã|phường|[Pp]\.|[Xx]\.|thị trấn|thôn|ấp|bản|làng|buôn|tổ|khu phố|TDP|KP|khối|đường|phố|ngõ|hẻm|đặc khu|"
    r"xa|phuong|thon|duong)"
)
_PARTS = re.compile(
    rf"\b{_UNIT} [A-ZĐÀ-Ỹ\d][^,.;\n()]{{0,30}}(?:(?:,| -| –) ?{_LARGER} ?[A-ZĐÀ-Ỹ\d][^,.;\n()]{{0,25}}){{1,3}}"
)
_SOMEBODYS = re.compile(
    r"\b(?:gửi (?:về|tới|cho)|tới|đến (?:nhà|thăm)|nhà(?! thờ| văn| nước| trường| máy)|gia đình|em|cháu|tôi|con|ở|trọ|"
    r"địa chỉ|đ/c|trú|o|nha|dia chi)\b[^.;\n]{0,60}$"
)
_OWNED = re.compile(
    r"\b(?:em|cháu|con|tôi|mình|gia đình|nhà|phụ huynh|học sinh|bố|mẹ|ba|má|cô|thầy|anh|chị)\b"
)
_OWNER = 200
"""Characters around an address in which its owner is named."""
_ABOUT = 300
"""Characters around a home that say whether it is one of a story."""


def find_homes(passage: Passage) -> Iterator[Finding]:
    """Homes, in no order, those of stories left out: where nobody has a full name and words speak of reading."""
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
        owned = _OWNED.search(whose) or passage.names_between(words.start() - _OWNER, words.start() + _OWNER)
        if owned and _parts_of_address(passage, start, end) >= 2 and not INSTITUTION.search(whose):
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
