"""Takes people's names out of a PDF that Kho made: the author and other facts that the Office file carried along."""

from __future__ import annotations

import re
from pathlib import Path

_VALUE = rb"(<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\))"
_FACTS = re.compile(rb"(/(?:Author|Title|Subject|Keywords|Company|Manager|LastModifiedBy)\s*)" + _VALUE)
_PACKET = re.compile(rb"(<rdf:RDF\b)(.*?)(</rdf:RDF>)", re.DOTALL)


def strip_metadata(pdf: Path) -> None:
    """Blank the facts of `pdf` in place, byte for byte as long as they were, so that every offset stays right.

    Only for PDFs written by our own converter: its facts are plain objects and its XMP packet is not compressed.
    """
    content = pdf.read_bytes()
    begin = content.rfind(b"/Producer")
    blanked = _blank_facts(content, begin) if begin >= 0 else content
    blanked = _PACKET.sub(lambda found: found[1] + b" " * len(found[2]) + found[3], blanked)
    assert len(blanked) == len(content)
    if blanked != content:
        pdf.write_bytes(blanked)


def _blank_facts(content: bytes, near: int) -> bytes:
    """Inside the dictionary that also names the producer: nothing else in the file is touched."""
    start, end = content.rfind(b"obj", 0, near), content.find(b"endobj", near)
    facts = _FACTS.sub(lambda found: found[1] + _emptied(found[2]), content[start:end])
    return content[:start] + facts + content[end:]


def _emptied(value: bytes) -> bytes:
    """The value with nothing in it, as long as before."""
    return value[:1] + b" " * (len(value) - 2) + value[-1:]
