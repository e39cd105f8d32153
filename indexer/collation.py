"""Sort keys of the Vietnamese alphabet: plain strings that any engine or database orders by code point."""

import re
import unicodedata

from indexer.folding import fold

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTERS = {letter: chr(0x61 + place) for place, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn make another letter
_NUMBER = re.compile(r"\d+")
_SIGNS = re.compile(r"[\W_]+")
_MAX = 200  # characters of a title that take part


def _letter(char: str) -> tuple[str, str]:
    """The letter's place in the alphabet, and its tone."""
    marks = unicodedata.normalize("NFD", char)
    tone = next((_TONES[mark] for mark in marks[1:] if mark in _TONES), "0")
    shaped = unicodedata.normalize("NFC", marks[0] + "".join(mark for mark in marks[1:] if mark in _SHAPES))
    if shaped in _LETTERS:
        return _LETTERS[shaped], tone
    return "".join(_LETTERS.get(plain, plain) for plain in fold(char)), tone


_LATIN = [chr(code) for code in (*range(0x61, 0x7B), *range(0xDF, 0x250), *range(0x1E00, 0x1F00))]
_PLACE = {ord(char): _letter(char)[0] for char in _LATIN} | {ord("đ"): _LETTERS["đ"], ord("ð"): _LETTERS["đ"]}
_TONE = {ord(char): _letter(char)[1] for char in _LATIN}


def sort_key(text: str) -> str:
    """Letters of the whole string first, then tones; blank before letters, numbers by value (C2.7)."""
    normal = _SIGNS.sub(" ", unicodedata.normalize("NFC", text)[:_MAX].lower()).strip()
    return _NUMBER.sub(_by_value, normal.translate(_PLACE)) + "\x01" + normal.translate(_TONE)


def _by_value(number: re.Match[str]) -> str:
    digits = number.group().lstrip("0") or "0"
    return f"{len(digits):03d}{digits}"
