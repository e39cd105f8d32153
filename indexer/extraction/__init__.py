"""Text and pictures out of uploaded files, read in a child process because uploads are hostile.

Importing this package loads no parser: lxml, pypdfium2, openpyxl and Pillow live in the child only.
"""

from __future__ import annotations

from indexer.extraction.extracted import Extracted, Limits, Reason, Rendered
from indexer.extraction.formats import can_extract, extract_text
from indexer.extraction.isolation import run_extraction, run_rendering

__all__ = [
    "Extracted",
    "Limits",
    "Reason",
    "Rendered",
    "can_extract",
    "extract_text",
    "run_extraction",
    "run_rendering",
]
