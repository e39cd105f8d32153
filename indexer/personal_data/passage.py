"""A text with its lower-case twin, character by character, and the full names in it: made once for all readers."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from indexer.personal_data.names import Name, names_in

_AROUND = 70
"""Characters before a number in which its context stands."""
_LINE = 160
"""Characters of a long line that are looked at on either side."""


def given_name(name: str) -> str:
    """What somebody of this full name is called further on: the last syllable."""
    return name.rpartition(" ")[2].rpartition("'")[2].capitalize()


class Passage:
    """What the readers look at; places are characters of `text` as of `low`."""

    def __init__(self, text: str) -> None:
        self.text = text
        low = text.lower()
        self.low = low if len(low) == len(text) else "".join(char.lower()[:1] for char in text)

    @cached_property
    def names(self) -> list[Name]:
        """Full names, in order."""
        return list(names_in(self.text))

    @cached_property
    def starts_of_names(self) -> list[int]:
        """Where they begin."""
        return [name.start for name in self.names]

    def names_between(self, start: int, end: int) -> list[Name]:
        """Those that begin there."""
        return self.names[bisect_left(self.starts_of_names, start) : bisect_left(self.starts_of_names, end)]

    def is_in_name(self, place: int) -> bool:
        """Whether a character belongs to a full name that began before it."""
        before = bisect_left(self.starts_of_names, place) - 1
        return before >= 0 and place < self.names[before].end

    @cached_property
    def given_names(self) -> frozenset[str]:
        """What the people of full names are called further on."""
        return frozenset(given_name(name.text) for name in self.names)

    def before(self, place: int, length: int = _AROUND) -> str:
        """What stands just before, in lower case."""
        return self.low[max(0, place - length) : place]

    def line(self, start: int, end: int) -> str:
        """The line around, in lower case, without the far ends of a long one."""
        first, last = max(0, start - _LINE), min(len(self.low), end + _LINE)
        begin, stop = self.low.rfind("\n", first, start) + 1, self.low.find("\n", end, last)
        return self.low[begin or first : stop if stop >= 0 else last]
