"""Excel workbooks: the values of every sheet, row by row; formulas give their stored result."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered
from indexer.extraction.legacy_encodings import read_runs
from indexer.extraction.packages import open_package


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add sheet names and rows; cells of a row share a line."""
    with open_package(path, limits) as package:
        if "xl/workbook.xml" not in package.names:
            raise Refused("damaged")
        package.check_prologs()
    # By handle: openpyxl judges a path by its ending, which keys of the store do not have.
    with path.open("rb") as file:
        _gather(file, gathered)


def _gather(file: BinaryIO, gathered: Gathered) -> None:
    workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        for sheet in workbook.worksheets:
            gathered.add(sheet.title)
            sheet.reset_dimensions()  # the declared size may claim a billion empty cells
            for row in sheet.iter_rows():
                gathered.add(" ".join(_cell_text(cell) for cell in row if cell.value is not None))
    finally:
        workbook.close()


def _cell_text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, str):
        return value if value.isascii() else read_runs([(value, cell.font.name)])
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
