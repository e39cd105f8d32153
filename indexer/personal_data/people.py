"""Who stands in a list: names that head a row, a cell or a piece of a sentence, with what is said of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.personal_data.names import COMMON_FAMILIES, Name, name_of_cell
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import OFFICIAL

FEWEST = 3
"""People that make a list."""
_REACH = 240
"""Characters after a name that may still tell about its person."""
_REMARK = 600
"""The same where names fill or begin their lines."""
_MOST_LINES = 14
"""Lines of them, where each cell is a line."""
CALLED = (
    r"[Ôô]ng|[Bb]à|[Ee]m|[Cc]háu|[Cc]ô|[Tt]hầy|[Aa]nh|[Cc]hị|[Cc]hú|[Bb]ác|[Bb]é|[Bb]ạn|[Cc]on|[Hh]ọc sinh|[Tt]hí sinh|"
    r"[Tt]rẻ|hs|HS|[Mm]ẹ|[Bb]ố|[Bb]a"
)
_NICK = r"[^\W\d_]{2,7}(?: [^\W\d_]{1,7})? ?\("  # Su (Nguyễn Hạ Vi)
_MARKER = r"(?:^|[\n\t|;,:=\"(\]•+*–/>-]|\d[.)/]?|[lI] ?[.)]| \.|\b(?:gồm|là|có) |\s{2})"
_HEAD_OF_ROW = re.compile(rf"(?:{_MARKER}[\s\"']*|[\n\t|;,:][ \t]*{_NICK})(?:(?P<called>{CALLED})\s+)?$")
_CALLED_FIRST = re.compile(rf"(?:{CALLED})[ \u00a0]+")
_ROW = re.compile(
    r"^[ \t\"'|]{0,8}(?:\d{1,3}[ \t.)|;,:-]{1,6}|[-*+•–>] |(?:Họ (?:và |, )?tên|Tên)[^:\n]{0,12}: )[\"']?(?=[^\W\d_])",
    re.MULTILINE,
)
_END_OF_CELL = re.compile(r"[\n\t|;,\"(:=]| {2,}| [-–]|(?<=\D) ?(?=\d)")
_INITIALS = re.compile(r"(?<![\w.])(?:[A-ZĐ][a-z]?\. ?){2,3}[A-ZĐÀ-Ỹ][a-zà-ỹ]+(?!\w)")  # Ng. V. An
_UNCAPITALISED = re.compile(
    rf"(?:^|[\n;,|\t:\"]| {{2}})[ \d.)\"'-]{{0,6}}"
    rf"((?:{'|'.join(sorted(COMMON_FAMILIES))})(?: [^\W\d_A-Z]{{1,7}}){{1,4}})"
    r"(?= ?(?:[|;,\t\"\n(:-]|\d| {2}|$))"
)


_Head = tuple[Name, re.Match[str]]


@dataclass(frozen=True)
class Person:
    """A name of a list, how its row calls the person, and what is said between it and the next one."""

    name: Name
    called: str
    said: str
    end: int


def names_of_lists(passage: Passage) -> list[Name]:
    """Sure names anywhere, and whatever is written like one where a row begins."""
    text = passage.text
    sure = [*passage.names, *_uncapitalised(text), *_with_initials(text)]
    taken = {name.start for name in sure}
    unsure = []
    for row in _ROW.finditer(text):
        called = _CALLED_FIRST.match(text, row.end())
        place = called.end() if called else row.end()
        if place not in taken and (name := name_of_cell(_cell(text, place), place)) is not None:
            unsure.append(name)
    return sorted([*sure, *unsure], key=lambda name: name.start)


def _uncapitalised(text: str) -> Iterator[Name]:
    for match in _UNCAPITALISED.finditer(text):
        yield Name(match.start(1), match.end(1), match[1])


def _with_initials(text: str) -> Iterator[Name]:
    for match in _INITIALS.finditer(text):
        yield Name(match.start(), match.end(), match.group())


def _cell(text: str, place: int) -> str:
    return _END_OF_CELL.split(text[place : place + 60], maxsplit=1)[0].strip()


def groups_of(text: str, names: Sequence[Name]) -> Iterator[list[Name]]:
    """Runs of at least three names that stand close enough to be one list."""
    group: list[Name] = []
    for name in names:
        if group and _breaks(text, group[-1], name):
            if len(group) >= FEWEST:
                yield group
            group = []
        group.append(name)
    if len(group) >= FEWEST:
        yield group


def _breaks(text: str, one: Name, other: Name) -> bool:
    between = text[one.end : other.start]
    in_rows = "\n" in between and _is_bare(text, one.start) and _is_bare(text, other.start)
    reach = _REMARK if in_rows or between.lstrip(" .:").startswith("\n") else _REACH
    return len(between) > reach or between.count("\n") > _MOST_LINES or "\n\n\n" in between


def people_of(text: str, names: Sequence[Name]) -> list[Person]:
    """Those who head a row; whoever is named in between belongs to what is said about the one before."""
    heads = [
        (name, head)
        for name in names
        if (head := _HEAD_OF_ROW.search(text, max(0, name.start - 30), name.start))
        and not _is_in_office(text, name.start)
    ]
    heads = _without_sentence(text, _without_companions(text, _first_of_each_line(text, heads)))
    people: list[Person] = []
    for place, (name, head) in enumerate(heads):
        last = place + 1 == len(heads)
        stop = _end_of_list(text, name, people) if last else heads[place + 1][0].start
        said = text[name.end : stop]
        called = (head["called"] or "").lower()
        people.append(Person(name, called, said, stop - (len(said) - len(said.rstrip()))))
    return people


def _is_in_office(text: str, place: int) -> bool:
    """Whether the line says just before the name that a colleague follows: "GVCN: Hà Thị Lan"."""
    before = text[max(0, place - 25) : place].rpartition("\n")[2]
    return bool(OFFICIAL.search(before)) and ":" in before


def _first_of_each_line(text: str, heads: list[_Head]) -> list[_Head]:
    """Where rows name the parent too, the pupil only; a list that fills one line stays whole."""
    firsts = [
        each
        for place, each in enumerate(heads)
        if place == 0 or "\n" in text[heads[place - 1][0].end : each[0].start]
    ]
    return firsts if len(firsts) >= FEWEST else heads


def _without_companions(text: str, heads: list[_Head]) -> list[_Head]:
    """Where cell by cell a second name follows each first one, as a parent's does, the first ones only."""
    follows = [False] * len(heads)
    for place in range(1, len(heads)):
        alone = not text[heads[place - 1][0].end : heads[place][0].start].strip()
        follows[place] = alone and not follows[place - 1]
    firsts = [head for head, is_second in zip(heads, follows, strict=True) if not is_second]
    bare = sum(not text[one[0].end : other[0].start].strip() for one, other in pairwise(heads))
    return firsts if len(firsts) >= FEWEST and bare <= len(heads) - len(firsts) else heads


