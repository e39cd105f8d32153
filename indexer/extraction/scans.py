"""Letters out of pictures of text, by tesseract: pages of a scan, photographs of a page. Runs in the child only.

What it is not sure of is left out: a page of doubtful words would be found for everything and say nothing.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from PIL import Image

from indexer.extraction import programs
from indexer.extraction.extracted import Limits
from indexer.extraction.gathered import Enough, Gathered
from indexer.extraction.rendering import IMAGE_FORMATS, open_image

_DPI, _PIXELS = 200, 12_000_000
_WIDEST = 2_400
_SURE, _FEWEST_WORDS = 30, 3
"""Per cent of tesseract's own confidence in a word; so many words make a page."""
_PAGE_SECONDS = 60.0
_WORD = re.compile(r"[^\W\d_]{2}")


def read_pages(
    path: Path, media_type: str, pages: Sequence[int], program: str, until: float, limits: Limits
) -> Iterator[tuple[int, str]]:
    """(page from 1, its lines) of each page that could be read before `until` on the monotonic clock."""
    for page, image in _pictures(path, media_type, pages, limits):
        left = until - time.monotonic()
        if left <= 0:
            return
        yield page, _lines(_recognised(image, program, min(left, _PAGE_SECONDS)), limits)


def _pictures(
    path: Path, media_type: str, pages: Sequence[int], limits: Limits
) -> Iterator[tuple[int, Image.Image]]:
    if media_type in IMAGE_FORMATS:
        yield 1, open_image(path, IMAGE_FORMATS[media_type], _WIDEST, limits).convert("L")
        return
    from indexer.extraction.pdf import open_pdf

    document = open_pdf(path)
    try:
        for number in pages:
            page = document[number - 1]
            width, height = page.get_size()
            if width > 0 and height > 0:
                scale = min(_DPI / 72, (_PIXELS / (width * height)) ** 0.5)
                yield number, page.render(scale=scale, grayscale=True).to_pil().convert("L")
            page.close()
    finally:
        document.close()


def _recognised(image: Image.Image, program: str, seconds: float) -> str:
    """tesseract's table of words; empty when it gave up on this page."""
    picture = io.BytesIO()
    image.save(picture, "PPM")
    command = [
        program,
        "stdin",
        "stdout",
        "-l",
        programs.OCR_LANGUAGE,
        "--dpi",
        str(_DPI),
        "--psm",
        "3",
        "tsv",
    ]
    try:
        done = subprocess.run(
            command, input=picture.getvalue(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=seconds,
            env={**programs.ENVIRONMENT, "OMP_THREAD_LIMIT": "1"}, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")


def _lines(table: str, limits: Limits) -> str:
    """The lines of one page from its sure words; empty when too few of them are words."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row.get("text") and float(row.get("conf") or -1) >= _SURE]
    gathered = Gathered(limits.text_characters)
    try:
        for _place, line in groupby(words, lambda row: (row["block_num"], row["par_num"], row["line_num"])):
            said = " ".join(row["text"] for row in line)
            if _WORD.search(said):
                gathered.add(said)
    except Enough:
        pass
    text = gathered.text()
    return text if len(_WORD.findall(text)) >= _FEWEST_WORDS else ""
