"""What the documents inside archives and learning packages say is found; hostile insides are bounded."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.extraction import Extracted, Limits, extract_text, run_extraction
from tests.samples import learning_packages as made
from tests.samples.media_types import ZIP
from tests.samples.packages import write_zip
from tests.samples.pictures import encrypted_pdf

EPUB = "application/epub+zip"


def _read(path: Path, media_type: str = ZIP) -> Extracted:
    return extract_text(path, media_type)


def test_an_archive_gives_its_names_and_then_what_its_documents_say(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "a.zip",
        {
            "Bài 10/Đề.docx": made.word_bytes("Phân số thập phân"), "Bài 2/ghi chú.txt": "Nhớ mang thước kẻ",
            "Bài 2/trang.HTML": made.page("Trang", "Hình thang cân"), "ảnh.png": b"\x89PNG",
        },
    )  # fmt: skip
    lines = _read(path).text.splitlines()
    assert lines[:4] == ["Bài 10/Đề.docx", "Bài 2/ghi chú.txt", "Bài 2/trang.HTML", "ảnh.png"]
    assert lines[4:] == ["Nhớ mang thước kẻ", "Trang", "Hình thang cân", "Phân số thập phân"]


def test_a_scorm_package_gives_titles_and_pages_in_the_order_of_its_contents(tmp_path: Path) -> None:
    extracted = _read(made.scorm(tmp_path / "a.zip"))
    assert extracted.title == "Bài giảng: Phân số"
    assert extracted.text.splitlines() == [
        "Bài giảng: Phân số", "Khởi động", "Luyện tập", "Khởi", "Chiếc bánh chia tám", "Luyện", "Rút gọn phân số",
        "Phiếu học tập số 3",
    ]  # fmt: skip


def test_a_cartridge_gives_its_questions(tmp_path: Path) -> None:
    extracted = _read(made.cartridge(tmp_path / "a.imscc"))
    assert (extracted.title, extracted.text) == (
        "Ngân hàng câu hỏi Sinh học",
        "Ngân hàng câu hỏi Sinh học\nTi thể có chức năng gì?",
    )


def test_an_h5p_exercise_gives_what_its_author_wrote_and_no_labels(tmp_path: Path) -> None:
    extracted = _read(made.exercise(tmp_path / "a.h5p"))
    assert extracted.title == "Ôn tập quy đồng"
    assert extracted.text.splitlines() == [
        "Ôn tập quy đồng", "Kết quả của một phần hai cộng một phần ba?", "năm phần sáu", "quy đồng nhé",
        "Chào các em",
    ]  # fmt: skip


def test_a_book_gives_its_chapters_in_the_order_of_reading(tmp_path: Path) -> None:
    extracted = _read(made.book(tmp_path / "a.epub"), EPUB)
    assert extracted.title == "Truyện kể lớp 3"
    assert extracted.text.splitlines()[-4:] == ["II", "Thạch Sanh", "I", "Cây khế"]


def test_a_protected_book_says_so(tmp_path: Path) -> None:
    extracted = _read(made.book(tmp_path / "a.epub", **{"META-INF/rights.xml": "<rights/>"}), EPUB)
    assert (extracted.state, extracted.reason) == ("failed", "encrypted")


def test_a_question_bank_in_xml_and_the_words_of_a_drawing_are_read(tmp_path: Path) -> None:
    asked = "<text><![CDATA[<p>Thủ đô là <i>gì</i>?</p>]]></text>"
    bank = f"<quiz><question><questiontext>{asked}</questiontext><file>QUJD</file></question></quiz>"
    (tmp_path / "a.xml").write_text(bank, "utf-8")
    assert _read(tmp_path / "a.xml", "application/xml").text == "Thủ đô là gì?"
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script><text>Hình <tspan>vuông</tspan></text></svg>"
    (tmp_path / "a.svg").write_text(drawing, "utf-8")
    assert _read(tmp_path / "a.svg", "image/svg+xml").text == "Hình\nvuông"


def test_what_is_broken_or_locked_inside_does_not_hide_the_rest(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "a.zip",
        {
            "1.docx": b"PK\x03\x04 khong phai", "2.pdf": encrypted_pdf(tmp_path / "k.pdf").read_bytes(),
            "3.docx": made.word_bytes("Vẫn đọc được"), "4.xlsx": b"", "5.doc": b"\xd0\xcf\x11\xe0" * 200,
        },
    )  # fmt: skip
    extracted = _read(path)
    assert extracted.state == "ready"
    assert extracted.text.splitlines()[-1] == "Vẫn đọc được"


def test_archives_in_archives_are_read_two_deep_and_no_deeper(tmp_path: Path) -> None:
    for levels, is_read in ((3, True), (4, False), (200, False)):
        (tmp_path / "a.zip").write_bytes(made.nested(levels, made.word_bytes("Ở tận đáy")))
        extracted = _read(tmp_path / "a.zip")
        assert ("Ở tận đáy" in extracted.text, extracted.reason) == (
            is_read,
            None if is_read else "partly",
        ), levels


def test_a_manifest_with_a_document_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("bí mật của máy")
    dtd = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    extracted = run_extraction(made.scorm(tmp_path / "a.zip", dtd=dtd, title="&leak;"), ZIP)
    assert (extracted.state, extracted.reason, extracted.text) == ("failed", "unsafe", "")


def test_a_broken_manifest_leaves_the_pages(tmp_path: Path) -> None:
    path = write_zip(
        tmp_path / "a.zip", {"imsmanifest.xml": "<manifest", "a.html": made.page("", "Còn đọc được")}
    )
    assert _read(path).text == "Còn đọc được"


def test_members_that_claim_other_places_are_read_from_the_archive_only(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("ở ngoài")
    path = write_zip(
        tmp_path / "a.zip", {f"../{tmp_path.name}/outside.txt": "ở trong", "/etc/passwd.txt": "cũng ở trong"}
    )
    before = sorted(tmp_path.iterdir())
    extracted = run_extraction(path, ZIP)
    assert "ở trong" in extracted.text and "ở ngoài" not in extracted.text and "root:" not in extracted.text
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("ending", ["docx", "html", "txt", "zip"])
def test_bombs_inside_are_passed_over(tmp_path: Path, ending: str) -> None:
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(f"bom.{ending}", "w") as member,
    ):
        for _ in range(200):
            member.write(b"\0" * (1 << 20))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("trong.zip", bomb.getvalue())
        archive.writestr("x.docx", made.word_bytes("Bài thật"))
    began = time.monotonic()
    extracted = run_extraction(tmp_path / "a.zip", ZIP)
    assert (extracted.state, extracted.reason) == ("ready", "partly")
    assert "Bài thật" in extracted.text
    assert time.monotonic() - began < 10


def test_a_hundred_thousand_members_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}.txt", b"")
    extracted = run_extraction(tmp_path / "a.zip", ZIP)
    assert (extracted.state, extracted.reason) == ("failed", "too_big")


def test_an_exercise_nested_without_end_is_damaged_and_harms_nobody(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.h5p", {"h5p.json": "{}", "content/content.json": '{"a":' * 500_000})
    assert run_extraction(path, ZIP).state == "failed"
    deep: object = "Ở đáy của bài tập"
    for _ in range(200):
        deep = {"noiDung": [deep]}
    assert "Ở đáy" in _read(made.exercise(tmp_path / "b.h5p", deep)).text


@pytest.mark.parametrize("limit", [{"inner_files": 3}, {"inner_bytes": 20}, {"inner_seconds": -1.0}])
def test_insides_over_a_limit_are_cut_and_said_to_be(tmp_path: Path, limit: dict[str, float]) -> None:
    path = write_zip(tmp_path / "a.zip", {f"{number}.txt": f"bài số {number}" for number in range(9)})
    extracted = extract_text(path, ZIP, limits=replace(Limits(), **limit))
    assert (extracted.state, extracted.reason) == ("ready", "partly")
    assert "8.txt" in extracted.text and "bài số 8" not in extracted.text
