"""Sentences about one person: a pupil called "em" or named with a class and what is told."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from indexer.personal_data.facts import MARK
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.names import Name
from indexer.personal_data.passage import Passage, given_name
from indexer.personal_data.rosters import Judged, Verdict, verdict_at
from indexer.personal_data.words import (
    AS_A_PUPIL,
    HARDSHIP,
    KNOWN_PEOPLE,
    OFFICIAL,
    QUESTION,
    SUBJECT,
    SUMS,
    TELLS,
    TREATED,
)
from indexer.vietnamese import fold

_CLASS = r"(?:(?:1[0-2]|[1-9])(?:[ .]?[A-ZĐ]\d{0,2}|[a-e]\d{0,2}|/\d{1,2})(?![\w/]))"
_CLASS_AFTER = re.compile(
    r"(?:[\s,(.\-–:]{0,4}|\s{0,20})(?:(?:là |hiện )?(?:nữ |nam )?(?:học sinh|hs|đang học|học|của)\s+){0,2}"
    rf"(?:[Ll]ớp\s*:?\s*(?:\d|lá|chồi|mầm|nhỡ|mẫu giáo|[A-ZĐÀ-Ỹ])|lop \d|{_CLASS}|SBD|số báo danh|"
    r"(?:[3-9]|1[0-8]) tuổi|con (?:ông|bà|anh|chị) [A-ZĐÀ-Ỹ])|[\s,(–-]{1,3}(?:là )?học sinh (?:trường|của|khối|lớp)"
)
_CLASS_BEFORE = re.compile(rf"\b[Ll]ớp\s+{_CLASS}[\s(,:–-]{{0,3}}$")
_MARK_BESIDE = re.compile(r"\s*[(:–-]\s*(?:10|\d)(?:[.,]\d{1,2})?\s*(?:điểm|đ)?\s*[),;]")
_PUPIL = (
    r"[Ee]m|[Cc]háu|[Bb]é|[Hh]ọc sinh|[Hh]ọc trò|HS|[Tt]hí sinh|[Tt]rò|[Cc]on (?:trai|gái)(?: tôi)?|[Cc]on|"
    r"[Hh]ọ (?:và )?tên[^:\n]{0,15}|[Cc]on (?:ông|bà|tôi|anh|chị)|be|chau|hoc sinh|gọi|nhắc|khen|phê bình"
)
_CALLED = re.compile(
    rf"\b(?:{_PUPIL}|(?P<mate>[Bb]ạn))(?: em| mới)?\s*(?::\s*)?(?:tên\s+)?(?:là\s+)?(?::\s*)?$", re.IGNORECASE
)
_PROPER = r"\p{Lu}[\p{L}'’]{0,15}\p{Ll}"
_CALLED_STRANGER = regex.compile(
    rf"\b(?:[Ee]m|[Cc]háu|[Bb]é|[Tt]hí sinh) (?:tên )?({_PROPER}(?: {_PROPER}){{1,4}})"
)
_NO_NAME = r"(?:Bạn|Em|Bé|Cháu|Lớp|Khối|Nhóm|Tổ|Đội|Trường|Cô|Thầy|Các|Tuần|Tiết|Bài|Sách|Môn|Chi|Chủ|Ngày)\b"
_EXERCISE = re.compile(r"\s*(?:\d{1,2}[.)]|bài|câu|ví dụ|vd|tình huống|\[)")
_WITH_CLASS = regex.compile(
    rf"(?<![\w.])(?!{_NO_NAME})({_PROPER}(?: {_PROPER}){{1,3}})(?=[ ,(]{{1,3}}(?:lớp )?{_CLASS})"
)
_LABEL_ABOVE = re.compile(r"(?P<mate>(?!))?\bhọ (?:và )?tên[^:\n]{0,15}:?\s*\n\s*$", re.IGNORECASE)
_COLLEAGUE = re.compile(r"\b(?:[Cc]ô|[Tt]hầy|[Ôô]ng|[Bb]à|[Bb]ác|[Cc]hú|[Cc]hị|[Aa]nh)(?: giáo)? $")
_WORD = regex.compile(rf"(?<![\w.'’]){_PROPER}(?!\w)")
_BEGIN = re.compile(r"(?:^|[.:,;!\n])[ -]*$")
_VERB = re.compile(r" (?!là |và |với |, )[a-zà-ỹ]{1,7} [^\W\d_]")
_END = re.compile(r"[\n;]|[.!?](?=\s|$)")
_SAID = 160
"""Characters of a sentence after a name."""
_BEFORE = 60
_SOMETHING = 4
"""Characters that say something of somebody called a pupil."""


@dataclass(frozen=True)
class _Reader:
    """A passage, where other facts begin in it (a sentence ends there), and what its lists are."""

    passage: Passage
    facts: Sequence[int]
    lists: Sequence[Judged]

    def before(self, place: int) -> str:
        """The sentence up to there."""
        return _END.split(self.passage.text[max(0, place - _BEFORE) : place])[-1]

    def after(self, place: int) -> str:
        """The rest of the sentence, up to another fact."""
        following = bisect_left(self.facts, place)
        stop = self.facts[following] if following < len(self.facts) else place + _SAID
        return _END.split(self.passage.text[place : min(stop, place + _SAID)], maxsplit=1)[0]

    def begins_sentence(self, place: int) -> bool:
        """Whether a sentence or a piece of one begins there."""
        return _BEGIN.search(self.passage.text, max(0, place - 4), place) is not None

    def told(self, start: int, end: int) -> Finding:
        """The sentence from `start` on, somebody's name ending at `end`."""
        said = self.after(end).rstrip()
        return Finding(start, end + len(said), Kind.HARDSHIP if HARDSHIP.search(said.lower()) else Kind.PUPIL)


