"""Lists of people with private facts: class lists, mark sheets, lists of poor households, in rows or cell by cell.

A list is a run of full names that stand close to each other, most of them at the head of a row, a cell or a piece
of a sentence, with what belongs to each of them before the next one. Who they are is told by the heading, by how the
rows call them and by what most rows hold; what is private depends on that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from indexer.personal_data.facts import AGE, CLASS, NOTHING, Facts, facts_of, without_next_number
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.names import Name
from indexer.personal_data.passage import Passage
from indexer.personal_data.people import FEWEST, Person, groups_of, people_of, row_start
from indexer.personal_data.words import (
    BARE_NAMES,
    INSTITUTION,
    INVENTED,
    KNOWN_PEOPLE,
    MARKS_EXPECTED,
    OF_PUPILS,
    OF_STAFF,
    OFFICIAL,
    PRIVATE_BY_TITLE,
    SUBJECT,
)
from indexer.vietnamese import fold

_HEADING = 420
"""Characters above a list in which its heading stands."""
_NEAR = 200
"""Characters of it that say what the list is."""
_HARD = Facts.BIRTH | Facts.PHONE | Facts.NUMBER | Facts.HARDSHIP | Facts.MARKS
_IN_ANY_LIST = Facts.BIRTH | Facts.PHONE | Facts.NUMBER
"""What is private in a list of colleagues too."""
_ONLY_A_MARK = re.compile(r"[\s:=,;–-]{1,4}(?:10|\d)(?:[.,]\d{1,2})?\s?(?:điểm|đ)?[\s,;.]*")
_YEAR = re.compile(r"\d+/\d+/\d+|\d{4,}|tiết|phòng|giờ|trang")
_NEARLY_ALL = 0.8
_PUPILS = frozenset(("em", "cháu", "bé", "bạn", "con", "học sinh", "thí sinh", "trẻ", "hs"))
_GROWN_UP = frozenset(("cô", "thầy", "ông", "bà", "anh", "chị", "chú", "bác"))


class Verdict(Enum):
    """Whether a list is private, one of colleagues or known people, or tells too little."""

    PRIVATE = auto()
    PUBLIC = auto()
    UNCLEAR = auto()


@dataclass(frozen=True)
class Judged:
    """A list at characters `start` to `end`."""

    start: int
    end: int
    verdict: Verdict


def judge_lists(passage: Passage, names: Sequence[Name]) -> list[Judged]:
    """Every list of at least three of these people, its heading left out, in order."""
    judged = []
    for group in groups_of(passage.text, names):
        people = people_of(passage.text, group)
        if len(people) >= FEWEST:
            first = people[0].name.start
            verdict = judge(people, passage.before(first, _HEADING))
            judged.append(Judged(row_start(passage.text, first), people[-1].end, verdict))
    return judged


def rosters_of(lists: Iterable[Judged]) -> list[Finding]:
    """The private ones."""
    return [Finding(each.start, each.end, Kind.ROSTER) for each in lists if each.verdict is Verdict.PRIVATE]


def judge(people: Sequence[Person], heading: str) -> Verdict:
    """What a list under this heading (in lower case) is."""
    facts = [
        facts_of(
            person.said, marks_expected=bool(MARKS_EXPECTED.search(heading)), year_is_birth="sinh" in heading
        )
        for person in people
    ]
    of_pupils = _are_pupils(people, heading)
    sure = _share(people, lambda person: person.name.sure)
    if (
        INVENTED.search(heading)
        or _share(people, lambda person: "?" in person.said) >= 0.3
        or sure < (0.3 if of_pupils or OF_PUPILS.search(heading) else 0.6)
    ):
        return Verdict.UNCLEAR
    if _most(facts, Facts.YOUNG):
        return Verdict.PRIVATE
    if _are_known(people, heading, of_pupils=of_pupils):
        return Verdict.PUBLIC
    if _are_colleagues(people, facts, heading, of_pupils=of_pupils):
        private = _IN_ANY_LIST | Facts.MARKS if OF_PUPILS.search(heading) else _IN_ANY_LIST
        return Verdict.PRIVATE if _most(facts, private) else Verdict.PUBLIC
    return (
        Verdict.PRIVATE
        if _tells_private_facts(people, facts, heading, of_pupils=of_pupils)
        else Verdict.UNCLEAR
    )


def _are_pupils(people: Sequence[Person], heading: str) -> bool:
    """Whether the heading or most rows say so: "học sinh", "em", a class, an age."""
    return (
        _is_of_pupils(heading)
        or _share(people, lambda person: person.called in _PUPILS) >= 0.5
        or _share(people, lambda person: bool(CLASS.search(person.said.upper()))) >= 0.5
        or _share(people, lambda person: bool(AGE.search(person.said))) >= 0.5
    )


def _is_of_pupils(heading: str) -> bool:
    near = heading[-_NEAR:]
    return bool(PRIVATE_BY_TITLE.search(near) or CLASS.search(near.upper()))


def _last(words: re.Pattern[str], heading: str) -> int:
    """Where such words stand last in the heading: what is nearer to the list says what it is."""
    return max((match.end() for match in words.finditer(heading[-_NEAR:])), default=-1)


def _are_known(people: Sequence[Person], heading: str, *, of_pupils: bool) -> bool:
    known = _share(people, lambda each: each.name.is_famous or bool(KNOWN_PEOPLE.search(each.said.lower())))
    return known > 0.3 or bool(not of_pupils and KNOWN_PEOPLE.search(heading[-_NEAR:]))


def _are_colleagues(
    people: Sequence[Person], facts: Sequence[Facts], heading: str, *, of_pupils: bool
) -> bool:
    """Whether the heading says so, or most rows: an office, "cô", a subject or a school and nothing else."""
    if _last(OF_STAFF, heading) > max(_last(PRIVATE_BY_TITLE, heading), 0) and _last(BARE_NAMES, heading) < 0:
        return True
    if _share(people, lambda person: bool(OFFICIAL.search(person.said))) > 0.5:
        return True
    if _share(people, lambda person: person.called in _GROWN_UP) >= 0.5:
        return True
    if _most(facts, _HARD | Facts.MARK | Facts.CONDUCT | Facts.GENDER | Facts.TREATED):
        return False
    if _share(people, lambda person: bool(SUBJECT.search(fold(person.said)))) >= 0.5:
        return not _is_of_pupils(heading)
    return (
        not of_pupils and _share(people, lambda person: bool(INSTITUTION.search(person.said.lower()))) >= 0.5
    )


def _tells_private_facts(
    people: Sequence[Person], facts: Sequence[Facts], heading: str, *, of_pupils: bool
) -> bool:
    if _most(facts, _HARD):
        return True
    bare = BARE_NAMES.search(heading[-_NEAR:])
    if of_pupils and (bare or _share(people, _is_said_of) >= 0.5):
        return True
    if CLASS.search(heading.upper()) and _most(facts, Facts.TREATED | Facts.MARK):
        return True
    if _share(people, _has_only_a_mark) >= 0.5 or _share(people, _is_counted) >= _NEARLY_ALL:
        return True
    some = sum(bool(fact) for fact in facts) * 2 >= len(facts)
    return some and (
        bool(OF_PUPILS.search(heading)) or sum(len(fact) >= 2 for fact in facts) * 2 >= len(facts)
    )


def _has_only_a_mark(person: Person) -> bool:
    rows = (person.said.rstrip(), without_next_number(person.said))
    return any(_ONLY_A_MARK.fullmatch(row) for row in rows)


def _is_counted(person: Person) -> bool:
    """Whether a number stands with somebody that is no year, no page and no lesson."""
    return any(map(str.isdecimal, _YEAR.sub("", without_next_number(person.said))))


def _is_said_of(person: Person) -> bool:
    return NOTHING.fullmatch(without_next_number(person.said)) is None


def _most(facts: Sequence[Facts], wanted: Facts) -> bool:
    return 2 * sum(bool(fact & wanted) for fact in facts) >= len(facts)


def _share(people: Sequence[Person], is_so: Callable[[Person], bool]) -> float:
    return sum(map(is_so, people)) / len(people)


def verdict_at(lists: Sequence[Judged], place: int) -> Verdict:
    """What the list is in which a place lies; unclear outside of all."""
    before = bisect_right(lists, place, key=lambda each: each.start) - 1
    return lists[before].verdict if before >= 0 and place < lists[before].end else Verdict.UNCLEAR
