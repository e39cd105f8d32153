"""Poverty, illness and trouble at home in a sentence that names somebody, pupil or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.passage import Passage
from indexer.personal_data.words import HARDSHIP, KNOWN_PEOPLE, READ, SUMS

_CALLED = re.compile(r"\b(?:[Ee]m|[Cc]háu|[Bb]é|HS|con (?:trai|gái)(?: tôi)?) [A-ZĐÀ-Ỹ][a-zà-ỹ]+(?! [A-Z]\b)")
_CAPITALISED = re.compile(r"(?<![\w.] )\b[A-ZĐÀ-Ỹ][a-zà-ỹ]+\b|(?<=[a-zà-ỹ] )[A-ZĐÀ-Ỹ][a-zà-ỹ]+\b")
_END = re.compile(r"\n|[.;!?](?=\s)")
_OF_THE_SAME = re.compile(
    r"[\s–-]*(?:em|cháu|bé|con|bố|ba|cha|mẹ|má|nhà|gia đình|hoàn cảnh|lí do|ghi chú|bạn ấy|tình trạng)\b"
)
_BEFORE, _AFTER = 130, 40
"""Characters around in which somebody is named."""
_ABOUT = 400
"""Characters around that say whether people of books are spoken of."""


def hard_lives(passage: Passage) -> list[Finding]:
    """Sentences with such words and a full name, "em An", or the given name of somebody named in full elsewhere."""
    found: list[Finding] = []
    for match in HARDSHIP.finditer(passage.low) if passage.names else ():
        around = passage.low[max(0, match.start() - _ABOUT) : match.end() + _ABOUT]
        if not READ.search(around) and not KNOWN_PEOPLE.search(passage.before(match.start(), 160)):
            finding = _told(passage, match.start(), match.end())
            if finding and not SUMS.search(passage.low, finding.start, match.end()):
                found.append(finding)
    return found


def _told(passage: Passage, start: int, end: int) -> Finding | None:
    """From somebody's name to the words, or from the words to the name right after them."""
    first = max(0, start - _BEFORE)
    first = max(first, passage.low.rfind("\n", first, start) + 1)
    sentence = max((stop.end() for stop in _END.finditer(passage.low, first, start)), default=first)
    before = _people_named(passage, sentence, start)
    if not before and _OF_THE_SAME.match(passage.low, sentence):
        before = _people_named(passage, first, sentence)
    if before:
        return Finding(before[-1], end, Kind.HARDSHIP)
    stop = _END.search(passage.low, end, end + _AFTER)
    after = _people_named(passage, end, stop.start() if stop else end + _AFTER)
    return Finding(start, min(after[0] + 30, len(passage.low)), Kind.HARDSHIP) if after else None


def _people_named(passage: Passage, begin: int, end: int) -> Sequence[int]:
    places = [name.start for name in passage.names_between(begin, end) if not name.is_famous]
    if passage.names:
        places += (called.start() for called in _CALLED.finditer(passage.text, begin, end))
        places += _named_again(passage, begin, end)
    return sorted(places)


def _named_again(passage: Passage, begin: int, end: int) -> Iterator[int]:
    for word in _CAPITALISED.finditer(passage.text, begin, end):
        if word.group() in passage.given_names and not passage.is_in_name(word.start()):
            yield word.start()