def find_pupils(passage: Passage, others: Sequence[Finding], lists: Sequence[Judged]) -> list[Finding]:
    """Every sentence that tells of a pupil by full name, and by given name once introduced; it ends at other facts.

    Private lists are left out, being told as a whole.
    """
    reader = _Reader(passage, sorted(other.start for other in others), lists)
    found, known, unknown = [], set[str](), []
    for name in passage.names:
        if verdict_at(lists, name.start) is Verdict.PRIVATE:
            known.add(given_name(name.text))
        elif (finding := _of_full_name(reader, name)) is not None:
            found.append(finding)
            known.add(given_name(name.text))
        else:
            unknown.append(name)
    for match in _strangers(reader):
        found.append(reader.told(match.start(), match.end(1)))
        known.add(given_name(match[1]))
    again = [name for name in unknown if given_name(name.text) in known and _goes_on(reader, name, found)]
    found.extend(reader.told(name.start, name.end) for name in again)
    return [*found, *_by_given_name(reader, known)]


def _goes_on(reader: _Reader, name: Name, found: Sequence[Finding]) -> bool:
    """Whether a sentence tells more of somebody who may have been found before."""
    after = reader.after(name.end)
    before = any(name.text in reader.passage.text[each.start : each.end] for each in found)
    return _says_more(after) or (before and len(after.strip(" .,:;()")) >= _SOMETHING)


def _of_full_name(reader: _Reader, name: Name) -> Finding | None:
    before, after = reader.before(name.start), reader.after(name.end)
    called = _CALLED.search(before) or _LABEL_ABOVE.search(
        reader.passage.text, max(0, name.start - 40), name.start
    )
    if not called and (
        OFFICIAL.search(before[-40:]) or OFFICIAL.search(after[:25]) or _COLLEAGUE.search(before)
    ):
        return None
    if called is None and verdict_at(reader.lists, name.start) is Verdict.PUBLIC:
        return None
    if not _is_pupil(reader, name, called) or _is_of_a_lesson(reader.passage, name.start, name.end):
        return None
    inside = called is not None and called.re is _CALLED
    return reader.told(name.start - (len(before) - called.start() if inside and called else 0), name.end)


def _is_pupil(reader: _Reader, name: Name, called: re.Match[str] | None) -> bool:
    text = reader.passage.text
    beside = _CLASS_AFTER.match(text, name.end, name.end + 40) or _MARK_BESIDE.match(
        text, name.end, name.end + 20
    )
    if beside or _CLASS_BEFORE.search(text, max(0, name.start - 20), name.start):
        return True
    if name.is_famous:
        return False
    after = reader.after(name.end)
    if called is None:
        return AS_A_PUPIL.search(after.lower()) is not None
    if called["mate"]:
        return not _EXERCISE.match(reader.passage.line(name.start, name.end)) and _tells(after)
    return len(after.strip(" .,:;()\"'…_")) >= _SOMETHING


def _strangers(reader: _Reader) -> Iterator[re.Match[str]]:
    """Names without a known family name, called pupils or with a class, of whom something is told."""
    for pattern in (_CALLED_STRANGER, _WITH_CLASS):
        for match in pattern.finditer(reader.passage.text):
            start, end = match.span(1)
            if (
                not reader.passage.names_between(start, end)
                and verdict_at(reader.lists, start) is Verdict.UNCLEAR
                and _tells(reader.after(end))
                and not _is_of_a_lesson(reader.passage, start, end)
            ):
                yield match


def _tells(after: str) -> bool:
    """Whether a sentence tells marks, conduct, trouble or a class."""
    low = after.lower()
    words = TELLS.search(low) or TREATED.search(low) or HARDSHIP.search(low)
    return bool(words or _CLASS_AFTER.match(after))


def _is_of_a_lesson(passage: Passage, start: int, end: int) -> bool:
    """Whether the line is about people of history and books, or asks for a sum."""
    line = passage.line(start, end)
    asks = SUMS.search(line) or KNOWN_PEOPLE.search(line) or QUESTION.search(line)
    return bool(asks or SUBJECT.fullmatch(fold(passage.text[start:end])))


def _by_given_name(reader: _Reader, known: set[str]) -> Iterator[Finding]:
    """Further on: "Kha đạt loại Khá", "Nhà Chẩy có năm người"."""
    for match in _WORD.finditer(reader.passage.text) if known else ():
        if match.group() not in known or verdict_at(reader.lists, match.start()) is Verdict.PRIVATE:
            continue
        after = reader.after(match.end())
        if _says_more(after) or (reader.begins_sentence(match.start()) and _VERB.match(after)):
            yield reader.told(match.start(), match.end())


def _says_more(after: str) -> bool:
    low = after.lower()
    return bool(TELLS.search(low) or HARDSHIP.search(low) or _CLASS_AFTER.match(after) or MARK.search(after))
