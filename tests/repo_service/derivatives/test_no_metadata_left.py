"""What Kho makes of a file names nobody: facts of an Office file's PDF, and those a camera writes into pictures."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from PIL import Image

from repo_service.core.backends import storage
from repo_service.derivatives.making import make
from repo_service.derivatives.pdf_metadata import strip_metadata
from tests.repo_service.files.samples import pdf

FACTS = (
    b"<</Title(T\\) kh\\303\\255n)\n/Author<FEFF005400720EA7006E>"
    b"\n/Keywords(k)/Creator(Writer)/Producer(LibreOffice)>>"
)


def _with_facts(pages: int) -> bytes:
    """A PDF whose facts stand as LibreOffice writes them, in an object after its pages."""
    content = pdf(pages)
    at = content.rindex(b"xref")
    return content[:at] + b"99 0 obj\n" + FACTS + b"\nendobj\n" + content[at:]


def test_names_are_blanked_and_every_byte_stays_where_it_was(tmp_path: Path) -> None:
    path, before = tmp_path / "a.pdf", _with_facts(2)
    before += b"<rdf:RDF xmlns:dc='x'><dc:creator>Lan</dc:creator></rdf:RDF>"
    path.write_bytes(before)
    strip_metadata(path)
    after = path.read_bytes()
    assert len(after) == len(before)
    for named in (b"FEFF0054", b"T\\)", b"(k)", b"Lan"):
        assert named in before and named not in after
    assert b"(Writer)" in after and b"(LibreOffice)" in after
    assert len(pypdfium2.PdfDocument(after)) == 2


def test_a_pdf_without_facts_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 /Author(somebody in the text)")
    strip_metadata(path)
    assert path.read_bytes() == b"%PDF-1.7 /Author(somebody in the text)"


def test_pictures_carry_nothing_of_the_camera(app: object, tmp_path: Path) -> None:
    photo, facts = tmp_path / "a.jpg", Image.Exif()
    facts[0x013B], facts[0x010F] = "Tran Thi Lan", "Camera of Lan"
    Image.new("RGB", (400, 300), "white").save(photo, exif=facts)
    assert b"Tran Thi Lan" in photo.read_bytes()
    folder = tmp_path / "work"
    folder.mkdir()
    made = make("0" * 16, photo, "image/jpeg", folder)
    assert made.pictures
    for picture in made.pictures:
        content = b"".join(storage().open(picture.key))
        assert b"Lan" not in content and not dict(Image.open(io.BytesIO(content)).getexif())
