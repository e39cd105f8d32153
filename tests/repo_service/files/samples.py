"""Benign and hostile files of every type, by code: (name, bytes) pairs."""

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
    """A zip of these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
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


def benign() -> list[tuple[str, bytes]]:
    """Ordinary files of all types, as teachers have them."""
    words = VIETNAMESE.encode()
    texts = [
        *((f"bai.{ending}", words) for ending in ("txt", "md", "csv", "gift", "srt", "tex")),
        ("bom.txt", b"\xef\xbb\xbf" + words),
        ("utf16.txt", VIETNAMESE.encode("utf-16")),
        ("cu.txt", "Bµi 5: Ph©n sè b»ng nhau\r\n".encode("cp1252") * 20),
        ("viscii.txt", b"B\xe0i t\x14p 5 \x19 l\xbep 6\n" + b"chu khong dau " * 40),
        ("ngan.txt", b"a"),
        ("bang.csv", "STT;Họ tên;Điểm\n1;An;8,5\n".encode()),
        ("bai.tex", rb"\documentclass{article}\begin{document}x\end{document}"),
        ("cau.gift", b"::C1:: 1+1? {=2 ~3}"),
        ("bai.html", "<!DOCTYPE html><html><script>alert(1)</script><p>Chào</p></html>".encode()),
        ("bai.htm", b"<p>Xin chao</p>"),
        ("de.xml", b'<?xml version="1.0"?><quiz><question type="multichoice"/></quiz>'),
        ("phu.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nChào".encode()),
        ("phu.srt", "1\n00:00:01,000 --> 00:00:02,000\nChào\n".encode()),
        ("hinh.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'),
        ("hinh2.svg", b'<?xml version="1.0"?><!-- ve --><svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("ghichu.md", "# Tiết 1\n\n- mục".encode()),
        ("ve-html.txt", "Bài học về thẻ <html> và <script> trong Tin học".encode()),
        ("py.txt", b"import math\nprint(math.pi)\n"),
        ("CHU-HOA.TXT", words),
        ("nhieu.cham.1.2.txt", words),
        ("van-ban.rtf", b"{\\rtf1\\ansi Ch\\'e0o}"),
    ]
    pictures = [
        *(
            (f"anh.{ending}", image(kind))
            for ending, kind in (
                ("png", "PNG"),
                ("jpg", "JPEG"),
                ("jpeg", "JPEG"),
                ("webp", "WEBP"),
                ("gif", "GIF"),
                ("bmp", "BMP"),
            )
        ),
        ("cut.png", image("PNG")[:60]),
        ("cut.jpg", image("JPEG")[:300]),
        ("duoi.jpg", image("JPEG") + bytes(200)),
    ]
    sounds = [
        ("a.wav", sound()),
        ("a.mp3", b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x00" + bytes(414)),
        ("b.mp3", (b"\xff\xfb\x90\x00" + bytes(413)) * 4),
        ("a.ogg", b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + bytes(60)),
        ("a.m4a", movie(b"M4A ")),
        ("a.mp4", movie(b"isom")),
        ("b.mp4", movie(b"mp42")),
        ("a.mov", movie(b"qt  ")),
        ("a.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(300)),
    ]
    documents = [
        ("giao-an.docx", docx()),
        ("Kế hoạch bài dạy.docx", docx("Bài")),
        ("a.xlsx", office("xl")),
        ("a.pptx", office("ppt")),
        ("a.ppsx", office("ppt")),
        ("a.doc", ole("WordDocument")),
        ("a.xls", ole("Workbook")),
        ("cu.xls", ole("Book")),
        ("a.ppt", ole("PowerPoint Document")),
        ("la.doc", ole("Stream")),
        ("co-bang.doc", ole("WordDocument", "Workbook")),
        ("khoa.docx", ole("EncryptionInfo", "EncryptedPackage")),
        ("a.pdf", pdf()),
        ("nhieu.pdf", pdf(5)),
        ("hong.docx", docx()[:200]),
        ("hong.xlsx", office("xl")[:-40]),
        ("cut.pdf", pdf()[:400]),
        ("trang.pdf", b"\r\n" + pdf()),
        ("a.odt", open_document("text")),
        ("a.ods", open_document("spreadsheet")),
        ("a.odp", open_document("presentation")),
        (
            "sach.epub",
            zipped(
                {"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}, zipfile.ZIP_STORED
            ),
        ),
    ]
    archives = [
        ("goi.zip", zipped({"bài/phân số.txt": VIETNAMESE, "anh.png": image("PNG")})),
        ("scorm.zip", zipped({"imsmanifest.xml": "<x/>", "index.html": "<p/>", "a.js": "x"})),
        ("long.zip", zipped({"trong.zip": zipped({"a.txt": "x"}), "bai.docx": docx()})),
        ("kho.zip", zipped({"a.txt": "x"}, zipfile.ZIP_STORED)),
        ("cut.zip", zipped({"a.txt": VIETNAMESE})[:40]),
        ("bz.zip", zipped({"a.txt": VIETNAMESE}, zipfile.ZIP_BZIP2)),
        ("thu-muc.zip", zipped({"a/": "", "a/b.txt": "x"})),
        ("choi.h5p", zipped({"h5p.json": "{}", "content/content.json": "{}", "H5P.js": "x"})),
        ("ve.ggb", zipped({"geogebra.xml": "<geogebra/>"})),
        ("choi.sb3", zipped({"project.json": "{}"})),
        ("office.zip", docx()),
    ]
    return texts + pictures + sounds + documents + archives


def _entry(name: str, **fields: int) -> bytes:
    info = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, b"x")
    return made.getvalue()


def _nested(levels: int) -> bytes:
    inner = zipped({"a.txt": "x"})
    for _ in range(levels):
        inner = zipped({"a.zip": inner})
    return inner


def _patched(made: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    for before, after in changes:
        assert before in made
        made = made.replace(before, after)
    return made


def _overlapping() -> bytes:
    """Two directory entries that point at one member."""
    made = bytearray(zipped({"aa": b"x" * 50, "bb": b"y" * 50}, zipfile.ZIP_STORED))
    second = made.rindex(b"PK\x01\x02")
    made[second + 42 : second + 46] = struct.pack("<I", 0)
    first_local = made.index(b"PK\x03\x04")
    assert first_local == 0
    made[second + 46 : second + 48] = b"aa"
    return bytes(made)


def _disagreeing_names() -> bytes:
    made = bytearray(zipped({"hinh-anh.png": b"x", "b.txt": b"y"}, zipfile.ZIP_STORED))
    made[30:42] = b"thoat-ra.exe"
    return bytes(made)


def _encrypted() -> bytes:
    made = bytearray(zipped({"a.txt": b"x" * 20}, zipfile.ZIP_STORED))
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def _unsteady_count() -> bytes:
    made = bytearray(zipped({"a.txt": b"x", "b.txt": b"y"}, zipfile.ZIP_STORED))
    end = made.rindex(b"PK\x05\x06")
    made[end + 8 : end + 12] = struct.pack("<HH", 1, 1)
    return bytes(made)


def _many(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}", b"")
    return made.getvalue()


def _bomb(mebibytes: int = 40, **members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        with archive.open("word/document.xml", "w") as target:
            for _ in range(mebibytes):
                target.write(bytes(1024 * 1024))
    return made.getvalue()


def hostile() -> list[tuple[str, bytes, str]]:
    """(name, bytes, reason) of files that must be held back."""
    exe = (
        b"MZ\x90\x00\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8"
        + bytes(43)
        + struct.pack("<I", 64)
        + b"PE\0\0L\x01"
        + bytes(500)
    )
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + bytes(500)
    script = b"<script>alert(1)</script>"
    page = b"<html><body>" + script + b"</body></html>"
    png, jpeg, archive = image("PNG"), image("JPEG"), zipped({"a.txt": VIETNAMESE})
    return [
        ("a.docx", exe, "executable"),
        ("a.pdf", exe, "executable"),
        ("a.txt", elf, "executable"),
        ("a.jpg", exe, "executable"),
        ("a.zip", exe, "executable"),
        ("a.txt", b"#!/bin/sh\nrm -rf /\n", "executable"),
        ("a.html", b"<?php system($_GET['c']); ?>", "executable"),
        ("a.md", b"@echo off\r\ndel *.*\r\n", "executable"),
        ("a.pdf", page, "type_mismatch"),
        ("a.png", page, "type_mismatch"),
        ("a.docx", page, "type_mismatch"),
        ("a.png", jpeg, "type_mismatch"),
        ("a.jpg", png, "type_mismatch"),
        ("a.docx", pdf(), "type_mismatch"),
        ("a.pdf", docx(), "type_mismatch"),
        ("a.docx", archive, "type_mismatch"),
        ("a.docx", office("xl"), "type_mismatch"),
        ("a.xlsx", docx(), "type_mismatch"),
        ("a.odt", open_document("spreadsheet"), "type_mismatch"),
        ("a.epub", docx(), "type_mismatch"),
        ("a.doc", ole("Workbook"), "type_mismatch"),
        ("a.docx", ole("WordDocument"), "type_mismatch"),
        ("a.doc", docx(), "type_mismatch"),
        ("a.mp4", page, "type_mismatch"),
        ("a.mp3", b"khong phai am thanh" * 9, "type_mismatch"),
        ("a.wav", image("WEBP"), "type_mismatch"),
        ("a.svg", b"khong co gi", "type_mismatch"),
        ("a.vtt", b"khong co gi", "type_mismatch"),
        ("a.h5p", archive, "type_mismatch"),
        ("a.txt", png, "text_unreadable"),
        ("a.csv", bytes(1000), "text_unreadable"),
        ("a.html", b"<p>" + bytes(9), "text_unreadable"),
        ("a.txt", bytes(range(1, 32)) * 9, "text_unreadable"),
        ("a.gif", b"GIF89a" + script, "polyglot"),
        ("a.gif", b"GIF89a/*" + bytes(40) + b"*/=alert(1);", "polyglot"),
        ("a.gif", image("GIF") + page, "polyglot"),
        ("a.png", png + page, "polyglot"),
        ("a.jpg", jpeg + archive, "polyglot"),
        ("a.jpg", jpeg[:20] + script + jpeg[20:], "polyglot"),
        ("a.pdf", pdf() + archive, "polyglot"),
        ("a.pdf", b"%PDF-1.4\n" + page + pdf(), "polyglot"),
        ("a.pdf", pdf() + b"\n" + page, "polyglot"),
        ("a.mp4", movie(b"isom") + archive, "polyglot"),
        ("a.html", page + archive, "polyglot"),
        ("a.webp", image("WEBP") + page, "polyglot"),
        ("a.zip", archive + page, "zip_confusing"),
        ("a.zip", _unsteady_count(), "zip_confusing"),
        ("a.zip", _disagreeing_names(), "zip_confusing"),
        ("a.zip", _patched(zipped({"aaaa": "x", "bbbb": "y"}), (b"bbbb", b"aaaa")), "zip_confusing"),
        ("a.zip", zipped({"../../thoat.txt": "x"}), "zip_names"),
        ("a.zip", zipped({"/etc/passwd": "x"}), "zip_names"),
        ("a.zip", zipped({"C:\\a.txt": "x"}), "zip_names"),
        ("a.docx", docx(**{"../../a.xml": "x"}), "zip_names"),
        ("a.zip", _entry("a.txt", external_attr=0o120777 << 16), "zip_symlink"),
        ("a.zip", _encrypted(), "zip_encrypted"),
        ("a.zip", zipped({"cai-dat.exe": "x"}), "zip_executable"),
        ("a.zip", zipped({"bai.docx": exe}), "zip_executable"),
        ("a.zip", zipped({"a/b.VBS": "x"}), "zip_executable"),
        ("a.zip", zipped({"bai.pdf .lnk": "x"}), "zip_executable"),
        ("a.zip", _nested(2), "zip_nested"),
        ("a.zip", _nested(9), "zip_nested"),
        ("a.zip", _overlapping(), "zip_confusing"),
        ("a.zip", _bomb(), "zip_ratio"),
        ("a.docx", _bomb(**{"[Content_Types].xml": "<Types/>"}), "zip_ratio"),
        ("a.zip", zipped({"b.zip": _bomb()}), "zip_ratio"),
        ("a.zip", _many(10_001), "zip_too_many"),
        ("a.docx", docx(**{"word/vbaProject.bin": "x"}), "macros"),
    ]
