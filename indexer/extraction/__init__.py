"""Text and pictures out of uploaded files, read in a child process because uploads are hostile.

Importing this package loads no parser: lxml, pypdfium2, openpyxl and Pillow live in the child only.
"""

from __future__ import annotations

from indexer.extraction.extracted import Extracted, Limits, Reason, Rendered
from indexer.extraction.formats import READER_VERSION, can_extract, extract_text
from indexer.extraction.isolation import matching_rules, run_extraction, run_rendering
from indexer.extraction.program_runs import (
    Film,
    can_become_pages,
    can_have_poster,
    convert_to_pdf,
    look_at_film,
)
from indexer.extraction.reading import can_read, read_text

__all__ = [
    "READER_VERSION",
    "Extracted",
    "Film",
    "Limits",
    "Reason",
    "Rendered",
    "can_become_pages",
    "can_extract",
    "can_have_poster",
    "can_read",
    "convert_to_pdf",
    "extract_text",
    "look_at_film",
    "matching_rules",
    "read_text",
    "run_extraction",
    "run_rendering",
]
