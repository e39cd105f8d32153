"""What sentences tell: births, homes, hard lives, a pupil by name with class or marks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from indexer.personal_data.facts import CLASS, DATE, MARK, birth_year
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import (
    BORN,
    CALLED_PUPIL,
    HARDSHIP,
    HOME,
    INSTITUTION,
    KNOWN_PEOPLE,
    OFFICIAL,
    PERHAPS_HOME,
    PLACE,
    SUMS,
    TELLS,
)  # fmt: skip

_WRITTEN_DATE = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s{0,3}(?:[/.-]|tháng)\s{0,3}(\d{1,2})\s{0,3}(?:[/.-]|năm)\s{0,3}(\d{4}|\d{2})(?!\d)"
)
_STREET = re.compile(r"\b\d+[A-Z]?(?:/\d+)* (?:đường |phố |ngõ )?[A-ZĐ]")
_CALLED = re.compile(r"\b(?:[Ee]m|[Cc]háu|[Bb]é|HS|con (?:trai|gái)(?: tôi)?) [A-ZĐÀ-Ỹ][a-zà-ỹ]+(?! [A-Z]\b)")
_NAME_THEN_DATE = re.compile(r"[\s,(–:-]{1,3}\d{1,2}[/.-]\d{1,2}[/.-](?:19[5-9]|20[01])\d(?!\d)")
_STUDIES = re.compile(
    r"[\s,(–-]{1,3}(?:là )?(?:học sinh|hs|đang học|học)\b[^.\n]{0,12}\blớp (?:1[0-2]|[1-9])(?!\d)"
)
_CAPITALISED = re.compile(r"(?<![\w.] )\b[A-ZĐÀ-Ỹ][a-zà-ỹ]+\b|(?<=[a-zà-ỹ] )[A-ZĐÀ-Ỹ][a-zà-ỹ]+\b")
_CLASS_AFTER = re.compile(
    r"^[\s,(\-–:]*(?:là\s+)?(?:học sinh\s+|hs\s+)?(?:lớp)?\s*((?:1[0-2]|[1-9])(?:[ .]?[A-ZĐ]\d{0,2}|/\d{1,2}))(?!\w)"
)
_CLASS_BEFORE = re.compile(r"\blớp\s+(?:1[0-2]|[1-9])(?:[ .]?[A-ZĐ]\d{0,2}|/\d{1,2})[\s(,:–-]*$")
_CLASS_BESIDE = re.compile(r"\s*\(\s*(?:lớp\s*)?(?:1[0-2]|[1-9])[ .]?[A-ZĐ]\d{0,2}\s*\)")
_MARK_BESIDE = re.compile(r"\s*[(:–-]\s*(?:10|\d)(?:[.,]\d{1,2})?\s*(?:điểm|đ)?\s*[),;]")
_LETTER = re.compile(r"\b[A-Z]\b[,\s]*$")
_YOUNG = re.compile(
    r"(?<!hi )(?<!hy )(?<!học )\b(?:sinh năm\s*:?\s*20[01]|năm sinh\s*:\s*(?:19[5-9]|20[01]))\d(?!\d)"
)


def find_mentions(passage: Passage) -> list[Finding]:
    """Every single mention, in no order; what lies inside a list is found as well."""
    readers: tuple[Callable[[Passage], Iterator[Finding]], ...] = (_births, _homes, _hard_lives, _pupils)
    return [finding for reader in readers for finding in reader(passage)]


def _births(passage: Passage) -> Iterator[Finding]:
    for match in _WRITTEN_DATE.finditer(passage.low):
        said = BORN.search(passage.before(match.start(), 40))
        if said is None or (year := birth_year(match)) is None:
            continue
        near = passage.low[max(0, match.start() - 150) : match.end() + 120].replace("tác giả", "")
        if year >= 2000 or not KNOWN_PEOPLE.search(near):
            yield Finding(max(0, match.start() - 40) + said.start(), match.end(), Kind.BIRTH_DATE)
    for name in passage.names:
        date = _NAME_THEN_DATE.match(passage.text, name.end)
        if date and not KNOWN_PEOPLE.search(passage.line(name.start, date.end())):
            yield Finding(name.start, date.end(), Kind.BIRTH_DATE)
    for match in _YOUNG.finditer(passage.low):
        nobody = _LETTER.search(passage.text, max(0, match.start() - 12), match.start())
        if not nobody and not SUMS.search(passage.line(*match.span())):
            yield Finding(*match.span(), Kind.BIRTH_DATE)


def _homes(passage: Passage) -> Iterator[Finding]:
    for words in HOME.finditer(passage.low):
        start, end = _said_of_home(passage.text, words.end())
        if _parts_of_address(passage, start, min(end, start + 25)):
            yield Finding(start, end, Kind.ADDRESS)
    for words in PERHAPS_HOME.finditer(passage.low):
        start, end = _said_of_home(passage.text, words.end())
        whose = passage.before(words.start(), 90) + passage.low[start : start + 25]
        if _parts_of_address(passage, start, end) >= 2 and not INSTITUTION.search(whose):
            yield Finding(start, end, Kind.ADDRESS)


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


def _hard_lives(passage: Passage) -> Iterator[Finding]:
    """Somebody by name, and poverty, illness or trouble at home in the same sentence."""
    for match in HARDSHIP.finditer(passage.low):
        first, last = max(0, match.start() - 130), min(len(passage.low), match.end() + 60)
        begin = passage.low.rfind("\n", first, match.start()) + 1 or first
        stop = passage.low.find("\n", match.end(), last)
        end = stop if stop >= 0 else last
        places = _people_named(passage, begin, end)
        before = [place for place in places if place < match.start()]
        about = passage.before(match.start(), 160)
        if (
            places
            and not KNOWN_PEOPLE.search(about)
            and not SUMS.search(about[-130:] + passage.low[match.start() : end])
        ):
            start = before[-1] if before else match.start()
            finish = match.end() if before else min(end, places[0] + 30)
            yield Finding(start, finish, Kind.HARDSHIP)


def _people_named(passage: Passage, begin: int, end: int) -> list[int]:
    """Where people are named there: in full, as "em An", or by the given name of somebody named elsewhere."""
    starts = passage.starts_of_names
    places = starts[bisect_left(starts, begin) : bisect_left(starts, end)]
    places += (called.start() for called in _CALLED.finditer(passage.text, begin, end))
    words = _CAPITALISED.finditer(passage.text, begin, end)
    return sorted([*places, *(word.start() for word in words if word.group() in passage.given_names)])


def _pupils(passage: Passage) -> Iterator[Finding]:
    """A full name with a class or marks in the same sentence."""
    text = passage.text
    for name in passage.names:
        before = re.split(r"\n|[.!?]\s", text[max(0, name.start - 60) : name.start])[-1]
        after = re.split(r"\n|[.!?](?=\s)", text[name.end : name.end + 140], maxsplit=1)[0]
        if OFFICIAL.search(before[-40:]) or OFFICIAL.search(after[:25]):
            continue
        if _is_pupil(before, after):
            yield Finding(name.start, name.end + len(after.rstrip()), Kind.PUPIL)


def _is_pupil(before: str, after: str) -> bool:
    if (
        _MARK_BESIDE.match(after)
        or _CLASS_BESIDE.match(after)
        or _CLASS_BEFORE.search(before)
        or _STUDIES.match(after.lower())
    ):
        return True
    classed, tells = _CLASS_AFTER.match(after), TELLS.search(after.lower())
    if CALLED_PUPIL.search(before.lower()):
        return bool(classed or tells or DATE.search(after))
    return bool((classed or CLASS.search(after[:30])) and (tells or MARK.search(after)))
