"""Office packages built member by member, so that a test decides every byte of the XML inside."""

from __future__ import annotations

import zipfile
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
WORD_NAMESPACES = (
    f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def write_zip(path: Path, members: dict[str, str | bytes]) -> Path:
    """A zip with these members, compressed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """One Word paragraph with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def table(*cells: str) -> str:
    """A Word table of one row."""
    inside = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
    return f"<w:tbl><w:tr>{inside}</w:tr></w:tbl>"


def text_box(text: str) -> str:
    """A text box as Word writes it: the new form, and again the old one for old readers."""
    content = f"<w:txbxContent>{paragraph(text)}</w:txbxContent>"
    return (
        "<w:p><w:r><w:t>Đoạn có khung</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{content}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def word_part(root: str, inside: str) -> str:
    """The XML of one part of a Word package."""
    return f"{HEAD}<w:{root} {WORD_NAMESPACES}>{inside}</w:{root}>"


def word_document(path: Path, body: str, **parts: str) -> Path:
    """A .docx whose body is `body`; further parts by file name without `.xml`."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": word_part("document", f"<w:body>{body}</w:body>"),
    }
    return write_zip(path, members | {f"word/{name}.xml": xml for name, xml in parts.items()})


def rich_word_document(path: Path) -> Path:
    """A lesson plan that uses everything Word hides text in."""
    maths = (
        "<w:p><m:oMathPara><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></m:oMathPara></w:p>"
    )
    body = (
        paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", run="<w:b/>")
        + paragraph("TRƯỜNG THCS MẪU", run="<w:b/>")
        + paragraph("KẾ HOẠCH BÀI DẠY", run="<w:b/>")
        + paragraph("Bài 5: Phân số bằng nhau", run="<w:b/>")
        + table(paragraph("Ô ngoài") + table(paragraph("Ô trong cùng")), paragraph("Ô bên cạnh"))
        + text_box("Chữ trong khung")
        + f"<w:sdt><w:sdtContent>{paragraph('Chữ trong ô điền')}</w:sdtContent></w:sdt>"
        + maths
        + "<w:p><w:del><w:r><w:delText>Chữ đã xóa</w:delText></w:r></w:del></w:p>"
    )
    return word_document(
        path,
        body,
        header1=word_part("hdr", paragraph("Đầu trang lặp lại")),
        header2=word_part("hdr", paragraph("Đầu trang lặp lại")),
        footer1=word_part("ftr", paragraph("Chân trang")),
        footnotes=word_part("footnotes", f"<w:footnote>{paragraph('Chú thích cuối trang')}</w:footnote>"),
        endnotes=word_part("endnotes", f"<w:endnote>{paragraph('Chú thích cuối bài')}</w:endnote>"),
        comments=word_part("comments", f"<w:comment>{paragraph('Nhận xét của tổ')}</w:comment>"),
    )


def open_document(path: Path) -> Path:
    """An .odt with a heading, a span, a note and a deleted passage."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    body = (
        "<text:tracked-changes><text:p>Chữ đã xóa</text:p></text:tracked-changes>"
        "<text:h>Ôn tập học kì I</text:h>"
        "<text:p>Trước <text:span>giữa<text:s/>và</text:span> sau</text:p>"
    )
    inside = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"{HEAD}<office:document-content {names}>{inside}</office:document-content>"
    return write_zip(path, {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})
