"""Ordinary school files by the hundred, made by code: every type that is taken, many sizes, names and contents."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator

from PIL import Image

from repo_service.office.docx import write_docx
from repo_service.office.paper import BulletList, Deck, Heading, Paper, Paragraph, Slide, Table
from repo_service.office.pdf import write_pdf
from repo_service.office.pptx import write_pptx
from repo_service.office.sheets import Sheet, write_csv, write_xlsx
from tests.repo_service.files.benign_files import BENIGN
from tests.samples.hostile_uploads import Sample

_WORDS = """phân số tập hợp hình học thẻ <script> trong Tin học lớp 6 tiết ôn tập kế hoạch bài dạy học sinh giáo viên
văn bản câu hỏi đáp án f(x)=2x+1 H₂SO₄ 37°C #include <stdio.h> SELECT * FROM lop {{ten}} ../bai-truoc""".split()  # noqa: SIM905
_NAMES = (
    "Giáo án",
    "ĐỀ KIỂM TRA",
    "Phiếu học tập",
    "bai_giang (2)",
    "KHBD-NV9-Tuan5",
    "Ôn tập, tuần 5 [mới]",
)
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}"><circle r="{0}"/><text>{1}</text></svg>'


def ordinary_files(count: int, seed: int) -> Iterator[Sample]:
    """`count` files; the first are those of benign_files.py, the others are drawn from `seed`."""
    chance = random.Random(seed)
    kinds = list(_KINDS.items())
    for number in range(count):
        if number < len(BENIGN):
            yield BENIGN[number]
        else:
            ending, make = kinds[number % len(kinds)]
            yield f"{chance.choice(_NAMES)} {number}.{ending}", make(chance)


def _said(chance: random.Random, most: int = 300) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(1, most)))


def _paper(chance: random.Random) -> Paper:
    table = Table([[_said(chance, 3) for _ in range(3)] for _ in range(chance.randint(1, 9))])
    blocks = (Heading(_said(chance, 6)), Paragraph(_said(chance)), BulletList([_said(chance, 9)]), table)
    return Paper(_said(chance, 8), chance.sample(blocks, k=chance.randint(1, 4)))


def _written(write: Callable[[io.BytesIO], None]) -> bytes:
    made = io.BytesIO()
    write(made)
    return made.getvalue()


def _sheet(chance: random.Random) -> Sheet:
    rows = [[_said(chance, 4), chance.random(), chance.randint(0, 10)] for _ in range(chance.randint(1, 60))]
    return Sheet("Sheet1", ("Nội dung", "Tỉ lệ", "Số"), rows)


def _picture(kind: str) -> Callable[[random.Random], bytes]:
    def make(chance: random.Random) -> bytes:
        size = chance.randint(1, 90), chance.randint(1, 90)
        picture = Image.frombytes("RGB", size, chance.randbytes(3 * size[0] * size[1]))
        return _written(lambda target: picture.save(target, kind))

    return make


def _package(chance: random.Random) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as package:
        for number in range(chance.randint(1, 30)):
            package.writestr(f"bài {number}/{chance.choice(_NAMES)}.txt", _said(chance))
        package.writestr("bài.docx", _written(lambda target: write_docx(target, _paper(chance))))
    return made.getvalue()


_KINDS: dict[str, Callable[[random.Random], bytes]] = {
    "docx": lambda chance: _written(lambda target: write_docx(target, _paper(chance))),
    "pdf": lambda chance: _written(lambda target: write_pdf(target, _paper(chance))),
    "xlsx": lambda chance: _written(lambda target: write_xlsx(target, [_sheet(chance)])),
    "csv": lambda chance: _written(lambda target: write_csv(target, _sheet(chance))),
    "pptx": lambda chance: _written(
        lambda target: write_pptx(target, Deck(_said(chance, 6), [Slide("Bài", [_said(chance, 9)])]))
    ),
    "txt": lambda chance: _said(chance, 2000).encode(chance.choice(("utf-8", "utf-8-sig", "utf-16"))),
    "md": lambda chance: f"# {_said(chance, 5)}\n\n{_said(chance)}".encode(),
    "tex": lambda chance: (
        f"\\documentclass{{article}}\\begin{{document}}{_said(chance)}\\end{{document}}".encode()
    ),
    "html": lambda chance: f"<!doctype html><p>{_said(chance)}</p><script>hien()</script>".encode(),
    "svg": lambda chance: _SVG.format(chance.randint(1, 99), "bài").encode(),
    "png": _picture("PNG"),
    "jpg": _picture("JPEG"),
    "webp": _picture("WEBP"),
    "gif": _picture("GIF"),
    "zip": _package,
}
