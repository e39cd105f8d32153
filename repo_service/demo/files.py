"""Makes the demonstration's files as office writers would: real docx, pptx, xlsx, pdf, tex, png and zip bytes."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from importlib.resources import files as package_files
from pathlib import Path
from zlib import crc32

from repo_service import office
from repo_service.demo.plan import Block, DemoFile, DemoResource

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "docx": f"{_OPEN_XML}.wordprocessingml.document", "pptx": f"{_OPEN_XML}.presentationml.presentation",
    "xlsx": f"{_OPEN_XML}.spreadsheetml.sheet", "pdf": "application/pdf", "png": "image/png",
    "tex": "text/x-tex", "zip": "application/zip", "mp4": "video/mp4",
}  # fmt: skip
"""By the last part of a kind's file name; `link` has none."""

FONTS = Path(__file__).parent.parent / "ui" / "static" / "dist" / "fonts"
_SCAN_DATE = time.struct_time((2026, 1, 1, 0, 0, 0, 3, 1, 0))
_UNMARKED = {"docx-one-table": "docx", "broken": "docx", "pdf-scan": "pdf", "zip-cp437": "zip"}


def files_of(work: DemoResource) -> list[tuple[DemoFile, ...]]:
    """The files of each version; works of one version may get a companion in another format."""
    found = [tuple(file for file in version.files if file.kind != "link") for version in work.versions]
    return [(*files, *_companions(work, files[0])) if len(found) == 1 and files else files for files in found]


def _companions(work: DemoResource, file: DemoFile) -> tuple[DemoFile, ...]:
    """A sheet beside a matrix, a print form or a picture beside a worksheet, LaTeX beside a question bank."""
    kind, turn = "", crc32(work.key.encode()) % 3
    if work.subtype == "ma-tran":
        kind = "xlsx"
    elif work.type == "ngan-hang-cau-hoi" and work.subjects[0] in ("toan", "vat-li", "hoa-hoc"):
        kind = "tex"
    elif work.type == "hoc-lieu-so":
        kind = ("pdf", "png", "")[turn]
    return (DemoFile(f"{Path(file.name).stem}.{kind}", kind, file.blocks),) if kind else ()


def media_type(file: DemoFile) -> str:
    """The media type the file is stored under."""
    return MEDIA_TYPES[_UNMARKED.get(file.kind, file.kind)]


def make_file(file: DemoFile) -> bytes:
    """The bytes of one file; equal plans give equal bytes."""
    if file.media:
        return package_files(__package__).joinpath("media", file.media).read_bytes()
    return _MAKERS[file.kind](file)


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def _titled(file: DemoFile) -> tuple[str, tuple[Block, ...]]:
    """The first heading is the document's title."""
    first, *rest = file.blocks
    return (first.text, tuple(rest)) if first.kind == "heading" else (Path(file.name).stem, file.blocks)


def _paper(file: DemoFile) -> office.Paper:
    title, blocks = _titled(file)
    return office.Paper(title, [_office_block(block) for block in blocks])


def _office_block(block: Block) -> office.Block:
    match block.kind:
        case "heading":
            return office.Heading(block.text, block.level)
        case "list":
            return office.BulletList(block.items)
        case "table":
            return office.Table(block.rows)
    return office.Paragraph(block.text)


def _lines(block: Block) -> list[str]:
    return [*([block.text] if block.text else []), *block.items, *("  ".join(row) for row in block.rows)]


def _docx(file: DemoFile) -> bytes:
    return _written(lambda target: office.write_docx(target, _paper(file)))


def _one_table(file: DemoFile) -> bytes:
    """As many exam papers are laid out: everything stands in the cells of one table."""
    title, blocks = _titled(file)
    rows = [(line,) for block in blocks for line in _lines(block)]
    paper = office.Paper(title, [office.Table(rows, has_head=False)])
    return _written(lambda target: office.write_docx(target, paper))


def _broken(file: DemoFile) -> bytes:
    """A document whose copy was cut off half-way."""
    whole = _docx(file)
    return whole[: len(whole) // 2]


def _pptx(file: DemoFile) -> bytes:
    title, blocks = _titled(file)
    slides: list[tuple[str, list[str]]] = []
    for block in blocks:
        if block.kind == "heading":
            slides.append((block.text, []))
        elif slides:
            slides[-1][1].extend(_lines(block))
    subtitle = next((block.text for block in blocks if block.kind == "paragraph"), "")
    deck = office.Deck(title, [office.Slide(head, lines) for head, lines in slides], subtitle)
    return _written(lambda target: office.write_pptx(target, deck))


def _xlsx(file: DemoFile) -> bytes:
    tables = [block.rows for block in file.blocks if block.rows]
    sheets = [office.Sheet(f"Bảng {number}", rows[0], rows[1:]) for number, rows in enumerate(tables, 1)]
    return _written(lambda target: office.write_xlsx(target, sheets))


def _pdf(file: DemoFile) -> bytes:
    return _written(lambda target: office.write_pdf(target, _paper(file), fonts=FONTS))


def _scan(file: DemoFile) -> bytes:
    """A paper that went through a copier: pages are pictures, there is no text to read."""
    import pypdfium2

    document = pypdfium2.PdfDocument(_pdf(file))
    pages = [page.render(scale=1.4).to_pil().convert("L") for page in document]
    dates = {"creationDate": _SCAN_DATE, "modDate": _SCAN_DATE}
    scan = _written(
        lambda target: pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], **dates)
    )
    document.close()
    return scan


def _png(file: DemoFile) -> bytes:
    """A drawing to print: a number line with as many steps as the text gives."""
    from PIL import Image, ImageDraw

    steps = 4 + crc32(file.name.encode()) % 7
    picture = Image.new("RGB", (960, 320), "#fdfcf7")
    pen = ImageDraw.Draw(picture)
    pen.line((60, 200, 900, 200), fill="#1d3557", width=5)
    for step in range(steps + 1):
        x = 80 + step * 800 // steps
        pen.line((x, 180, x, 220), fill="#1d3557", width=5)
        if step:
            pen.arc((x - 800 // steps, 140, x, 260), 180, 360, fill="#c1440e", width=4)
    return _written(lambda target: picture.save(target, "PNG"))


def _tex(file: DemoFile) -> bytes:
    title, blocks = _titled(file)
    safe = str.maketrans({mark: f"\\{mark}" for mark in "%&#$_{}"})
    body = "\n\n".join(line.translate(safe) for block in blocks for line in _lines(block))
    head = "\\documentclass{article}\n\\usepackage[utf8]{vietnam}\n\\begin{document}\n"
    return f"{head}\\section*{{{title.translate(safe)}}}\n{body}\n\\end{{document}}\n".encode()


class _OldName(zipfile.ZipInfo):
    """A member whose UTF-8 name does not say that it is UTF-8, as older packers wrote it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the hook's name in the library
        return self.filename.encode(), self.flag_bits & ~0x800


def _zip(file: DemoFile) -> bytes:
    picture = DemoFile(f"{file.name}.png", "png")
    members = {"Tư liệu/Bài giảng.docx": _docx(file), "Tư liệu/Hình vẽ.png": _png(picture)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = _OldName(name, (2026, 1, 1, 0, 0, 0))
            archive.writestr(info, content)
    return target.getvalue()


_MAKERS: dict[str, Callable[[DemoFile], bytes]] = {
    "docx": _docx, "docx-one-table": _one_table, "broken": _broken, "pptx": _pptx, "xlsx": _xlsx, "pdf": _pdf,
    "pdf-scan": _scan, "png": _png, "tex": _tex, "zip-cp437": _zip,
}  # fmt: skip
