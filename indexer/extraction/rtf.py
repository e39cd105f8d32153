"""Rich Text Format: bytes per font, Unicode escapes, tables as lines; pictures and machinery are skipped.

A byte means what its font says, so fonts are followed run by run: `\\'ad` in .VnTime is ư, elsewhere a hyphen.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from pathlib import Path

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.legacy_encodings import decoder_of_font, read_runs

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata themedata colorschememapping datastore xmlnstbl fldinst "
    b"listtable listoverridetable rsidtbl generator latentstyles nonshppict filetbl revtbl bkmkstart bkmkend".split()
)
_SIGNS = {b"tab": "\t", b"line": "\n", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
          b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " "}  # fmt: skip
_ENDS = frozenset(
    (b"par", b"cell", b"row", b"nestcell", b"nestrow", b"sect", b"page", b"footnote", b"shptxt")
)
_CHARSETS = {
    0: "cp1252",
    163: "cp1258",
    238: "cp1250",
    204: "cp1251",
    161: "cp1253",
    162: "cp1254",
    128: "cp932",
}
_DEEPEST = 2_000
_SURROGATES = 0x10000


@dataclass(frozen=True)
class _State:
    """What holds inside one group."""

    font: int = 0
    bold: bool = False
    fallback: int = 1
    """Characters after `\\u` that stand for it in old readers."""
    skipped: bool = False
    in_fonts: bool = False


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add every paragraph and table cell."""
    with path.open("rb") as file:
        data = file.read(limits.member + 1)
    if not data.startswith(b"{\\rtf"):
        raise Refused("damaged")
    if len(data) > limits.member:
        raise Refused("too_big")
    _Reader(gathered).read(data)


class _Reader:
    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._state, self._outer = _State(), list[_State]()
        self._fonts: dict[int, str] = {}
        self._encodings: dict[int, str] = {}
        self._default_font, self._default_encoding = 0, "cp1252"
        self._runs: list[tuple[str, str | None]] = []
        self._rank, self._bold = Rank.PLAIN, True
        self._to_skip = 0

    def read(self, data: bytes) -> None:
        for byte, word, number, sign, brace, plain in _TOKEN.findall(data):
            if brace:
                self._group(brace)
            elif word:
                self._control(word, int(number) if number else None)
            elif byte:
                self._bytes(bytes([int(byte, 16)]))
            elif sign:
                self._sign(sign)
            else:
                self._bytes(plain)
        self._end_paragraph()

    def _group(self, brace: bytes) -> None:
        self._to_skip = 0
        if brace == b"}":
            self._state = self._outer.pop() if self._outer else self._state
            return
        if len(self._outer) >= _DEEPEST:
            raise Refused("damaged")
        self._outer.append(self._state)

    def _control(self, word: bytes, number: int | None) -> None:
        if word == b"fonttbl":
            self._state = replace(self._state, in_fonts=True, skipped=True)
        elif word in _SKIPPED:
            self._state = replace(self._state, skipped=True)
        elif word in (b"f", b"deff", b"plain", b"ansicpg", b"fcharset"):
            self._choose_font(word, number or 0)
        elif word == b"uc":
            self._state = replace(self._state, fallback=max(number or 0, 0))
        elif not self._state.skipped:
            self._write(word, number)

    def _write(self, word: bytes, number: int | None) -> None:
        """What stands in the text, or how."""
        if word == b"b":
            self._state = replace(self._state, bold=number != 0)
        elif word == b"u" and number is not None:
            self._add(chr(number % _SURROGATES))
            self._to_skip = self._state.fallback
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word == b"outlinelevel":
            self._rank = Rank.HEADING
        elif word in _ENDS:
            self._end_paragraph()

    def _choose_font(self, word: bytes, number: int) -> None:
        if word == b"deff":
            self._default_font = number
        if word == b"ansicpg":
            self._default_encoding = _known(f"cp{number}")
        elif word == b"fcharset":
            if number in _CHARSETS and number:
                self._encodings[self._state.font] = _CHARSETS[number]
        else:
            self._state = replace(self._state, font=self._default_font if word == b"plain" else number)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._state = replace(self._state, skipped=True, in_fonts=False)
        elif sign in (b"\r", b"\n"):
            self._end_paragraph()
        elif sign == b"-":  # Word writes the byte of ư as an optional hyphen
            self._add("\u00ad")
        else:
            self._add(
                {b"~": "\u00a0", b"_": "-"}.get(sign, sign.decode("latin-1") if sign in b"\\{}" else "")
            )

    def _bytes(self, data: bytes) -> None:
        if self._to_skip:
            skipped = min(self._to_skip, len(data))
            self._to_skip -= skipped
            data = data[skipped:]
        if self._state.in_fonts:
            name = self._fonts.get(self._state.font, "") + data.decode("latin-1")
            self._fonts[self._state.font] = name.partition(";")[0]
        elif data:
            self._add(data.decode(self._encoding(), "replace"))

    def _encoding(self) -> str:
        if decoder_of_font(self._font_name()):
            return "latin-1"
        return self._encodings.get(self._state.font, self._default_encoding)

    def _font_name(self) -> str:
        return self._fonts.get(self._state.font, "").strip()

    def _add(self, text: str) -> None:
        if self._state.skipped or not text:
            return
        self._runs.append((text, self._font_name()))
        self._bold = self._bold and (self._state.bold or not text.strip())

    def _end_paragraph(self) -> None:
        rank = Rank.STRONG if self._rank == Rank.PLAIN and self._bold else self._rank
        text = read_runs(self._runs)
        self._runs, self._rank, self._bold = [], Rank.PLAIN, True
        self._gathered.add(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), rank)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return "cp1252"
