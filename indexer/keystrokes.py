"""Telex and VNI keys that no input method turned into letters: "giaos ans", "giao1 an1" are giáo án (C1.9)."""

from __future__ import annotations

import re
import unicodedata

from indexer.syllables import is_syllable

_TELEX_TONE = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_TONE = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_TELEX_SHAPES = (
    ("uow", "ươ"),
    ("aa", "â"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("aw", "ă"),
    ("ow", "ơ"),
    ("uw", "ư"),
    ("w", "ư"),
)
_VNI_SHAPES = (
    ("u7o7", "ươ"),
    ("uo7", "ươ"),
    ("u7o", "ươ"),
    ("a6", "â"),
    ("e6", "ê"),
    ("o6", "ô"),
    ("a8", "ă"),
    ("o7", "ơ"),
    ("u7", "ư"),
)
_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r"(qu|gi(?=[aeouăâêôơư])|[bcdđghklmnpqrstvx]*)([aeiouyăâêôơư]+)([a-z]*)")
_SHAPED = "ăâêôơư"
_SECOND_OF_TWO = ("oa", "oe", "uy")


def from_keystrokes(text: str) -> str | None:
    """The text with typed keys as letters; None where no word holds such keys."""
    text = unicodedata.normalize("NFC", text)
    read = _WORD.sub(lambda word: _telex(word[0].lower()) or _vni(word[0].lower()) or word[0], text)
    return read if read != text else None


def _telex(word: str) -> str | None:
    start = re.match("[bcdđghklmnpqrstvx]*", word)
    onset = start[0] if start else ""
    rest = word[len(onset) :]
    tones = [letter for letter in rest if letter in _TELEX_TONE]
    if len(tones) > 1:
        return None
    rest = "".join(letter for letter in rest if letter not in _TELEX_TONE)
    return _word(onset.replace("dd", "đ"), rest, _TELEX_SHAPES, _TELEX_TONE[tones[0]] if tones else "", word)


def _vni(word: str) -> str | None:
    digits = [letter for letter in word if letter in _VNI_TONE]
    if len(digits) > 1 or not word[0].isalpha():
        return None
    plain = "".join(letter for letter in word if letter not in _VNI_TONE).replace("d9", "đ")
    return _word("", plain, _VNI_SHAPES, _VNI_TONE[digits[0]] if digits else "", word)


def _word(onset: str, rest: str, shapes: tuple[tuple[str, str], ...], tone: str, typed: str) -> str | None:
    """The syllable, if the keys made one that carries a mark."""
    for keys, letters in shapes:
        rest = rest.replace(keys, letters)
    read = _toned(onset + rest, tone)
    return read if read and not read.isascii() and read != typed and is_syllable(read) else None


def _toned(word: str, tone: str) -> str | None:
    """The word with the tone on the vowel where it is written today (hoà, thuý)."""
    parts = _PARTS.fullmatch(word)
    if parts is None or not tone:
        return word if parts else None
    onset, vowels, coda = parts.groups()
    shaped = [place for place, letter in enumerate(vowels) if letter in _SHAPED]
    if shaped:
        place = shaped[-1]
    elif coda or vowels in _SECOND_OF_TWO:
        place = len(vowels) - 1
    else:
        place = 1 if len(vowels) == 3 else 0
    return unicodedata.normalize("NFC", onset + vowels[: place + 1] + tone + vowels[place + 1 :] + coda)
