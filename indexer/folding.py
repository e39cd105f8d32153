"""Latin letters without their marks: one table made at import, so that folding is a single translate call."""

import re
import unicodedata

_LETTER_NAME = re.compile(r"LATIN (?:SMALL |CAPITAL )?(?:LETTER|LIGATURE) (.+?)(?: WITH .*)?$")
_RANGES = ((0xC0, 0x250), (0x250, 0x2B0), (0x1E00, 0x1F00))
_NAMED = {
    "ETH": "d", "AFRICAN D": "d", "THORN": "th", "SHARP S": "ss", "ENG": "n", "ESH": "s", "EZH": "z",
    "SCHWA": "e", "OPEN E": "e", "OPEN O": "o", "REVERSED E": "e", "TURNED E": "e", "GAMMA": "g",
    "IOTA": "i", "UPSILON": "u", "WYNN": "w", "KRA": "k", "LONG S": "s", "DOTLESS I": "i",
    "DOTLESS J": "j", "TURNED M": "m", "TURNED V": "v", "HWAIR": "hv", "YOGH": "y", "ALPHA": "a",
    "SCRIPT G": "g", "TONE TWO": "2", "TONE FIVE": "5", "TONE SIX": "6", "YR": "yr",
    "TURNED DELTA": "d", "DELTA": "d", "LAMBDA": "l", "DB DIGRAPH": "db", "QP DIGRAPH": "qp", "U BAR": "u",
    "N PRECEDED BY APOSTROPHE": "n", "REVERSED ESH LOOP": "s", "EZH REVERSED": "z", "DZ DIGRAPH": "dz",
    "MIDDLE-WELSH LL": "ll",
    "MIDDLE-WELSH V": "v", "ESH LOOP": "s", "GLOTTAL STOP": "", "SALTILLO": "", "EGYPTOLOGICAL AIN": "",
}  # fmt: skip


def _base(char: str) -> str | None:
    """The plain letters of one Latin letter, lower case; None when `char` is no Latin letter."""
    match = _LETTER_NAME.match(unicodedata.name(char, ""))
    if match is None:
        return None
    name = match.group(1)
    if name in _NAMED:
        return _NAMED[name]
    last = name.split()[-1]
    if last in _NAMED:
        return _NAMED[last]
    return last.lower() if len(last) <= 2 and last.isascii() and last.isalpha() else None


def _make_table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(range(768, 880))
    for first, last in _RANGES:
        for code in range(first, last):
            base = _base(chr(code))
            if base is not None:
                table[code] = base
    return table


_TABLE = _make_table()


def fold(text: str) -> str:
    """Text without marks on Latin letters (đ -> d, ß -> ss), lower case; other scripts stay as they are."""
    return unicodedata.normalize("NFC", text).translate(_TABLE).lower()
