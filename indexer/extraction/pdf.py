"""PDF: the text layer page by page. Pages that are pictures are named: scans.py reads those."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.legacy_encodings import is_tcvn3_font

_LOOKED_AT = 3_000  # letters of the first page
_STAMP, _PICTURE_SHARE = 60, 0.4
"""So few letters ("Scanned with ...") on a page of which a picture covers this share leave it unread."""
_CURVES, _MOST_OBJECTS = 100, 2_000
"""Letters turned into curves are many; looking at a page's objects ends somewhere."""
_LONGEST_NAME = 128
_HYPHEN = re.compile("-")
_SUBSET = re.compile("^[A-Z]{6}\\+")  # of an embedded font: ABCDEF+.VnTime


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add the lines of each page; Refused('encrypted') when a password is needed to read."""
    document = open_pdf(path)
    try:
        gathered.pages = len(document)
        for number in range(min(gathered.pages, limits.pages)):
            page = document[number]
            text_page = page.get_textpage()
            largest = _largest_lines(text_page) if number == 0 else frozenset()
            text = _with_soft_hyphens(text_page.get_text_range(), text_page)
            if _is_scanned(page, text):
                gathered.scanned.append(number + 1)
            for line in text.splitlines():
                gathered.add(line, Rank.HEADING if line.strip() in largest else Rank.PLAIN)
            text_page.close()
            page.close()
    finally:
        document.close()


def _is_scanned(page: pypdfium2.PdfPage, text: str) -> bool:
    """A page of pictures or drawn curves with hardly a letter: a stamp of the scanner's program does not count."""
    letters = sum(letter.isalnum() for letter in text)
    if letters > _STAMP:
        return False
    kinds = Counter[int]()
    area = 0.0
    width, height = page.get_size()
    for each in islice(page.get_objects(max_depth=2), _MOST_OBJECTS):
        kinds[each.type] += 1
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = each.get_bounds()
            area += max(right - left, 0) * max(top - bottom, 0)
    if letters:
        return bool(area >= _PICTURE_SHARE * width * height)
    return bool(area > 0 or kinds[pdfium.FPDF_PAGEOBJ_PATH] >= _CURVES)


def _with_soft_hyphens(text: str, text_page: pypdfium2.PdfTextpage) -> str:
    """PDF calls byte 0xAD a hyphen; in a TCVN3 font it draws ư, so there it becomes the soft hyphen again (C1.6)."""
    if len(text) != text_page.count_chars():
        return text
    return _HYPHEN.sub(lambda found: "\u00ad" if _is_tcvn3(text_page, found.start()) else "-", text)


def _is_tcvn3(text_page: pypdfium2.PdfTextpage, index: int) -> bool:
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    length = pdfium.FPDFText_GetFontInfo(text_page, index, name, _LONGEST_NAME, None)
    return 0 < length <= _LONGEST_NAME and is_tcvn3_font(
        _SUBSET.sub("", name.value.decode("utf-8", "replace"))
    )


def open_pdf(path: Path) -> pypdfium2.PdfDocument:
    """An opened PDF; raises Refused when it is encrypted or no PDF."""
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        encrypted = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        raise Refused("encrypted" if encrypted else "damaged") from error


def _largest_lines(text_page: pypdfium2.PdfTextpage) -> frozenset[str]:
    """The lines of a page set larger than most of its letters: a PDF knows no headings, only sizes."""
    text = ""
    size_of: dict[str, int] = {}
    sizes = Counter[int]()
    for index in range(min(text_page.count_chars(), _LOOKED_AT)):
        letter = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if letter in "\r\n":
            text = ""
        else:
            size_of.pop(text, None)
            text += letter
            size_of[text] = _letter_height(text_page, index)
            sizes[size_of[text]] += 1
    largest = max(sizes, default=0)
    if not sizes or largest == sizes.most_common(1)[0][0]:
        return frozenset()
    return frozenset(line.strip() for line, size in size_of.items() if size == largest)


def _letter_height(text_page: pypdfium2.PdfTextpage, index: int) -> int:
    """Height of the letter's line in whole points, after all scaling."""
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box))
    height: float = box.top - box.bottom
    return round(height)
