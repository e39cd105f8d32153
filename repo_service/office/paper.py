"""What a written document holds, as plain values: a paper of blocks, or a deck of slides."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal

Target = Path | BinaryIO
Alignment = Literal["left", "center", "right", "justify"]
# Documents carry one fixed date unless told: two runs of the demo seed must give the same bytes.
FIXED_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """A heading; `level` 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    align: Alignment = "left"


@dataclass(frozen=True)
class BulletList:
    """Items below each other, each with a dot."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows of the same number of cells; the first row is the head unless `has_head` is off."""

    rows: Sequence[Sequence[str]]
    has_head: bool = True


Block = Heading | Paragraph | BulletList | Table


@dataclass(frozen=True)
class Paper:
    """A text document on A4."""

    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
    made_on: dt.datetime = FIXED_DATE


@dataclass(frozen=True)
class Slide:
    """A slide: title, bullets, perhaps a table below them, and what the teacher says (notes)."""

    title: str
    bullets: Sequence[str] = ()
    table: Table | None = None
    notes: str = ""


@dataclass(frozen=True)
class Deck:
    """A presentation: a cover with title and subtitle, then the slides."""

    title: str
    slides: Sequence[Slide] = ()
    subtitle: str = ""
    made_on: dt.datetime = FIXED_DATE


def printable(text: str) -> str:
    """Text without the characters that no XML document may hold."""
    return _UNPRINTABLE.sub("", text)
