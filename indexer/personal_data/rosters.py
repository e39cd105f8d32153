"""Lists of people with private facts: class lists, mark sheets, lists of poor households, in rows or cell by cell.

A list is a run of full names that stand close to each other, most of them at the head of a row, a cell or a piece
of a sentence, with what belongs to each of them before the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.personal_data.facts import CLASS, Facts, facts_of
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.names import Name, name_of_cell
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import (
    INVENTED,
    KNOWN_PEOPLE,
    MARKS_EXPECTED,
    OF_PUPILS,
    OF_STAFF,
    OFFICIAL,
    PRIVATE_BY_TITLE,
)

FEWEST = 3
"""People that make a list."""
_REACH = 240
"""Characters after a name that may still tell about its person."""
_MOST_LINES = 14
"""Lines of them, where each cell is a line."""
_HEADING = 420
"""Characters above a list in which its heading stands."""
_HARD = Facts.BIRTH | Facts.PHONE | Facts.NUMBER | Facts.HARDSHIP | Facts.MARKS
_IN_ANY_LIST = Facts.BIRTH | Facts.PHONE | Facts.NUMBER
"""What is private in a list of colleagues too."""
_HONORIFIC = "[Ôô]ng|[Bb]à|[Ee]m|[Cc]háu|[Cc]ô|[Tt]hầy|[Aa]nh|[Cc]hị|hs|HS"
_HEAD_OF_ROW = re.compile(rf"(?:^|[\n\t|;,:\"(\]•+*–/-]|\d[.)/]?|\s{{2}})[\s\"']*(?:(?:{_HONORIFIC})\s+)?$")
_NUMBERED_ROW = re.compile(r"^[ \t\"'|]{0,8}\d{1,3}[ \t.)|;,:-]{1,6}[\"']?(?=[^\W\d_])", re.MULTILINE)


@dataclass(frozen=True)
class _Person:
    """A name of a list and what is said between it and the next one."""

    name: Name
    said: str
    end: int


def find_rosters(passage: Passage) -> list[Finding]:
    """Every list of at least three people that says something private about them, its heading left out."""
    text, found = passage.text, []
    for group in _groups(text, _names(passage)):
        people = _people(text, group)
        if len(people) < FEWEST:
            continue
        start = _row_start(text, people[0].name.start)
        heading = passage.before(people[0].name.start, _HEADING)
        if _tells_private_facts(people, heading):
            found.append(Finding(start, people[-1].end, Kind.ROSTER))
    return found


def _names(passage: Passage) -> list[Name]:
    """Sure names anywhere, and whatever stands where a numbered row has its name."""
    text, sure = passage.text, passage.names
    taken = {name.start for name in sure}
    rows = (row.end() for row in _NUMBERED_ROW.finditer(text))
    unsure = (name_of_cell(_cell(text, place), place) for place in rows if place not in taken)
    return sorted([*sure, *(name for name in unsure if name is not None)], key=lambda name: name.start)


def _cell(text: str, place: int) -> str:
    return re.split(r"[\n\t|;,\"]| {2,}| [-–]|(?<=\D) ?(?=\d)", text[place : place + 60], maxsplit=1)[
        0
    ].strip()


def _groups(text: str, names: Sequence[Name]) -> Iterator[list[Name]]:
    group: list[Name] = []
    for name in names:
        if group:
            between = text[group[-1].end : name.start]
            if len(between) > _REACH or between.count("\n") > _MOST_LINES or "\n\n\n" in between:
                if len(group) >= FEWEST:
                    yield group
                group = []
        group.append(name)
    if len(group) >= FEWEST:
        yield group


def _people(text: str, names: Sequence[Name]) -> list[_Person]:
    """Those who head a row; whoever is named in between belongs to what is said about the one before."""
    heads = [name for name in names if _HEAD_OF_ROW.search(text[max(0, name.start - 40) : name.start])]
    heads = _first_of_each_line(text, heads)
    people: list[_Person] = []
    for place, name in enumerate(heads):
        last = place + 1 == len(heads)
        stop = _end_of_list(text, name.end, people) if last else heads[place + 1].start
        said = text[name.end : stop]
        people.append(_Person(name, said, stop - (len(said) - len(said.rstrip()))))
    return people


def _first_of_each_line(text: str, heads: Sequence[Name]) -> list[Name]:
    """Where rows name the parent too, the pupil only; a list that fills one line stays whole."""
    firsts = [
        name
        for place, name in enumerate(heads)
        if place == 0 or "\n" in text[heads[place - 1].end : name.start]
    ]
    return firsts if len(firsts) >= FEWEST else list(heads)


def _end_of_list(text: str, place: int, before: Sequence[_Person]) -> int:
    """Where the last row ends: its line, or as many cells as the row before had lines."""
    lines = max(0, before[-1].said.count("\n") - 1) if before else 0
    last = min(len(text), place + _REACH)
    stop = place
    for _ in range(lines + 1):
        stop = text.find("\n", stop + (stop > place), last)
        if stop < 0:
            return last
    return stop


def _row_start(text: str, place: int) -> int:
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


def _tells_private_facts(people: Sequence[_Person], heading: str) -> bool:
    of_pupils = bool(OF_PUPILS.search(heading))
    sure = _share(person.name.sure for person in people)
    if sure < (0.3 if of_pupils else 0.6) or INVENTED.search(heading):
        return False
    facts = [
        facts_of(
            person.said, marks_expected=bool(MARKS_EXPECTED.search(heading)), year_is_birth="sinh" in heading
        )
        for person in people
    ]
    known = _share(bool(KNOWN_PEOPLE.search(person.said.lower())) for person in people)
    of_staff = known > 0.3 or bool(OF_STAFF.search(heading[-200:]))
    official = _share(bool(OFFICIAL.search(person.said)) for person in people)
    if of_staff or official > 0.5:
        private = _IN_ANY_LIST | Facts.MARKS if of_pupils else _IN_ANY_LIST
        return known <= 0.3 and _share(bool(fact & private) for fact in facts) >= 0.5
    return _is_of_pupils(facts, heading, of_pupils=of_pupils)


def _is_of_pupils(facts: Sequence[Facts], heading: str, *, of_pupils: bool) -> bool:
    if _share(bool(fact & _HARD) for fact in facts) >= 0.5:
        return True
    named_classes = bool(CLASS.search(heading.upper())) or any(Facts.CLASS in fact for fact in facts)
    if named_classes and _share(bool(fact & (Facts.TREATED | Facts.MARK)) for fact in facts) >= 0.5:
        return True
    if _share(bool(fact) for fact in facts) >= 0.5:
        return of_pupils or _share(len(fact) >= 2 for fact in facts) >= 0.5
    return bool(PRIVATE_BY_TITLE.search(heading[-200:]))


def _share(answers: Iterator[bool]) -> float:
    found = list(answers)
    return sum(found) / len(found)
