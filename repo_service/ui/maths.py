"""Formulas in read texts, which stand there as (1)/(2), x^(2), √(b+1) (indexer.extraction.office_maths), as MathML.

What is no formula stays text; everything is escaped. A line is walked once for each depth of its shapes.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup, escape

LONGEST, DEEPEST = 4_000, 8
"""Characters of a line, and shapes inside each other, that are looked at."""
_HINT = re.compile(r"\)/\(|[\^_]\(|[√∛∜]\(")
_BASE = re.compile(r"(?:\d+(?:[.,]\d+)?|[^\W\d_]|[∑∫∏])$")
_LONGEST_BASE = 20
_TOKEN = re.compile(
    r"(?P<mn>\d+(?:[.,]\d+)*)|(?P<mtext>[^\W\d_]{2,}|\s+)|(?P<mi>[^\W\d_])|(?P<mo>.)", re.DOTALL
)
_DEGREES = {"∛": "3", "∜": "4"}
_SCRIPTS = {"_": "msub", "^": "msup", "_^": "msubsup"}


class _Shape(NamedTuple):
    """A piece of a line that is drawn: from `begin` to before `end`."""

    begin: int
    end: int
    drawn: Markup


def with_formulas(text: str) -> Markup:
    """`text` as safe HTML, its formulas as MathML."""
    if len(text) > LONGEST or not _HINT.search(text):
        return escape(text)
    return _Line(text).drawn(0, len(text), 0)


class _Line:
    """One line and where each of its brackets closes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._closing: dict[int, int] = {}
        opened: list[int] = []
        for place, sign in enumerate(text):
            if sign == "(":
                opened.append(place)
            elif sign == ")" and opened:
                self._closing[opened.pop()] = place

    def drawn(self, begin: int, end: int, depth: int) -> Markup:
        """Text and formulas in turn; inside a formula (depth over 0) text is drawn as its letters and signs."""
        pieces: list[Markup] = []
        place = begin
        while place < end:
            shape = self._shape(begin, place, depth) if depth < DEEPEST else None
            if shape is None:
                place += 1
                continue
            pieces.append(_plain(self._text[begin : shape.begin], depth))
            pieces.append(
                shape.drawn if depth else Markup('<math displaystyle="true">{}</math>').format(shape.drawn)
            )
            begin = place = shape.end
        return Markup("").join([*pieces, _plain(self._text[begin:end], depth)])

    def _shape(self, begin: int, place: int, depth: int) -> _Shape | None:
        """The shape whose first sign stands at `place`, with its scripts; its base may begin before."""
        text, sign = self._text, self._text[place]
        shape: _Shape | None = None
        if sign in "√∛∜" and (close := self._closing.get(place + 1)):
            shape = _Shape(place, close + 1, _root(sign, self._row(place + 2, close, depth)))
        elif sign == "(" and (close := self._closing.get(place)):
            shape = self._fraction(place, close, depth)
            if shape is None and text[close + 1 : close + 3] in ("^(", "_("):
                inside = Markup("<mrow><mo>(</mo>{}<mo>)</mo></mrow>").format(
                    self._row(place + 1, close, depth)
                )
                shape = _Shape(place, close + 1, inside)
        elif text[place : place + 2] in ("^(", "_("):
            base = _BASE.search(text, max(begin, place - _LONGEST_BASE), place)
            shape = (
                _Shape(base.start(), place, _plain(base[0], 1))
                if base and place + 1 in self._closing
                else None
            )
        return self._with_scripts(shape, depth) if shape else None

    def _fraction(self, place: int, close: int, depth: int) -> _Shape | None:
        """The fraction that begins at `place`; f(x)/(2) is none, somebody typed it so."""
        after_letter = place > 0 and self._text[place - 1].isalpha()
        end = self._closing.get(close + 2) if self._text.startswith("/(", close + 1) else None
        if after_letter or end is None:
            return None
        above, below = self._row(place + 1, close, depth), self._row(close + 3, end, depth)
        return _Shape(place, end + 1, Markup("<mfrac>{}{}</mfrac>").format(above, below))

    def _with_scripts(self, shape: _Shape, depth: int) -> _Shape:
        """The shape with what stands below and above to its right."""
        signs, end = "", shape.end
        parts: list[Markup] = []
        while self._text[end : end + 2] in ("_(", "^(") and signs + self._text[end] in _SCRIPTS:
            close = self._closing.get(end + 1)
            if close is None:
                break
            signs += self._text[end]
            parts.append(self._row(end + 2, close, depth))
            end = close + 1
        if not signs:
            return shape
        tag = Markup(_SCRIPTS[signs])  # noqa: S704 - one of three tags
        drawn = Markup("<{}>{}{}</{}>").format(tag, shape.drawn, Markup("").join(parts), tag)
        return _Shape(shape.begin, end, drawn)

    def _row(self, begin: int, end: int, depth: int) -> Markup:
        return Markup("<mrow>{}</mrow>").format(self.drawn(begin, end, depth + 1))


def _root(sign: str, inside: Markup) -> Markup:
    if sign in _DEGREES:
        return Markup("<mroot>{}<mn>{}</mn></mroot>").format(inside, _DEGREES[sign])
    return Markup("<msqrt>{}</msqrt>").format(inside)


def _plain(text: str, depth: int) -> Markup:
    """Text as it is, or inside a formula its numbers, letters and signs."""
    if not depth:
        return escape(text)
    made = []
    for token in _TOKEN.finditer(text):
        tag = Markup(token.lastgroup or "mo")  # noqa: S704 - a name of our pattern
        made.append(Markup("<{}>{}</{}>").format(tag, token[0], tag))
    return Markup("").join(made)
