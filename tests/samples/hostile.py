"""Files that want to hurt: bombs, XXE, floods. Each builder writes one file and gives its path back."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

from tests.samples.packages import HEAD, WORD_NAMESPACES, paragraph, word_document, word_part, write_zip

_MIB = b" " * (1024 * 1024)


def word_with_dtd(path: Path, dtd: str, body: str, encoding: str = "UTF-8") -> Path:
    """A .docx whose main part brings a document type."""
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?>{dtd}'
        f"<w:document {WORD_NAMESPACES}><w:body>{body}</w:body></w:document>"
    )
    return write_zip(path, {"word/document.xml": xml.encode(encoding)})


def word_reading_a_file(path: Path, secret: Path, encoding: str = "UTF-8") -> Path:
    """XXE: the entity points at a file of the machine."""
    dtd = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    return word_with_dtd(path, dtd, paragraph("&leak;"), encoding)


def word_with_late_dtd(path: Path, secret: Path) -> Path:
    """The same XXE, hidden below a comment longer than any look at the start of the file."""
    dtd = f'<!--{"x" * 200_000}--><!DOCTYPE x [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    return word_with_dtd(path, dtd, paragraph("&leak;"))


def billion_laughs(path: Path) -> Path:
    """Entities of entities: 10^9 words when expanded."""
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10)
    )
    return word_with_dtd(path, f"<!DOCTYPE x [{entities}]>", paragraph("&a9;"))


def sheet_with_dtd(path: Path, secret: Path) -> Path:
    """XXE in the shared strings of an .xlsx."""
    dtd = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    return write_zip(
        path, {"xl/workbook.xml": f"{HEAD}<x/>", "xl/sharedStrings.xml": f"{HEAD}{dtd}<x>&leak;</x>"}
    )


def word_bomb(path: Path, mebibytes: int) -> Path:
    """A main part of blanks: a few hundred kilobytes that unpack to hundreds of megabytes."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(mebibytes):
            member.write(_MIB)
    return path


def word_of_many_elements(path: Path, count: int) -> Path:
    """Passes the limits on size and ratio, but as a tree it asks for twenty times its size."""
    # Attributes that repeat rarely keep the ratio below the limit.
    return word_document(
        path, "".join(f'<w:p a{number * 7919 % 1000003}="{number}"/>' for number in range(count))
    )


def deeply_nested_word(path: Path, levels: int) -> Path:
    """Tables in tables in tables."""
    opening, closing = "<w:tbl><w:tr><w:tc>" * levels, "</w:tc></w:tr></w:tbl>" * levels
    return word_document(path, opening + paragraph("đáy") + closing)


def many_members(path: Path, count: int) -> Path:
    """A .docx with more members than any document has."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", word_part("document", ""))
        for number in range(count):
            archive.writestr(f"m{number}", b"")
    return path


def escaping_names(path: Path) -> Path:
    """Zip slip: members that want to land outside."""
    names = ("../../thoat.txt", "/tmp/thoat.txt", "C:\\thoat.txt", "bai/../../thoat.txt")
    return write_zip(path, dict.fromkeys(names, "x"))


def pixel_flood(path: Path, side: int) -> Path:
    """A PNG of a few bytes that claims side x side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
    return path


def sparse_sheet(path: Path) -> Path:
    """An .xlsx of two cells that claims the whole of Excel's grid."""
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    rel = f'{HEAD}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{links}'
    return write_zip(
        path,
        {
            "[Content_Types].xml": f'{HEAD}<Types xmlns="{package}/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/s.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
            "_rels/.rels": f'{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'{HEAD}<workbook xmlns="{spread}" xmlns:r="{links}"><sheets>'
            '<sheet name="Lớp 6A" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{rel}/worksheet" Target="s.xml"/></Relationships>',
            "xl/s.xml": f'{HEAD}<worksheet xmlns="{spread}"><dimension ref="A1:XFD1048576"/><sheetData>'
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Đầu</t></is></c></row>'
            '<row r="1048576"><c r="B1048576" t="inlineStr"><is><t>Cuối</t></is></c></row>'
            "</sheetData></worksheet>",
        },
    )
