"""Archives of documents, SCORM, Common Cartridge, H5P and EPUB, as authoring tools write them."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from tests.samples.packages import HEAD, paragraph, word_part, write_zip


def word_bytes(text: str) -> bytes:
    """A .docx of one paragraph."""
    return zip_bytes({"word/document.xml": word_part("document", f"<w:body>{paragraph(text)}</w:body>")})


def zip_bytes(members: dict[str, str | bytes]) -> bytes:
    """A zip in memory."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def page(title: str, *lines: str) -> str:
    """A web page."""
    return f"<html><head><title>{title}</title></head><body>{''.join(f'<p>{line}</p>' for line in lines)}</body></html>"


def scorm(path: Path, *, dtd: str = "", title: str = "Bài giảng: Phân số") -> Path:
    """A SCORM 1.2 package whose second page comes first in its table of contents."""
    manifest = (
        f'{HEAD}{dtd}<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2">'
        f'<organizations><organization identifier="o"><title>{title}</title>'
        '<item identifier="i1" identifierref="r2"><title>Khởi động</title></item>'
        '<item identifier="i2" identifierref="r1"><title>Luyện tập</title></item></organization></organizations>'
        '<resources><resource identifier="r1" href="trang1.html"/>'
        '<resource identifier="r2" href="trang%202.html?mode=1"/></resources></manifest>'
    )
    return write_zip(
        path,
        {
            "imsmanifest.xml": manifest,
            "trang1.html": page("Luyện", "Rút gọn phân số"),
            "trang 2.html": page("Khởi", "Chiếc bánh chia tám"),
            "lib/jquery.js": "var khong_phai_chu = 1",
            "tai-lieu/phieu.docx": word_bytes("Phiếu học tập số 3"),
        },
    )


def cartridge(path: Path) -> Path:
    """A Common Cartridge with a topic and a question in QTI."""
    manifest = (
        f'{HEAD}<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"><metadata>'
        '<lom xmlns="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"><general><title>'
        "<string>Ngân hàng câu hỏi Sinh học</string></title></general></lom></metadata>"
        '<resources><resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p3/assessment">'
        '<file href="q/de.xml"/></resource></resources></manifest>'
    )
    question = (
        f"{HEAD}<questestinterop><item><presentation><material><mattext texttype='text/html'>"
        "&lt;p&gt;Ti thể có &lt;b&gt;chức năng&lt;/b&gt; gì?&lt;/p&gt;</mattext></material></presentation></item>"
        "</questestinterop>"
    )
    return write_zip(path, {"imsmanifest.xml": manifest, "q/de.xml": question})


def exercise(path: Path, content: object | None = None) -> Path:
    """An H5P exercise with one question, its labels, and a library beside it."""
    asked = {
        "question": "<p>Kết quả của <strong>một phần hai</strong> cộng một phần ba?</p>",
        "answers": [{"text": "<div>năm phần sáu</div>", "correct": True, "tipsAndFeedback": {"tip": "quy đồng nhé"}}],
        "UI": {"checkAnswerButton": "Kiểm tra đáp án", "tryAgainButton": "Thử lại"},
        "image": {"path": "images/banh-chung.png", "mime": "image/png"},
        "library": "H5P.MultiChoice 1.16", "subContentId": "aaaa-bbbb",
    }  # fmt: skip
    return write_zip(
        path,
        {
            "h5p.json": json.dumps({"title": "Ôn tập quy đồng", "mainLibrary": "H5P.MultiChoice"}),
            "content/content.json": json.dumps(asked if content is None else content),
            "content/loi.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nChào các em",
            "H5P.MultiChoice-1.16/library.json": json.dumps({"title": "Multiple Choice"}),
        },
    )


def book(path: Path, **more: str) -> Path:
    """An EPUB whose second chapter stands first in its spine."""
    opf = (
        f'{HEAD}<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>Truyện kể lớp 3</dc:title><dc:creator>Tổ Tiếng Việt</dc:creator></metadata>"
        '<manifest><item id="a" href="chuong1.xhtml"/><item id="b" href="ch%202.xhtml"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/></spine></package>'
    )
    container = (
        f'{HEAD}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/sach.opf"/></rootfiles></container>'
    )
    return write_zip(
        path,
        {
            "mimetype": "application/epub+zip", "META-INF/container.xml": container, "OEBPS/sach.opf": opf,
            "OEBPS/chuong1.xhtml": f"<!DOCTYPE html>{page('I', 'Cây khế')}",
            "OEBPS/ch 2.xhtml": page("II", "Thạch Sanh"), **more,
        },
    )  # fmt: skip


def nested(levels: int, core: bytes) -> bytes:
    """A zip in a zip in a zip."""
    for level in range(levels):
        core = zip_bytes({f"tang{level}.zip" if level else "loi.docx": core})
    return core