def _without_sentence(text: str, heads: list[_Head]) -> list[_Head]:
    """Without the names of a sentence below rows that all begin with their name."""
    bare = [_is_bare(text, name.start) for name, _ in heads]
    last = len(heads)
    while last and not bare[last - 1]:
        last -= 1
    return heads[:last] if last >= FEWEST and all(bare[:last]) else heads


def _is_bare(text: str, place: int) -> bool:
    line = text[max(0, place - 40) : place].rpartition("\n")[2]
    return not any(char.isalpha() for char in line)


def _end_of_list(text: str, name: Name, before: Sequence[Person]) -> int:
    """Where the last row ends: its line, or as many cells as the row before had lines."""
    has_number = "\n" in text[row_start(text, name.start) : name.start]
    lines = max(0, before[-1].said.count("\n") - 1 - has_number) if before else 0
    last = min(len(text), name.end + (_REMARK if lines else _REACH))
    stop = name.end - 1
    for _ in range(lines + 1):
        stop = text.find("\n", stop + 1, last)
        if stop < 0:
            return last
    return stop


def row_start(text: str, place: int) -> int:
    """The beginning of the row whose name stands at `place`."""
    begin = text.rfind("\n", max(0, place - 60), place) + 1
    if not begin and place > 60:
        return place
    above = text.rfind("\n", max(0, begin - 10), max(0, begin - 1)) + 1
    return (
        above
        if text[begin:place].strip() == "" and text[above:begin].strip().rstrip(".").isdigit()
        else begin
    )
