"""Files written from plain values: docx, pptx, xlsx, csv and pdf. The same values always give the same bytes.

The writers import their libraries when they are called, so a web process that never writes a PDF stays small.
"""

from __future__ import annotations

from repo_service.office.docx import write_docx
from repo_service.office.paper import Block, BulletList, Deck, Heading, Paper, Paragraph, Slide, Table, Target
from repo_service.office.pdf import FontNotFoundError, write_pdf
from repo_service.office.pptx import write_pptx
from repo_service.office.sheets import Cell, Sheet, write_csv, write_xlsx

__all__ = [
    "Block",
    "BulletList",
    "Cell",
    "Deck",
    "FontNotFoundError",
    "Heading",
    "Paper",
    "Paragraph",
    "Sheet",
    "Slide",
    "Table",
    "Target",
    "write_csv",
    "write_docx",
    "write_pdf",
    "write_pptx",
    "write_xlsx",
]
