"""Ordinary files of all types, as teachers have them: (name, bytes)."""

from __future__ import annotations

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
    sound,
    zipped,
)

WORDS = VIETNAMESE.encode()
TEXTS = [
    *((f"bai.{ending}", WORDS) for ending in ("txt", "md", "csv", "gift", "srt", "tex")),
    ("bom.txt", b"\xef\xbb\xbf" + WORDS),
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
    ("CHU-HOA.TXT", WORDS),
    ("nhieu.cham.1.2.txt", WORDS),
    ("van-ban.rtf", b"{\\rtf1\\ansi Ch\\'e0o}"),
]
PICTURES = [
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
SOUNDS = [
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
DOCUMENTS = [
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
        zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}, zipfile.ZIP_STORED),
    ),
]
ARCHIVES = [
    ("goi.zip", zipped({"bài/phân số.txt": VIETNAMESE, "anh.png": image("PNG")})),
    ("scorm.zip", zipped({"imsmanifest.xml": "<x/>", "index.html": "<p/>", "a.js": "x"})),
    ("long.zip", zipped({"trong.zip": zipped({"a.txt": "x"}), "bai.docx": docx()})),
    ("kho.zip", zipped({"a.txt": "x"}, zipfile.ZIP_STORED)),
    ("cut.zip", zipped({"a.txt": VIETNAMESE})[:40]),
    ("bz.zip", zipped({"a.txt": VIETNAMESE}, zipfile.ZIP_BZIP2)),
    ("thu-muc.zip", zipped({"a/": "", "a/b.txt": "x"})),
    ("ngan-hang.imscc", zipped({"imsmanifest.xml": "<manifest/>", "q/de.xml": "<x/>"})),
    ("choi.h5p", zipped({"h5p.json": "{}", "content/content.json": "{}", "H5P.js": "x"})),
    ("ve.ggb", zipped({"geogebra.xml": "<geogebra/>"})),
    ("choi.sb3", zipped({"project.json": "{}"})),
    ("office.zip", docx()),
]
BENIGN = TEXTS + PICTURES + SOUNDS + DOCUMENTS + ARCHIVES
