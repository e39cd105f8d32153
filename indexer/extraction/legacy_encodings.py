"""Vietnamese from before Unicode: TCVN3 and VNI fonts, VIQR, and UTF-8 that was read as Latin-1 (C1.5-C1.8).

Old fonts draw Vietnamese letters in the places of Latin-1 letters, so text that was typed in them looks like
"KÕ ho¹ch bµi d¹y" (TCVN3) or "Keá hoaïch baøi daïy" (VNI). A file is never changed: only what we read of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import groupby

from indexer.syllables import marked_syllables

Decoder = Callable[[str], str]

# TCVN 5712:1993 in its font form, from 0xA1; a blank stands for a place that no font fills.
_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ", 0xB5: "àảãáạ", 0xBB: "ằẳẵắ", 0xC6: "ặầẩẫấậè", 0xCE: "ẻẽéẹềểễếệìỉ", 0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộờởỡớợù", 0xF1: "ủũúụừửữứựỳỷỹýỵ",
}  # fmt: skip
# PDF text layers name these signs by their looks; ư sits on the soft hyphen, ã on the middle dot.
_LOOKALIKES = {"−": 0xAD, "‐": 0xAD, "∙": 0xB7, "•": 0xB7, "μ": 0xB5}
_TONE_OF = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_CIRCUMFLEX_OF = dict(zip("âáàåãä", ("", *"\u0301\u0300\u0309\u0303\u0323"), strict=True))
_BREVE_OF = dict(zip("êéèúüë", ("", *"\u0301\u0300\u0309\u0303\u0323"), strict=True))
_VNI_ALONE = dict(zip("ñíìæóòîôö", "đíìỉĩịỵơư", strict=True))
_VNI = re.compile(
    f"([aAeEoO])([{''.join(_CIRCUMFLEX_OF)}])|([aA])([{''.join(_BREVE_OF)}])|([aAeEiIoOuUyYôÔöÖ])([{''.join(_TONE_OF)}])"
    f"|([{''.join(_VNI_ALONE)}])",
    re.IGNORECASE,
)
_VIQR_SHAPE = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR_TONE = dict(zip("'`?~.", "\u0301\u0300\u0309\u0303\u0323", strict=True))
# "I. Mu.c tie^u": a full stop behind a word of one letter is a full stop.
_VIQR = re.compile(
    r"(dd|DD|Dd)|(?!(?<![A-Za-z])[A-Za-z]\.(?![A-Za-z]))"
    r"([aeouAEOU][\^(+]|[aeiouyAEIOUY](?=['`?~.]))(['`?~.]?)"
)
DOUBLE_UTF8 = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]{1,3}")
"""Where UTF-8 that was read as Latin-1 or cp1252 may stand."""


def _byte_table(places: dict[int, str]) -> dict[int, str]:
    """Unicode -> Vietnamese letter, for bytes that were read as Latin-1 or as the Vietnamese code page 1258."""
    table: dict[int, str] = {}
    for start, letters in places.items():
        for byte, letter in enumerate(letters, start):
            table[byte] = letter
            table[ord(bytes([byte]).decode("cp1258", "replace"))] = letter
    for sign, byte in _LOOKALIKES.items():
        table[ord(sign)] = table[byte]
    table.pop(0xFFFD, None)
    return table


_TCVN3_TABLE = _byte_table(_TCVN3)
_FROM_1258 = {bytes([byte]).decode("cp1258", "replace"): chr(byte) for byte in range(0xC0, 0x100)}
_LATIN = str.maketrans(
    {sign: latin for sign, latin in _FROM_1258.items() if sign != latin and sign != "\ufffd"}
)


def from_tcvn3(text: str) -> str:
    """Unicode of text that was typed in a TCVN3 font (.VnTime and its kin)."""
    return text.translate(_TCVN3_TABLE)


def from_vni(text: str) -> str:
    """Unicode of text that was typed in a VNI font: a letter, then its mark as a letter of its own."""
    return _VNI.sub(_vni_letter, text.translate(_LATIN))


def _vni_letter(found: re.Match[str]) -> str:
    for letter, mark, shape, marks in (
        (found[1], found[2], "\u0302", _CIRCUMFLEX_OF),
        (found[3], found[4], "\u0306", _BREVE_OF),
        (found[5], found[6], "", _TONE_OF),
    ):
        if letter:
            base = _cased(_VNI_ALONE.get(letter.lower(), letter.lower()), letter)
            return unicodedata.normalize("NFC", base + shape + marks[mark.lower()])
    return _cased(_VNI_ALONE[found[7].lower()], found[7])


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter


def from_viqr(text: str) -> str:
    """Unicode of mail Vietnamese: Ke^' hoa.ch."""
    return _VIQR.sub(_viqr_letter, text)


def _viqr_letter(found: re.Match[str]) -> str:
    if found[1]:
        return "đ" if found[1] == "dd" else "Đ"
    letter, tone = found[2], _VIQR_TONE.get(found[3], "")
    return unicodedata.normalize("NFC", letter[0] + _VIQR_SHAPE.get(letter[1:], "") + tone)


def from_double_utf8(text: str) -> str:
    """Unicode of UTF-8 that somebody read as Latin-1 and stored again; what is no such sequence stays."""
    return DOUBLE_UTF8.sub(_utf8_letter, text)


def _utf8_letter(found: re.Match[str]) -> str:
    # Windows-1252 leaves five bytes undefined, which programs pass through as they are.
    as_bytes = b"".join(
        sign.encode("latin-1") if ord(sign) < 0x100 else sign.encode("cp1252", "replace") for sign in found[0]
    )
    for length in range(len(as_bytes), 1, -1):
        try:
            return as_bytes[:length].decode() + found[0][length:]
        except UnicodeDecodeError:
            continue
    return found[0]


def is_tcvn3_font(name: str) -> bool:
    """.VnTime, .VnArialH ..."""
    return name[:3].lower() == ".vn"


def decoder_of_font(name: str | None) -> Decoder | None:
    """The decoder for text set in this font; None for a font of Unicode letters.

    TCVN3 has no capitals with marks: fonts whose name ends in H draw them for the small ones (C1.6).
    """
    if not name:
        return None
    if is_tcvn3_font(name):
        return _tcvn3_capitals if name.rstrip().endswith("H") else from_tcvn3
    return from_vni if name[:4].upper() in ("VNI-", "VNI ") else None


def _tcvn3_capitals(text: str) -> str:
    return from_tcvn3(text).upper()


def read_runs(runs: Iterable[tuple[str, str | None]]) -> str:
    """Text of a paragraph from its runs of (text, font name); neighbours of one font are read as one.

    A font tells how to read a run, unless the paragraph then reads worse than it stands: Unicode typed in an
    old font is common where a template was kept.
    """
    by_decoder = groupby(runs, key=lambda run: decoder_of_font(run[1]))
    pieces = [("".join(text for text, _ in group), decoder) for decoder, group in by_decoder]
    raw = "".join(text for text, _ in pieces)
    if not any(decoder for _, decoder in pieces):
        return raw
    read = "".join(decoder(text) if decoder else text for text, decoder in pieces)
    return read if marked_syllables(read) >= marked_syllables(raw) else raw
