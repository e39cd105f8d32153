"""Makers of small files of every type."""

from __future__ import annotations

import io
import struct
import wave
import zipfile

from fpdf import FPDF
from PIL import Image

from tests.samples import packages

VIETNAMESE = "Bài 5: Phân số bằng nhau. Ôn tập học kì I, lớp 6.\n" * 20
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHH", 62, 3, 0xFFFE, 9)


def zipped(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, the same bytes on every day."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 16, 7, 0, 0)), data, method)
    return made.getvalue()


def ole(*streams: str) -> bytes:
    """An OLE2 file whose directory names these streams."""
    head = OLE_HEAD.ljust(48, b"\0") + struct.pack("<I", 0)
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return head.ljust(512, b"\0") + entries.ljust(4096, b"\0")


def image(kind: str) -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(made, kind)
    return made.getvalue()


def pdf(pages: int = 1) -> bytes:
    """A PDF of blank pages with a line each."""
    document = FPDF(format="A4")
    for _ in range(pages):
        document.add_page()
        document.set_font("helvetica", size=12)
        document.cell(text="Phan so")
    return bytes(document.output())


def docx(text: str = "Phân số", **parts: str) -> bytes:
    """A small Word document."""
    body = packages.word_part("document", f"<w:body>{packages.paragraph(text)}</w:body>")
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": body} | dict(parts.items()))


def office(folder: str) -> bytes:
    """A package of another Office program."""
    return zipped({"[Content_Types].xml": "<Types/>", f"{folder}/main.xml": "<x/>"})


def open_document(kind: str) -> bytes:
    """An ODF package."""
    return zipped(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>"}, zipfile.ZIP_STORED
    )


def sound() -> bytes:
    """A tenth of a second of silence."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return made.getvalue()


def movie(brand: bytes) -> bytes:
    """The boxes a film begins with."""
    return (
        struct.pack(">I4s4sI4s", 20, b"ftyp", brand, 512, brand)
        + struct.pack(">I4s", 8, b"free")
        + struct.pack(">I4s", 1008, b"mdat")
        + bytes(1000)
    )
