"""Pictures of text are read where tesseract knows Vietnamese; where not, the state says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from indexer.extraction import read_text
from indexer.extraction.programs import ocr_program
from repo_service.ui.assets import asset_path
from tests.samples.media_types import PDF
from tests.samples.pictures import photograph, scanned_pdf
from tests.samples.programs import install_only

real = pytest.mark.skipif(ocr_program() is None, reason="tesseract with Vietnamese is not on this machine")
LINES = ["Đề kiểm tra giữa học kì một", "Môn Ngữ văn lớp sáu", "Câu hỏi thứ nhất: kể lại chuyện Thánh Gióng"]
KNOWS_VIETNAMESE = 'if [ "$1" = --list-langs ]; then echo vie; exit 0; fi; '
TABLE = r"level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"


def _page(path: Path, lines: list[str] = LINES, image_format: str = "PNG") -> Path:
    """A photographed page: black letters on white, 150 dots an inch."""
    image = Image.new("L", (1240, 1754), 255)
    font = ImageFont.truetype(str(asset_path("fonts/be-vietnam-pro-400.ttf")), 36)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((110, 120 + 90 * number), line, font=font, fill=0)
    image.save(path, image_format)
    return path


def _stamped_pdf(path: Path, picture: Path) -> Path:
    """A scan on which the scanner's program left its name."""
    document = FPDF(format="A4")
    document.add_page()
    document.image(picture, x=0, y=0, w=210)
    document.set_font("helvetica", size=8)
    document.text(10, 290, "Scanned with CamScanner")
    document.output(str(path))
    return path


def _words(*words: tuple[int, str]) -> str:
    """A stand-in for tesseract that gives these (confidence, word) on one line."""
    rows = "".join(
        rf"5\t1\t1\t1\t1\t{n}\t0\t0\t9\t9\t{sure}\t{word}\n" for n, (sure, word) in enumerate(words)
    )
    return KNOWS_VIETNAMESE + f"/bin/cat > /dev/null; printf '{TABLE}{rows}'"


def test_a_scan_without_the_program_says_so_and_a_page_of_letters_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_only(monkeypatch, tmp_path / "bin")
    scan = read_text(scanned_pdf(tmp_path / "a.pdf", _page(tmp_path / "p.png"), pages=2), PDF)
    assert (scan.state, scan.reason, scan.scanned, scan.pages) == ("none", "no_ocr", (1, 2), 2)
    stamped = read_text(_stamped_pdf(tmp_path / "b.pdf", tmp_path / "p.png"), PDF)
    assert (stamped.state, stamped.reason, stamped.scanned) == ("ready", "no_ocr", (1,))


def test_a_program_without_vietnamese_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_only(monkeypatch, tmp_path / "bin", tesseract="echo eng; echo osd")
    assert read_text(_page(tmp_path / "p.png"), "image/png").reason == "no_ocr"


def test_a_page_with_letters_of_its_own_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_only(monkeypatch, tmp_path / "bin", tesseract=_words((96, "Thừa"), (96, "chữ"), (96, "này")))
    document = FPDF(format="A4")
    document.add_page()
    document.set_font("helvetica", size=12)
    document.multi_cell(180, text="This page has letters of its own, more than any stamp would have. " * 3)
    document.add_page()
    document.image(_page(tmp_path / "p.png"), x=0, y=0, w=210)
    document.add_page()
    document.output(str(tmp_path / "a.pdf"))
    found = read_text(tmp_path / "a.pdf", PDF)
    assert (found.reason, found.scanned) == ("ocr", (2,))
    assert found.text.startswith("This page") and found.text.endswith("\nThừa chữ này")


def test_doubtful_words_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _words((96, "Đề"), (20, "xzq"), (91, "kiểm"), (88, "tra"), (-1, ""))
    install_only(monkeypatch, tmp_path / "bin", tesseract=said)
    assert read_text(_page(tmp_path / "p.png"), "image/png").text == "Đề kiểm tra"
    install_only(monkeypatch, tmp_path / "bin", tesseract=_words((96, "Ab"), (30, "cd"), (95, "--")))
    found = read_text(tmp_path / "p.png", "image/png")
    assert (found.state, found.reason, found.text) == ("none", "no_text", "")


@pytest.mark.parametrize("script", ["exit 3", "kill -SEGV $$", "/usr/bin/head -c 3000000 /dev/urandom"])
def test_a_program_that_fails_reads_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    install_only(monkeypatch, tmp_path / "bin", tesseract=KNOWS_VIETNAMESE + script)
    assert read_text(_page(tmp_path / "p.png"), "image/png").state == "none"


def test_pages_read_before_the_time_is_over_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.extraction.program_runs.OCR_SECONDS", 4.0)
    slow = _words((96, "Trang"), (96, "đọc"), (96, "xong")) + "; /bin/sleep 1"
    install_only(monkeypatch, tmp_path / "bin", tesseract=slow)
    scan = scanned_pdf(tmp_path / "a.pdf", photograph(tmp_path / "p.jpg", size=(200, 100)), pages=30)
    found = read_text(scan, PDF)
    assert (found.state, found.reason) == ("ready", "ocr_partly")
    assert 1 <= found.text.count("Trang đọc xong") <= 4


@real
@pytest.mark.parametrize(("name", "kind"), [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.pdf", PDF)])
def test_vietnamese_on_a_picture_is_really_read(tmp_path: Path, name: str, kind: str) -> None:
    picture = _page(tmp_path / "page", image_format="JPEG" if name.endswith("jpg") else "PNG")
    path = scanned_pdf(tmp_path / name, picture) if kind == PDF else picture
    found = read_text(path, kind)
    assert (found.state, found.reason) == ("ready", "ocr")
    said, read = " ".join(LINES).split(), set(found.text.split())
    assert sum(word in read for word in said) >= 0.9 * len(said), found.text


@real
def test_a_photograph_without_letters_gives_none(tmp_path: Path) -> None:
    found = read_text(photograph(tmp_path / "a.jpg"), "image/jpeg")
    assert (found.state, found.reason, found.text) == ("none", "no_text", "")
