"""Reading a Word file: bytes that begin like a zip as the whole file, all others as its document part."""

from __future__ import annotations

from tests.fuzz.texts import read
from tests.repo_service.files.samples import docx, zipped
from tests.samples.media_types import DOCX
from tests.samples.packages import paragraph, table, text_box, word_part

_BODY = paragraph("Phân số bằng nhau", '<w:pStyle w:val="Heading1"/>') + table("a", "b") + text_box("Trong khung")
SEEDS = (
    docx(),
    word_part("document", f"<w:body>{_BODY}</w:body>").encode(),
    word_part("document", "<w:body><w:p><w:r><w:t>1</w:t><w:tab/><w:br/></w:r></w:p></w:body>").encode(),
)


def target(data: bytes) -> None:
    """Its text, or why there is none."""
    whole = data if data.startswith(b"PK") else zipped({"word/document.xml": data})
    read(whole, DOCX)
