"""Tables that lie on their side or lost their rows, known by the shape of their values."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from indexer.personal_data.facts import CLASS, DATE, GENDER, MARK, MOBILE
from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.names import Name
from indexer.personal_data.passage import Passage
from indexer.personal_data.people import FEWEST
from indexer.personal_data.words import CONDUCT, INVENTED, KNOWN_PEOPLE, OF_STAFF

_HEADING = 200
_MOST = 60
"""People, or rows, in a table of one of these forms."""
_NEAR = 3
"""Rows above and below a row of names of which one must hold values."""
_LONGEST_CELL = 60
_BETWEEN = re.compile(r"\t|\||;| {3,}")
_HEAD = re.compile(r"(?:h[ọo] (?:v[àa] |, )?t[êe]n|h[ọo]c sinh|t[êe]n|em|trẻ|thí sinh)[^:]{0,12}")
"""Over a column, or before a row, of names."""
_NUMBER = re.compile(r"\d{1,3}[.)]?")
_SHAPES: tuple[Callable[[str], object], ...] = tuple(
    pattern.fullmatch for pattern in (MARK, DATE, MOBILE, CLASS, CONDUCT, GENDER)
) + (
    re.compile(
        r"\d{6,13}|[1-5]\d[.,]\d{1,2}|[Đđdtk]|[Cc][Đđd]|T|K|TB|tb|(?:19|20)\d\d|\d{2,3}(?:[.,]\d)? ?(?:kg|cm)"
    ).fullmatch,
)

Line = tuple[int, int]


def find_columns(passage: Passage, names: Sequence[Name]) -> list[Finding]:
    """Tables lying on their side, and columns torn apart."""
    lines = _lines(passage.text)
    found = [*_sideways(passage, lines, names), *_torn(passage, lines, names)]
    return [each for each in found if not _is_public(passage, each.start)]


def _is_public(passage: Passage, place: int) -> bool:
    heading = passage.before(place, _HEADING)
    return any(words.search(heading) for words in (INVENTED, KNOWN_PEOPLE, OF_STAFF))


def _lines(text: str) -> list[Line]:
    lines, place = [], 0
    for line in text.split("\n"):
        lines.append((place, place + len(line)))
        place += len(line) + 1
    return lines


def _sideways(passage: Passage, lines: Sequence[Line], everybody: Sequence[Name]) -> Iterator[Finding]:
    """A row of names, and rows with as many values of one shape under or above it."""
    done, starts = 0, [name.start for name in everybody]
    for at, (start, end) in enumerate(lines):
        names = {name.text for name in everybody[bisect_left(starts, start) : bisect_left(starts, end)]}
        if at < done or len(names) < FEWEST:
            continue
        cells = _cells(passage.text, lines[at])
        if sum(cell in names for cell in cells) < max(FEWEST, (len(cells) + 1) // 2):
            continue
        near = range(max(0, at - _NEAR), min(len(lines), at + _NEAR + 1))
        rows = [
            row
            for place in near
            if place != at and len(row := _cells(passage.text, lines[place])) == len(cells)
        ]
        if any(_have_one_shape(row[1:]) for row in rows) or (rows and _HEAD.fullmatch(cells[0].lower())):
            first, last = _rows_around(passage.text, lines, at, len(cells))
            done = last + 1
            yield Finding(lines[first][0], lines[last][1], Kind.ROSTER)


def _rows_around(text: str, lines: Sequence[Line], at: int, cells: int) -> tuple[int, int]:
    """The first and last of the lines around that have as many cells."""
    first = last = at
    while first > max(0, at - _MOST) and len(_cells(text, lines[first - 1])) == cells:
        first -= 1
    while last + 1 < min(len(lines), at + _MOST) and len(_cells(text, lines[last + 1])) == cells:
        last += 1
    return first, last


def _cells(text: str, line: Line) -> list[str]:
    return [cell.strip() for cell in _BETWEEN.split(text[line[0] : line[1]].strip(" |"))]


def _torn(passage: Passage, lines: Sequence[Line], everybody: Sequence[Name]) -> Iterator[Finding]:
    """As many lines with a name alone as lines of one shape after or before them, each column with its head or bare."""
    named = {name.start: name for name in everybody}
    alone = [_is_alone(passage.text, line, named) for line in lines]
    place = 0
    for is_name, run in groupby(alone):
        count = len(list(run))
        if is_name and FEWEST <= count <= _MOST:
            above = passage.low[slice(*lines[place - 1])].strip() if place else ""
            last = _after(passage.text, lines, place + count, count, named=bool(_HEAD.fullmatch(above)))
            first = place - _before(passage.text, lines, place, count)
            if last > place + count or first < place:
                yield Finding(lines[first][0], lines[last - 1][1], Kind.ROSTER)
        place += count


def _is_alone(text: str, line: Line, named: dict[int, Name]) -> bool:
    name = named.get(line[0] + len(text[line[0] : line[1]]) - len(text[line[0] : line[1]].lstrip()))
    return name is not None and not text[name.end : line[1]].strip()


def _after(text: str, lines: Sequence[Line], place: int, count: int, *, named: bool) -> int:
    """The line after the last column that follows; `place` when none has a shape and no head names the people."""
    last = reached = place
    while (step := _column(text, lines, reached, count)) is not None:
        reached, has_shape = step
        last = reached if has_shape or named else last
    return last


def _column(text: str, lines: Sequence[Line], place: int, count: int) -> tuple[int, bool] | None:
    """Where a column that begins here ends, and whether its values have one shape."""
    for head in (1, 0):
        values = [text[start:end].strip() for start, end in lines[place + head : place + head + count]]
        if len(values) == count and _have_one_shape(values):
            return place + head + count, True
    values = [text[start:end].strip() for start, end in lines[place : place + 1 + count]]
    if len(values) == 1 + count and all(0 < len(value) <= _LONGEST_CELL for value in values):
        return place + 1 + count, False
    return None


def _before(text: str, lines: Sequence[Line], place: int, count: int) -> int:
    """How many lines above belong to columns of one shape; numbers of rows are none."""
    for head in (1, 0):
        above = lines[max(0, place - head - count) : place - head]
        values = [text[start:end].strip() for start, end in above]
        if len(values) == count and _have_one_shape(values):
            return count + head
    return 0


def _have_one_shape(values: Sequence[str]) -> bool:
    if all(_NUMBER.fullmatch(value) for value in values) and _rises(values):
        return False
    filled = [value for value in values if value]
    fitting = max(sum(bool(is_such(value)) for value in filled) for is_such in _SHAPES)
    return len(filled) >= FEWEST and fitting * 10 >= len(values) * 6


def _rises(values: Sequence[str]) -> bool:
    """Whether these are the numbers of rows."""
    numbers = [int(value.rstrip(".)")) for value in values]
    return all(after == before + 1 for before, after in pairwise(numbers))
