"""Sort keys of the Vietnamese alphabet: plain strings that any engine or database orders by code point."""

import re
import unicodedata

from indexer.folding import fold

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTERS = {letter: chr(0x61 + place) for place, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn make another letter
_PARTS = re.compile(r"\d+|[^\W\d_]|[\W_]+")
_MAX = 200  # characters of a title that take part


def sort_key(text: str) -> str:
    """Key of `text`: letters of the whole string first, then tones; blank before letters, numbers by value (C2.7)."""
    from_alphabet: list[str] = []
    tones: list[str] = []
    normal = unicodedata.normalize("NFC", text)[:_MAX].lower().strip()
    for part in _PARTS.findall(normal.replace("ð", "đ")):
        if part[0].isdecimal():
            number = part.lstrip("0") or "0"
            from_alphabet.append(f"{len(number):03d}{number}")
        elif part.isalpha():
            letter, tone = _letter(part)
            from_alphabet.append(letter)
            tones.append(tone)
        else:
            from_alphabet.append(" ")
    return "".join(from_alphabet).strip() + "\x01" + "".join(tones)


def _letter(char: str) -> tuple[str, str]:
    if char in _LETTERS:
        return _LETTERS[char], "0"
    marks = unicodedata.normalize("NFD", char)
    tone = next((_TONES[mark] for mark in marks[1:] if mark in _TONES), "0")
    shaped = unicodedata.normalize("NFC", marks[0] + "".join(mark for mark in marks[1:] if mark in _SHAPES))
    if shaped in _LETTERS:
        return _LETTERS[shaped], tone
    return "".join(_LETTERS.get(plain, plain) for plain in fold(char)), tone
