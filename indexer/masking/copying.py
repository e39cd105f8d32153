"""The masked copy of one file: which formats there are, and the package written anew with its changed parts."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits
from indexer.extraction.packages import Package, open_package
from indexer.masking.needles import MASK, Needles
from indexer.masking.runs import mask_paragraphs
from indexer.masking.workbooks import is_read, mask_workbook

__all__ = ["LARGEST", "MASK", "MASKED_ENDINGS", "can_mask", "mask_file"]

LARGEST = 20 * 1024 * 1024
"""Bytes of a file that is masked while a person waits; of larger ones the author cuts the list out."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
_WORD, _SLIDES, _SHEET = (
    f"{_OFFICE}.{kind}"
    for kind in ("wordprocessingml.document", "presentationml.presentation", "spreadsheetml.sheet")
)
_NAMESPACES = {
    _WORD: ("word/", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    _SLIDES: ("ppt/", "http://schemas.openxmlformats.org/drawingml/2006/main"),
}
_TEXTS = ("text/plain", "text/csv", "text/markdown")
MASKED_ENDINGS = (".docx", ".pptx", ".xlsx", ".txt", ".csv", ".md")
"""How names of such files end."""
LIMITS = Limits(member=16 * 1024 * 1024, unpacked=64 * 1024 * 1024)
"""Smaller than for reading, which happens in a child of its own."""
Changes = list[tuple[str, str]]


def can_mask(media_type: str) -> bool:
    """Whether Kho can put words out in such files; a PDF or a picture is for its author to mend."""
    return media_type in (*_NAMESPACES, _SHEET, *_TEXTS)


def mask_file(source: Path, target: Path, media_type: str, said: Sequence[str]) -> Changes:
    """Write a copy of `source` to `target` with the words of `said` put out; (before, after) of what changed.

    Nothing is written when nothing was found. Raises what the readers raise: Refused, BadZipFile, XMLSyntaxError.
    """
    needles = Needles.of(said)
    if media_type in _TEXTS:
        return _mask_text(source, target, needles)
    with open_package(source, LIMITS) as package:
        parts, changes = _mask_parts(package, media_type, needles)
    if changes:
        _write(source, target, parts)
    return changes


def _mask_text(source: Path, target: Path, needles: Needles) -> Changes:
    text = source.read_bytes().decode("utf-8-sig")
    lines = text.splitlines(keepends=True)
    masked = [needles.masked(line) for line in lines]
    changes = [
        (before.strip(), after.strip()) for before, after in zip(lines, masked, strict=True) if before != after
    ]
    if changes:
        target.write_bytes("".join(masked).encode())
    return changes


def _mask_parts(package: Package, media_type: str, needles: Needles) -> tuple[dict[str, bytes], Changes]:
    if media_type == _SHEET:
        roots = {name: package.read_xml(name) for name in package.names if is_read(name)}
        changes = mask_workbook(roots, needles)
        return _serialised(roots), changes
    folder, namespace = _NAMESPACES[media_type]
    parts: dict[str, bytes] = {}
    changes = []
    for name in sorted(name for name in package.names if name.startswith(folder) and name.endswith(".xml")):
        root = package.read_xml(name)
        if found := mask_paragraphs(root, namespace, needles):
            parts |= _serialised({name: root})
            changes += found
    return parts, changes


def _serialised(roots: dict[str, etree._Element]) -> dict[str, bytes]:
    return {
        name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        for name, root in roots.items()
    }


def _write(source: Path, target: Path, parts: dict[str, bytes]) -> None:
    """The package again, its members in their order; those of `parts` are new."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, parts.get(info.filename) or old.read(info))
