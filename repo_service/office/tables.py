"""One or more tables as a file of the kind that was asked for: a workbook, comma-separated lines or a document."""

from __future__ import annotations

import io
from collections.abc import Sequence

from repo_service.office.docx import write_docx
from repo_service.office.paper import Block, Heading, Paper, Paragraph, Table
from repo_service.office.sheets import Sheet, write_csv, write_xlsx

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def write_tables(kind: str, title: str, lines: Sequence[str], sheets: Sequence[Sheet]) -> io.BytesIO:
    """The sheets as a file of one of `MEDIA_TYPES`, read from its start; csv holds the first sheet only.

    `title` and `lines` (sentences below it) stand in the document. A sheet's rows must be readable twice.
    """
    target = io.BytesIO()
    if kind == "xlsx":
        write_xlsx(target, sheets)
    elif kind == "csv":
        write_csv(target, sheets[0])
    else:
        blocks: list[Block] = [Paragraph(line) for line in lines if line]
        for sheet in sheets:
            if len(sheets) > 1:
                blocks.append(Heading(sheet.name))
            blocks.append(Table([list(sheet.head), *([str(value) for value in row] for row in sheet.rows)]))
        write_docx(target, Paper(title, blocks))
    target.seek(0)
    return target
