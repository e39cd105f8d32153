"""PowerPoint: slides in their shown order with tables, groups and diagrams, each followed by its notes."""

from __future__ import annotations

import posixpath
from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.legacy_encodings import read_runs
from indexer.extraction.markup_walk import local_name, walk
from indexer.extraction.office_maths import MATHS, linear_text
from indexer.extraction.packages import Package, open_package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PRESENTATION = "ppt/presentation.xml"
_WITHOUT = frozenset({"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"})
_FIELD = f"{_A}fld"
_BESIDE_SLIDE = ("notesSlide", "diagramData")


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add the text of every slide and of the notes below it."""
    with open_package(path, limits) as package:
        if _PRESENTATION not in package.names:
            raise Refused("damaged")
        slides = _slides_in_order(package)
        gathered.pages = len(slides)
        for slide in slides:
            _add_part(package.read_xml(slide), gathered)
            for kind, target in _relations(package, slide).values():
                if kind in _BESIDE_SLIDE and target in package.names:
                    _add_part(package.read_xml(target), gathered)


def _slides_in_order(package: Package) -> list[str]:
    relations = _relations(package, _PRESENTATION)
    listed = package.read_xml(_PRESENTATION).iterfind(f"{_P}sldIdLst/{_P}sldId")
    targets = [relations.get(slide.get(f"{_R}id", ""), ("", ""))[1] for slide in listed]
    return [target for target in targets if target in package.names]


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Relation id -> (last word of its type, member it points to)."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in package.names:
        return {}
    found = {}
    for relation in package.read_xml(rels):
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], target)
    return found


def _add_part(root: etree._Element, gathered: Gathered) -> None:
    rank = Rank.PLAIN
    for element in walk(root, _WITHOUT):
        if element.tag == f"{_P}sp":
            rank = _shape_rank(element)
        elif element.tag == f"{_P}graphicFrame":
            rank = Rank.PLAIN
        elif element.tag == f"{_A}p":
            gathered.add(_paragraph_text(element), rank)


def _shape_rank(shape: etree._Element) -> Rank:
    holder = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    kind = holder.get("type", "") if holder is not None else ""
    return {"ctrTitle": Rank.TITLE, "title": Rank.HEADING}.get(kind, Rank.PLAIN)


def _paragraph_text(paragraph: etree._Element) -> str:
    runs: list[tuple[str, str | None]] = []
    font = None
    for element in walk(paragraph, _WITHOUT | {_FIELD}):  # fields are slide numbers and dates
        if element.tag == f"{_A}r":
            latin = element.find(f"{_A}rPr/{_A}latin")
            font = latin.get("typeface") if latin is not None else None
        elif element.tag == f"{_A}t":
            runs.append((element.text or "", font))
        elif element.tag == MATHS:
            runs.append((f" {linear_text(element)} ", None))
        elif local_name(element) == "br":
            runs.append(("\n", None))
    return read_runs(runs)
