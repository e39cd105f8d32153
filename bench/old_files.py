"""Files for `bench.extraction` in every old encoding and in Unicode, made anew in each run, with their true text."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Font

from bench.machine import say
from repo_service import office
from repo_service.demo.content import topics
from repo_service.demo.files import FONTS
from tests.samples.old_encodings import to_rtf, to_tcvn3, to_vni
from tests.samples.old_pdf import to_pdf

Encode = Callable[[str], str]
ENCODINGS: dict[str, tuple[Encode, tuple[str, str]]] = {
    "tcvn3": (to_tcvn3, (".VnTime", ".VnTimeH")),
    "vni": (to_vni, ("VNI-Times", "VNI-Helve")),
    "unicode": (str, ("Times New Roman", "Arial")),
}
_RUN = 17
"""Letters of one run: words are cut in their middle."""
FOREIGN = (
    "Élève à l'école, où naïve, façade, Noël, maïs, déjà vu, cœur, août",
    "¿Dónde está el niño? El señor Muñoz comió piñones en España",
    "The café's naïve façade, 20 °C ± 2, «quoted», § 5, © 2026, ½ price, £3",
    "a² + b² = c²; x³ − 1 ≤ 0; 5 µm × 3 µm ÷ 2; 5 N·m; H₂SO₄ → Fe²⁺; ∠ABC = 90°; |x| ≥ √2",
    "Größe, Übung, Straße, für, müssen, Ärger; smörgåsbord, København, Łódź, Dvořák",
    "C₂H₅OH; ΔH° = −285,8 kJ/mol; E = mc²; λ ≈ 0,5 µm; f′(x) = 2x; Ω, α, β, π·r²",
    "Don't! We're a^2 + b^2, f(x)=x+1; e.g. i.e. http://example.org/a_b?x=1",
)
"""What no repair may alter, with everything that is Unicode Vietnamese."""


def sentences() -> list[str]:
    """What the demo's lessons say, line by line."""
    found: list[str] = []
    for topic in topics():
        found += [
            topic.title.upper(),
            topic.title,
            topic.goal,
            *topic.facts,
            topic.start,
            topic.practice,
            topic.apply,
        ]
    return found


def own_files(folder: Path, per_kind: int, seed: int = 7) -> Iterator[Path]:
    """Write `per_kind` files of each encoding and format with `NAME.txt` beside each; office formats of before
    2007 only where LibreOffice is installed."""
    chance = Random(seed)
    matter = sentences()
    for number in range(per_kind):
        lines = chance.sample(matter, 20)
        for encoding, (encode, fonts) in ENCODINGS.items():
            stem = folder / f"{encoding}-{number}"
            for ending, write in _WRITERS.items():
                yield _kept(stem.with_suffix(f".{ending}"), write(lines, encode, fonts), lines)
    if shutil.which("soffice"):
        for old, new in (("doc", "docx"), ("xls", "xlsx")):
            yield from _converted(folder, old, new)
    else:
        say("no LibreOffice here: .doc and .xls are not made")


def _kept(path: Path, content: bytes, lines: Sequence[str]) -> Path:
    path.write_bytes(content)
    path.with_name(path.name + ".txt").write_text("\n".join(lines), encoding="utf-8")
    return path


def _docx(lines: Sequence[str], encode: Encode, fonts: tuple[str, str]) -> bytes:
    """Runs, a table and a heading; Word cuts words into several runs wherever it likes."""
    document = Document()
    for place, line in enumerate(lines):
        capitals = fonts[1].endswith("H") and line.isupper()
        cell = (
            document.add_table(1, 1).cell(0, 0).paragraphs[0] if place % 5 == 4 else document.add_paragraph()
        )
        text = encode(line)
        for start in range(0, len(text), _RUN):
            cell.add_run(text[start : start + _RUN]).font.name = fonts[1] if capitals else fonts[0]
    return _bytes(document.save)


def _xlsx(lines: Sequence[str], encode: Encode, fonts: tuple[str, str]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for row, line in enumerate(lines, 1):
        sheet.cell(row, 1, encode(line)).font = Font(name=fonts[0])
        sheet.cell(row, 2, row)
    return _bytes(book.save)


def _rtf(lines: Sequence[str], encode: Encode, fonts: tuple[str, str]) -> bytes:
    return to_rtf([(fonts[0], encode(line)) for line in lines])


def _pdf(lines: Sequence[str], encode: Encode, fonts: tuple[str, str]) -> bytes:
    if encode is str:
        paper = office.Paper("", [office.Paragraph(line) for line in lines])
        return _bytes(lambda target: office.write_pdf(target, paper, fonts=FONTS))
    return to_pdf([encode(line) for line in lines], fonts[0])


_WRITERS = {"docx": _docx, "xlsx": _xlsx, "rtf": _rtf, "pdf": _pdf}


def _bytes(write: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def _converted(folder: Path, old: str, new: str) -> Iterator[Path]:
    """The files of the new format saved in the old one by LibreOffice."""
    sources = sorted(folder.glob(f"*.{new}"))
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", old, "--outdir", str(folder), *map(str, sources)],
        check=True, capture_output=True,
    )  # fmt: skip
    for source in sources:
        made = source.with_suffix(f".{old}")
        truth = source.with_name(source.name + ".txt").read_text("utf-8")
        yield _kept(made, made.read_bytes(), truth.split("\n"))
