"""Vietnamese as people typed it before Unicode, written from the standard's table and not from our decoder's."""

from __future__ import annotations

import unicodedata

_TCVN3 = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ "
    "CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ "
    "EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
_TCVN3_OF = {entry[2]: chr(int(entry[:2], 16)) for entry in _TCVN3.split()}
_PLAIN_TONE = dict(zip("\u0301\u0300\u0309\u0303\u0323", "ùøûõï", strict=True))
_SHAPED_TONE = {
    "\u0302": dict(zip(("", *"\u0301\u0300\u0309\u0303\u0323"), "âáàåãä", strict=True)),
    "\u0306": dict(zip(("", *"\u0301\u0300\u0309\u0303\u0323"), "êéèúüë", strict=True)),
}
_VNI_I = dict(zip("íìỉĩị", "íìæóò", strict=True))
_VIQR_TONE = dict(zip("\u0301\u0300\u0309\u0303\u0323", "'`?~.", strict=True))


def to_tcvn3(text: str) -> str:
    """Latin-1 letters that a .VnTime font shows as `text`; capitals with tones lose their size, as they did."""
    return "".join(_TCVN3_OF.get(letter) or _TCVN3_OF.get(letter.lower(), letter) for letter in text)


def to_vni(text: str) -> str:
    """Latin-1 letters that a VNI font shows as `text`."""
    return "".join(map(_vni, text))


def _vni(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_I or small in "đỵ":
        typed = _VNI_I.get(small) or {"đ": "ñ", "ỵ": "î"}[small]
        return typed.upper() if letter.isupper() else typed
    base, *marks = unicodedata.normalize("NFD", small)
    tone = next((mark for mark in marks if mark in _PLAIN_TONE), "")
    shape = next((mark for mark in marks if mark in _SHAPED_TONE), "")
    if shape:
        typed = base + _SHAPED_TONE[shape][tone]
    else:
        horned = {"o": "ô", "u": "ö"}[base] if "\u031b" in marks else base
        typed = horned + (_PLAIN_TONE[tone] if tone else "")
    return typed.upper() if letter.isupper() else typed


def to_viqr(text: str) -> str:
    """Mail Vietnamese."""
    signs = {"\u0302": "^", "\u0306": "(", "\u031b": "+", **_VIQR_TONE}
    letters = unicodedata.normalize("NFD", text.replace("đ", "dd").replace("Đ", "DD"))
    in_order = [unicodedata.normalize("NFD", unicodedata.normalize("NFC", letters))]
    return "".join(signs.get(letter, letter) for part in in_order for letter in _shape_first(part))


def _shape_first(letters: str) -> str:
    """NFD orders marks by class: a dot below comes before a circumflex; VIQR writes the shape first."""
    for tone in _VIQR_TONE:
        for shape in "\u0302\u0306\u031b":
            letters = letters.replace(tone + shape, shape + tone)
    return letters


def to_rtf(runs: list[tuple[str, str]]) -> bytes:
    """A document of one paragraph per (font, text), a byte per letter as old Word wrote them."""
    fonts = dict.fromkeys(font for font, _ in runs)
    table = "".join(f"{{\\f{number}\\fnil\\fcharset0 {font};}}" for number, font in enumerate(fonts))
    lines = (
        f"\\pard\\plain\\f{list(fonts).index(font)}\\fs26 " + "".join(map(_rtf_letter, text)) + "\\par\r\n"
        for font, text in runs
    )
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{table}}}{''.join(lines)}}}".encode("ascii")


def _rtf_letter(letter: str) -> str:
    if letter in "\\{}":
        return f"\\{letter}"
    if letter.isascii():
        return letter
    return f"\\'{ord(letter):02x}" if ord(letter) < 0x100 else f"\\u{ord(letter)}?"
