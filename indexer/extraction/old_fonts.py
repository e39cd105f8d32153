"""A copy of a Word or PowerPoint file whose text in old fonts (TCVN3, VNI) is Unicode, to be drawn as pages."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from copy import copy
from itertools import pairwise
from pathlib import Path

from lxml import etree
from openpyxl import load_workbook
from openpyxl.styles import Font
from openpyxl.styles.proxy import StyleProxy

from indexer.extraction.docx_styles import Styles, W
from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.legacy_encodings import Decoder, decoder_of_font
from indexer.extraction.markup_walk import walk
from indexer.extraction.packages import Package, open_package
from indexer.syllables import marked_syllables

_FONT = "Times New Roman"
_NAMED = re.compile(rb"\.Vn[A-Z]|VNI[- ]|\.\0V\0n\0[A-Z]\0|V\0N\0I\0[- ]\0")
_WORD_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_SLIDE_PARTS = re.compile(r"ppt/(slides|notesSlides|slideLayouts|slideMasters)/[^/]+\.xml")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BLOCK = 1 << 20

Rewrite = Callable[[etree._Element], bool]


def are_named_in(path: Path) -> bool:
    """Whether the file names an old font: in its bytes, or in the XML of a package."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(
                _named_in(archive.open(info)) for info in archive.infolist() if info.filename.endswith(".xml")
            )
    with path.open("rb") as file:
        return _named_in(file)


def _named_in(stream: object) -> bool:
    before = b""
    while block := stream.read(_BLOCK):  # type: ignore[attr-defined]
        if _NAMED.search(before + block):
            return True
        before = block[-16:]
    return False


def in_unicode(path: Path, target: Path, limits: Limits) -> Path:
    """Write the copy and give it back; Refused('unsupported') for a format whose fonts are not looked at."""
    if path.suffix not in (".docx", ".pptx", ".ppsx", ".xlsx"):
        raise Refused("unsupported")
    with open_package(path, limits) as package, zipfile.ZipFile(path) as archive:
        if path.suffix == ".docx":
            styles = Styles(package)
            chosen, rewrite = _WORD_PARTS, lambda root: _rewrite_word(root, styles)
        elif path.suffix == ".xlsx":
            package.check_prologs()
            _rewrite_workbook(path, target)
            return target
        else:
            chosen, rewrite = _SLIDE_PARTS, _rewrite_slide
        _copy(package, archive, target, chosen, rewrite)
    return target


def _copy(
    package: Package, archive: zipfile.ZipFile, target: Path, chosen: re.Pattern[str], rewrite: Rewrite
) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for info in archive.infolist():
            if not chosen.fullmatch(info.filename):
                with archive.open(info) as member, made.open(info.filename, "w") as written:
                    while block := member.read(_BLOCK):
                        written.write(block)
                continue
            root = package.read_xml(info.filename)
            rewrite(root)
            made.writestr(info.filename, etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _rewrite_word(root: etree._Element, styles: Styles) -> bool:
    changed = False
    for paragraph in root.iter(f"{W}p"):
        inherited = styles.paragraph_font(paragraph)
        runs = [run for run in walk(paragraph, frozenset({f"{W}txbxContent"})) if run.tag == f"{W}r"]
        changed |= _rewrite_runs(
            [(run, styles.run_font(run, inherited)) for run in runs], f"{W}t", _set_word_font
        )
    return changed


def _rewrite_slide(root: etree._Element) -> bool:
    changed = False
    for paragraph in root.iter(f"{_A}p"):
        latin = [(run, run.find(f"{_A}rPr/{_A}latin")) for run in paragraph.iterfind(f"{_A}r")]
        runs = [(run, found.get("typeface", "") if found is not None else "") for run, found in latin]
        changed |= _rewrite_runs(runs, f"{_A}t", _set_slide_font)
    return changed


def _rewrite_workbook(path: Path, target: Path) -> None:
    """Cell by cell; what openpyxl does not keep (drawings) is missing in the copy, which is only drawn."""
    with path.open("rb") as file:
        workbook = load_workbook(file, data_only=True, keep_links=False)
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                text, decoder = cell.value, decoder_of_font(cell.font.name)
                if not decoder or not isinstance(text, str):
                    continue
                read = decoder(text)
                if marked_syllables(read) >= marked_syllables(text):
                    cell.value, cell.font = read, _renamed(cell.font)
    workbook.save(target)


def _renamed(font: StyleProxy) -> Font:
    renamed: Font = copy(font)  # type: ignore[assignment]
    renamed.name = _FONT
    return renamed


def _rewrite_runs(
    runs: list[tuple[etree._Element, str]], text_tag: str, set_font: Callable[[etree._Element], None]
) -> bool:
    """Read the runs of old fonts anew, unless the paragraph then reads worse: Unicode in an old font is common."""
    old = [(run, decoder) for run, font in runs if (decoder := decoder_of_font(font))]
    texts = [(each, decoder) for run, decoder in old for each in _texts(run, text_tag)]
    before = "".join(each.text or "" for each, _ in texts)
    _join_marks(texts)
    after = [decoder(each.text or "") for each, decoder in texts]
    if not texts or marked_syllables("".join(after)) < marked_syllables(before):
        return False
    for (each, _), read in zip(texts, after, strict=True):
        each.text = read
    for run, _ in old:
        set_font(run)
    return True


def _join_marks(texts: list[tuple[etree._Element, Decoder]]) -> None:
    """A mark of VNI that begins a run goes to the letter at the end of the run before."""
    for (each, decoder), (following, _) in pairwise(texts):
        letter, mark = (each.text or "")[-1:], (following.text or "")[:1]
        if letter and mark and len(decoder(letter + mark)) == 1:
            each.text, following.text = (each.text or "") + mark, (following.text or "")[1:]


def _texts(run: etree._Element, tag: str) -> list[etree._Element]:
    """The texts of a run; Word's optional hyphen is the letter ư of TCVN3 and becomes one."""
    for hyphen in run.findall(f"{W}softHyphen"):
        hyphen.tag, hyphen.text = tag, "\u00ad"
    return run.findall(tag)


def _set_word_font(run: etree._Element) -> None:
    properties = run.find(f"{W}rPr")
    if properties is None:
        properties = etree.Element(f"{W}rPr")
        run.insert(0, properties)
    for fonts in properties.findall(f"{W}rFonts"):
        properties.remove(fonts)
    fonts = etree.Element(
        f"{W}rFonts", {f"{W}{name}": _FONT for name in ("ascii", "hAnsi", "cs", "eastAsia")}
    )
    style = properties.find(f"{W}rStyle")
    properties.insert(0 if style is None else 1, fonts)


def _set_slide_font(run: etree._Element) -> None:
    for latin in run.iterfind(f"{_A}rPr/{_A}latin"):
        latin.set("typeface", _FONT)
