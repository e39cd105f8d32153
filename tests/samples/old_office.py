"""Word, PowerPoint and Excel files of before 2007, made byte by byte: the least that readers must understand."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path
from struct import pack

_SECTOR, _SMALL = 512, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def compound_file(path: Path, streams: dict[str, bytes]) -> Path:
    """An OLE compound file (version 3); streams are padded past the size below which they lie elsewhere."""
    contents = [content.ljust(_SMALL, b"\0") for content in streams.values()]
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0) + b"".join(
        _entry(name, 2, right=number + 1 if number < len(streams) else _FREE, start=0, size=len(content))
        for number, (name, content) in enumerate(zip(streams, contents, strict=True), 1)
    )
    sectors = [_sectors(directory), *map(_sectors, contents)]
    starts = list(accumulate([1, *map(len, sectors)]))
    directory = directory[:128] + b"".join(
        _entry(
            name,
            2,
            right=number + 1 if number < len(streams) else _FREE,
            start=starts[number],
            size=len(content),
        )
        for number, (name, content) in enumerate(zip(streams, contents, strict=True), 1)
    )
    chain = [_FAT]
    for start, part in zip(starts, sectors, strict=False):
        chain += [*range(start + 1, start + len(part)), _END]
    chain += [_FREE] * (128 - len(chain))
    header = (
        _MAGIC
        + bytes(16)
        + pack("<HHHHH6xIIIIIIIIII", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _SMALL, _END, 0, _END, 0, 0)
    )
    header += pack("<109I", *[_FREE] * 109)[4:]
    body = b"".join([*_sectors(directory), *(sector for part in sectors[1:] for sector in part)])
    path.write_bytes(header[:_SECTOR].ljust(_SECTOR, b"\xff") + pack("<128I", *chain) + body)
    return path


def _entry(name: str, kind: int, *, start: int, size: int, child: int = _FREE, right: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + pack("<HBBIII", len(encoded) + 2, kind, 1, _FREE, right, child)
    return head.ljust(116, b"\0") + pack("<III", start, size, 0)


def _sectors(content: bytes) -> list[bytes]:
    return [
        content[place : place + _SECTOR].ljust(_SECTOR, b"\0") for place in range(0, len(content), _SECTOR)
    ]


def word_97(path: Path, *pieces: str | bytes, flags: int = 0) -> Path:
    """A .doc of these pieces: bytes are one a letter, text two."""
    header = bytearray(1024)
    clx_pieces, content, ends = b"", b"", [0]
    for piece in pieces:
        place = len(header) + len(content)
        raw = piece if isinstance(piece, bytes) else piece.encode("utf-16-le")
        fc = (place * 2) | 0x40000000 if isinstance(piece, bytes) else place
        clx_pieces += pack("<HIH", 0, fc, 0)
        content += raw
        ends.append(ends[-1] + (len(raw) if isinstance(piece, bytes) else len(raw) // 2))
    plc = pack(f"<{len(ends)}I", *ends) + clx_pieces
    clx = b"\x01" + pack("<H", 2) + b"ab" + b"\x02" + pack("<I", len(plc)) + plc
    header[0:4] = pack("<HH", 0xA5EC, 0x00C1)
    header[0x0A:0x0C] = pack("<H", flags | 0x0200)
    header[0x01A2:0x01AA] = pack("<II", 0, len(clx))
    return compound_file(path, {"WordDocument": bytes(header) + content, "1Table": clx})


def word_95(path: Path, text: bytes) -> Path:
    """A .doc of Word 6 or 95: its text lies in one run of bytes."""
    header = bytearray(1024)
    header[0:4] = pack("<HH", 0xA5DC, 0x0065)
    header[0x18:0x20] = pack("<II", len(header), len(header) + len(text))
    return compound_file(path, {"WordDocument": bytes(header) + text})


def powerpoint_97(path: Path, slides: list[tuple[str, bytes]], encrypted: bool = False) -> Path:
    """A .ppt with a title (text) and a box (bytes) on each slide, and a master."""
    made = b""
    for title, box in slides:
        texts = (
            _record(0x0F9F, pack("<I", 0)) + _record(0x0FA0, title.encode("utf-16-le")) + _record(0x0FA8, box)
        )
        made += _record(0x03EE, texts, holds=True)
    master = _record(0x03F8, _record(0x0FA8, b"Click to edit Master"), holds=True)
    user = _record(0x0FF6, pack("<II", 20, 0xF3D1C4DF if encrypted else 0xE391C05F))
    stream = _record(0x03E8, master + made, holds=True)
    return compound_file(path, {"Current User": user, "PowerPoint Document": stream})


def _record(kind: int, content: bytes, holds: bool = False) -> bytes:
    return pack("<HHI", 0xF if holds else 0, kind, len(content)) + content


def excel_97(path: Path, cells: list[tuple[str, str]], number: float) -> Path:
    """An .xls with one row: texts by (font, text), then a number."""
    fonts = ["Arial"] * 4 + [font for font, _ in cells]
    start = _biff(0x0809, pack("<HHHHII", 0x0600, 0x0005, 0, 1997, 0, 6))
    start += b"".join(
        _biff(0x0031, pack("<HHHHHBBBB", 200, 0, 8, 400, 0, 0, 0, 0, 0) + _short(font)) for font in fonts
    )
    # font number 4 does not exist in this format: the fifth font is number 5
    styles = [0] * 16 + [number + 5 for number in range(len(cells))]
    start += b"".join(_biff(0x00E0, pack("<HHH", font, 0, 1) + bytes(14)) for font in styles)
    name = _short("Diem")
    sheet_at = len(start) + 4 + 6 + len(name) + 4
    start += _biff(0x0085, pack("<IH", sheet_at, 0) + name) + _biff(0x000A, b"")
    sheet = _biff(0x0809, pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 6))
    for column, (_, text) in enumerate(cells):
        value = pack("<HB", len(text), 1) + text.encode("utf-16-le")
        sheet += _biff(0x0204, pack("<HHH", 0, column, 16 + column) + value)
    sheet += _biff(0x0203, pack("<HHHd", 0, len(cells), 15, number)) + _biff(0x000A, b"")
    return compound_file(path, {"Workbook": start + sheet})


def _biff(kind: int, content: bytes) -> bytes:
    return pack("<HH", kind, len(content)) + content


def _short(text: str) -> bytes:
    return pack("<BB", len(text), 1) + text.encode("utf-16-le")
