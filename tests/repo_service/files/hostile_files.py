"""Files that must be held back: (name, bytes, reason)."""

from __future__ import annotations

import io
import struct
import zipfile

from tests.repo_service.files.samples import (
    VIETNAMESE,
    docx,
    image,
    movie,
    office,
    ole,
    open_document,
    pdf,
    zipped,
)


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


def _end_within_the_end() -> bytes:
    """Found by atheris: the mark of an end record in the disk numbers of the true one, which others pass over."""
    made = bytearray(zipped({"cai-dat.exe": "x"}))
    made[-18:-14] = b"PK\x05\x06"
    return bytes(made)


def _directory_that_leads_nowhere() -> bytes:
    """One member has no header where the directory says, so that whoever stops there sees no program."""
    made = zipped({"a.txt": b"x", "b.txt": b"y", "bai.docx": EXE}, zipfile.ZIP_STORED)
    second = made.index(b"PK\x03\x04", 1)
    return made[:second] + b"PKxx" + made[second + 4 :]


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


EXE = (
    b"MZ\x90\x00\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8"
    + bytes(43)
    + struct.pack("<I", 64)
    + b"PE\0\0L\x01"
    + bytes(500)
)
ELF = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + bytes(500)
SCRIPT = b"<script>alert(1)</script>"
PAGE = b"<html><body>" + SCRIPT + b"</body></html>"
PNG, JPEG, ARCHIVE = image("PNG"), image("JPEG"), zipped({"a.txt": VIETNAMESE})
HOSTILE = [
    ("a.docx", EXE, "executable"),
    ("a.pdf", EXE, "executable"),
    ("a.txt", ELF, "executable"),
    ("a.jpg", EXE, "executable"),
    ("a.zip", EXE, "executable"),
    ("a.txt", b"#!/bin/sh\nrm -rf /\n", "executable"),
    ("a.html", b"<?php system($_GET['c']); ?>", "executable"),
    ("a.md", b"@echo off\r\ndel *.*\r\n", "executable"),
    ("a.pdf", PAGE, "type_mismatch"),
    ("a.png", PAGE, "type_mismatch"),
    ("a.docx", PAGE, "type_mismatch"),
    ("a.png", JPEG, "type_mismatch"),
    ("a.jpg", PNG, "type_mismatch"),
    ("a.docx", pdf(), "type_mismatch"),
    ("a.pdf", docx(), "type_mismatch"),
    ("a.docx", ARCHIVE, "type_mismatch"),
    ("a.docx", office("xl"), "type_mismatch"),
    ("a.xlsx", docx(), "type_mismatch"),
    ("a.odt", open_document("spreadsheet"), "type_mismatch"),
    ("a.epub", docx(), "type_mismatch"),
    ("a.doc", ole("Workbook"), "type_mismatch"),
    ("a.docx", ole("WordDocument"), "type_mismatch"),
    ("a.doc", docx(), "type_mismatch"),
    ("a.mp4", PAGE, "type_mismatch"),
    ("a.mp3", b"khong phai am thanh" * 9, "type_mismatch"),
    ("a.wav", image("WEBP"), "type_mismatch"),
    ("a.svg", b"khong co gi", "type_mismatch"),
    ("a.vtt", b"khong co gi", "type_mismatch"),
    ("a.h5p", ARCHIVE, "type_mismatch"),
    ("a.txt", PNG, "text_unreadable"),
    ("a.csv", bytes(1000), "text_unreadable"),
    ("a.html", b"<p>" + bytes(9), "text_unreadable"),
    ("a.txt", bytes(range(1, 32)) * 9, "text_unreadable"),
    ("a.gif", b"GIF89a" + SCRIPT, "polyglot"),
    ("a.gif", b"GIF89a/*" + bytes(40) + b"*/=alert(1);", "polyglot"),
    ("a.gif", image("GIF") + PAGE, "polyglot"),
    ("a.png", PNG + PAGE, "polyglot"),
    ("a.jpg", JPEG + ARCHIVE, "polyglot"),
    ("a.jpg", JPEG[:20] + SCRIPT + JPEG[20:], "polyglot"),
    ("a.pdf", pdf() + ARCHIVE, "polyglot"),
    ("a.pdf", b"%PDF-1.4\n" + PAGE + pdf(), "polyglot"),
    ("a.pdf", pdf() + b"\n" + PAGE, "polyglot"),
    ("a.mp4", movie(b"isom") + ARCHIVE, "polyglot"),
    ("a.html", PAGE + ARCHIVE, "polyglot"),
    ("a.webp", image("WEBP") + PAGE, "polyglot"),
    ("a.zip", ARCHIVE + PAGE, "zip_confusing"),
    ("a.zip", _unsteady_count(), "zip_confusing"),
    ("a.zip", _disagreeing_names(), "zip_confusing"),
    ("a.zip", _patched(zipped({"aaaa": "x", "bbbb": "y"}), (b"bbbb", b"aaaa")), "zip_confusing"),
    ("a.zip", _end_within_the_end(), "zip_confusing"),
    ("a.zip", _directory_that_leads_nowhere(), "zip_confusing"),
    ("a.zip", zipped({"../../thoat.txt": "x"}), "zip_names"),
    ("a.zip", zipped({"/etc/passwd": "x"}), "zip_names"),
    ("a.zip", zipped({"C:\\a.txt": "x"}), "zip_names"),
    ("a.docx", docx(**{"../../a.xml": "x"}), "zip_names"),
    ("a.zip", _entry("a.txt", external_attr=0o120777 << 16), "zip_symlink"),
    ("a.zip", _encrypted(), "zip_encrypted"),
    ("a.zip", zipped({"cai-dat.exe": "x"}), "zip_executable"),
    ("a.zip", zipped({"bai.docx": EXE}), "zip_executable"),
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
