"""Vietnamese text as the search door sees it: normalised, cut into syllables, in three views.

Engines never analyse text: they get the finished tokens made here (also for queries and snippets).
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import regex

from indexer.collation import sort_key
from indexer.folding import fold

__all__ = [
    "TextViews", "Token", "analyse", "canonical", "fold", "folded_tokens", "has_marks", "normalise", "pairs",
    "sort_key", "surface_tokens", "views",
]  # fmt: skip

MAX_TEXT = 500_000  # characters of one field; the rest of a longer text is not searched
MAX_TOKEN = 128
_CACHE_LIMIT = 60_000  # a collection has a few thousand syllables; hostile files must not fill the memory

_TOKEN = regex.compile(r"\p{N}+(?:[.,]\p{N}+)+|[\p{L}\p{M}\p{N}]+")
_BETWEEN = regex.compile(rf"({_TOKEN.pattern})")
_THOUSANDS = regex.compile(r"\d{1,3}(?:[.,]\d{3})+")
_NEEDS_REPAIR = re.compile("[\u00d0\u00f0\u0189\u0256\u00ad\u200b-\u200d\u2060\ufeff\x00-\x1f\x7f-\x9f]")
_REPAIR: dict[int, str | None] = dict.fromkeys((*range(32), *range(127, 160)), " ")
_REPAIR |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_REPAIR |= {0xD0: "Đ", 0xF0: "đ", 0x189: "Đ", 0x256: "đ"}

_TONED = {vowel: dict(zip("\u0300\u0309\u0303\u0301\u0323", toned, strict=True)) for vowel, toned in
          {"a": "àảãáạ", "ă": "ằẳẵắặ", "â": "ầẩẫấậ", "e": "èẻẽéẹ", "ê": "ềểễếệ", "o": "òỏõóọ", "ô": "ồổỗốộ",
           "ơ": "ờởỡớợ", "u": "ùủũúụ", "ư": "ừửữứự", "y": "ỳỷỹýỵ"}.items()}  # fmt: skip
_TONE_OF = {char: tone for marks in _TONED.values() for tone, char in marks.items()}
_TONE_OF |= dict(zip("ìỉĩíị", "\u0300\u0309\u0303\u0301\u0323", strict=True))
_MISPLACED_TONE = regex.compile(
    r"([^\W\d_]*?)(?:([òỏõóọ])([ae])|([ùủũúụ])(y)|(?<=^q)([ùủũúụ])([aâăeêioơy]\p{L}*)|(?<=^g)([ìỉĩíị])([aăâeêoôơuư]\p{L}*))"
)
_I_OR_Y = regex.compile("(h|k|l|m|s|t|qu)([yỳỷỹýỵ])")
_TO_I = dict(zip("yỳỷỹýỵ", "iìỉĩíị", strict=True))


class Token(NamedTuple):
    """A token of a text with its place: `text[start:end]`."""

    folded: str
    start: int
    end: int


class TextViews(NamedTuple):
    """One text as an engine gets it: tokens joined by single blanks."""

    base: str
    pair: str
    exact: str


def normalise(text: str) -> str:
    """NFC text with repaired Đ, no invisible characters, controls as blanks, capped (C1.1, C1.4)."""
    text = text[:MAX_TEXT]
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = (
        text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    )  # in every long text: not worth a table
    if _NEEDS_REPAIR.search(text):
        # The second NFC joins what an invisible character had kept apart.
        text = unicodedata.normalize("NFC", text.translate(_REPAIR))
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone half of a surrogate pair, which no engine can store
        text = text.encode("utf-8", "replace").decode()
    return text


def canonical(token: str) -> str:
    """One lower-case token with the tone on its modern place, i for y where both are written (C1.2, C1.3).

    `20.000` becomes `20000`: one form for index, query and phrase, so that both ways of typing meet.
    """
    if token[0].isdecimal():
        return token.replace(".", "").replace(",", "") if _THOUSANDS.fullmatch(token) else token
    moved = _MISPLACED_TONE.fullmatch(token)
    if moved:
        head, *rest = moved.groups()
        toned, tail = (part for part in rest if part is not None)
        tone = _TONE_OF[toned]
        plain = unicodedata.normalize("NFD", toned)[0]
        second = _TONED.get(tail[0], {}).get(tone)
        if second:
            token = head + plain + second + tail[1:]
    either = _I_OR_Y.fullmatch(token)
    return either.group(1) + _TO_I[either.group(2)] if either else token


class _ExactCache(dict[str, str]):
    def __missing__(self, token: str) -> str:
        value = canonical(token[:MAX_TOKEN])
        if len(self) < _CACHE_LIMIT:
            self[token] = value
        return value


class _FoldCache(dict[str, str]):
    def __missing__(self, token: str) -> str:
        value = fold(token)[:MAX_TOKEN] or token
        if len(self) < _CACHE_LIMIT:
            self[token] = value
        return value


class _SurfaceCache(dict[str, str]):
    def __missing__(self, token: str) -> str:
        value = _folded(_exact(token.lower()))
        if len(self) < _CACHE_LIMIT:
            self[token] = value
        return value


_exact = _ExactCache().__getitem__
_folded = _FoldCache().__getitem__
_surface = _SurfaceCache().__getitem__


def analyse(text: str) -> list[str]:
    """Exact tokens of `text`: lower case, marks kept, canonical."""
    return analyse_normal(normalise(text))


def analyse_normal(text: str) -> list[str]:
    """Exact tokens of an already normalised text."""
    return list(map(_exact, _TOKEN.findall(text.lower())))


def folded_tokens(exact: Sequence[str]) -> list[str]:
    """The folded twins of exact tokens, one for one."""
    return list(map(_folded, exact))


def pairs(folded: Sequence[str]) -> list[str]:
    """Neighbouring syllables joined by `_`."""
    return [f"{first}_{second}" for first, second in pairwise(folded)]


def views(text: str) -> TextViews:
    """The three views of one field."""
    exact = analyse(text)
    folded = folded_tokens(exact)
    return TextViews(" ".join(folded), " ".join(pairs(folded)), " ".join(exact))


def has_marks(text: str) -> bool:
    """Whether Vietnamese marks were typed: some letter is changed by folding."""
    return any(token != _folded(token) for token in analyse(text))


def surface_tokens(text: str) -> list[Token]:
    """Tokens of an already normalised text with their places."""
    folded, starts, ends = surface_places(text)
    return list(map(Token, folded, starts, ends))


def surface_places(text: str) -> tuple[list[str], list[int], list[int]]:
    """(folded, start, end) of every token of an already normalised text, as three lists: made without a loop."""
    parts = _BETWEEN.split(text)  # gap, token, gap, token, ..., gap
    places = list(accumulate(map(len, parts)))
    return list(map(_surface, parts[1::2])), places[:-1:2], places[1::2]
