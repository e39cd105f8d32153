"""Office files become pages by LibreOffice; whatever it does wrong, we go on without pages and say why."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Font
from pptx import Presentation

from indexer.extraction import convert_to_pdf, run_extraction
from indexer.extraction.programs import OFFICE_ENDINGS, office_program
from tests.samples.media_types import DOCX, PDF, PPTX, XLSX
from tests.samples.old_encodings import to_rtf, to_tcvn3, to_vni
from tests.samples.packages import write_zip
from tests.samples.programs import install_only

SAID = "Kế hoạch bài dạy: những chuyện kể về các vị tướng"
real = pytest.mark.skipif(office_program() is None, reason="LibreOffice is not on this machine")


def _word(path: Path, text: str = SAID, font: str = "Liberation Serif", pieces: int = 1000) -> Path:
    """A Word document of one paragraph in this font, cut into runs of so many letters."""
    document = Document()
    paragraph = document.add_paragraph()
    for begin in range(0, len(text), pieces):
        run = paragraph.add_run(text[begin : begin + pieces])
        run.font.name, run.font.size = font, Pt(14)
    document.save(str(path))
    return path


def _text(path: Path | None) -> str:
    assert path is not None
    return " ".join(run_extraction(path, PDF).text.split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def test_without_the_program_the_reason_is_told(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_only(monkeypatch, tmp_path / "bin")
    assert convert_to_pdf(_word(tmp_path / "a"), DOCX, folder) == (None, "no_program")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "damaged"),
        ("kill -SEGV $$", "damaged"),
        ("/bin/sleep 60", "timeout"),
        ("exec /usr/bin/head -c 200000000 /dev/zero > $HOME/x", "damaged"),
        ("while :; do :; done", "timeout"),
    ],
)  # fmt: skip
def test_a_program_that_fails_leaves_no_pages_and_a_reason(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    word = _word(tmp_path / "a")
    install_only(monkeypatch, tmp_path / "bin", soffice=script)
    began = time.monotonic()
    assert convert_to_pdf(word, DOCX, folder, seconds=3) == (None, reason)
    assert time.monotonic() - began < 40  # others may convert meanwhile, and one conversion runs at a time
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 65 << 20


def test_one_conversion_runs_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    word, log = _word(tmp_path / "a"), tmp_path / "log"
    install_only(
        monkeypatch, tmp_path / "bin", soffice=f"echo in >> {log}; /bin/sleep 0.3; echo out >> {log}"
    )
    folders = [tmp_path / f"out{number}" for number in range(3)]
    for each in folders:
        each.mkdir()
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda each: convert_to_pdf(word, DOCX, each), folders))
    assert log.read_text().split() == ["in", "out"] * 3


def test_what_a_dead_program_started_does_not_live_on(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word, mark = _word(tmp_path / "a"), tmp_path / "mark"
    install_only(monkeypatch, tmp_path / "bin", soffice=f"(/bin/sleep 3; echo x > {mark}) & /bin/sleep 60")
    assert convert_to_pdf(word, DOCX, folder, seconds=1)[1] == "timeout"
    time.sleep(3)
    assert not mark.exists()


@real
def test_every_office_format_becomes_pages(tmp_path: Path, folder: Path) -> None:
    _word(tmp_path / "a.docx")
    slides = Presentation()
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = SAID
    slides.save(str(tmp_path / "a.pptx"))
    workbook = Workbook()
    workbook.active.append([SAID])
    workbook.save(tmp_path / "a.xlsx")
    (tmp_path / "a.rtf").write_bytes(to_rtf([("Times New Roman", SAID)]))
    by_ending = {ending: media_type for media_type, ending in OFFICE_ENDINGS.items()}
    for path in sorted(tmp_path.glob("a.*")):
        work = folder / path.suffix
        work.mkdir()
        pdf, reason = convert_to_pdf(path, by_ending[path.suffix.lstrip(".")], work)
        assert reason is None, path
        assert SAID[:16] in _text(pdf), path


@real
@pytest.mark.parametrize(("font", "encode"), [(".VnTime", to_tcvn3), ("VNI-Times", to_vni)])
def test_old_fonts_are_drawn_as_the_letters_they_show(
    tmp_path: Path, folder: Path, font: str, encode: object
) -> None:
    typed = encode(SAID)  # type: ignore[operator]
    pdf, _ = convert_to_pdf(_word(tmp_path / "a", typed, font, pieces=7), DOCX, folder)
    assert SAID in _text(pdf)
    workbook = Workbook()
    workbook.active["A1"] = encode("Học sinh giỏi")  # type: ignore[operator]
    workbook.active["A1"].font = Font(name=font)
    workbook.save(tmp_path / "b")
    (tmp_path / "sheet").mkdir()
    assert "Học sinh giỏi" in _text(convert_to_pdf(tmp_path / "b", XLSX, tmp_path / "sheet")[0])
    slides = Presentation()
    title = slides.slides.add_slide(slides.slide_layouts[5]).shapes.title
    title.text = encode("Học sinh giỏi")  # type: ignore[operator]
    title.text_frame.paragraphs[0].runs[0].font.name = font
    slides.save(str(tmp_path / "c"))
    (tmp_path / "slides").mkdir()
    assert "Học sinh giỏi" in _text(convert_to_pdf(tmp_path / "c", PPTX, tmp_path / "slides")[0])


@real
def test_an_old_rtf_is_made_modern_before_it_is_drawn(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "a").write_bytes(to_rtf([(".VnTime", to_tcvn3(SAID))]))
    pdf, _ = convert_to_pdf(tmp_path / "a", "application/rtf", folder)
    assert SAID in _text(pdf)


@real
def test_a_document_that_calls_out_reaches_nobody(tmp_path: Path, folder: Path) -> None:
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def listen() -> None:
            try:
                server.accept()[0].close()
                called.set()
            except OSError:  # closed at the end: nobody came
                pass

        threading.Thread(target=listen, daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/tracker.png"
        write_zip(
            tmp_path / "a",
            {
                "mimetype": "application/vnd.oasis.opendocument.text",
                "META-INF/manifest.xml": _manifest(),
                "content.xml": _linking_content(address),
            },
        )
        pdf, _ = convert_to_pdf(tmp_path / "a", "application/vnd.oasis.opendocument.text", folder)
        assert SAID[:10] in _text(pdf)
    assert not called.is_set()


def _manifest() -> str:
    kind = "application/vnd.oasis.opendocument.text"
    return (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )


def _linking_content(address: str) -> str:
    spaces = {"office": "office", "text": "text", "draw": "drawing", "svg": "svg-compatible"}
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in spaces.items()
    )
    return (
        f'<?xml version="1.0"?><office:document-content {names} xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<office:body><office:text><text:p>{SAID}</text:p><text:p><draw:frame svg:width='5cm' svg:height='5cm'>"
        f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
        "</draw:frame></text:p></office:text></office:body></office:document-content>"
    )


@real
def test_noise_in_office_clothes_gives_no_pages(tmp_path: Path, folder: Path) -> None:
    write_zip(tmp_path / "a", {"word/document.xml": "<w:document" * 1000})
    assert convert_to_pdf(tmp_path / "a", DOCX, folder)[0] is None
