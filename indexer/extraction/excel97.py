"""Excel before 2007 (.xls): the values of every sheet, row by row, each text by the font of its cell."""

from __future__ import annotations

from pathlib import Path

import xlrd

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered
from indexer.extraction.legacy_encodings import read_runs


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add sheet names and rows; cells of a row share a line."""
    if path.stat().st_size > limits.member:
        raise Refused("too_big")
    try:
        book = xlrd.open_workbook(path, formatting_info=True, on_demand=True)
    except xlrd.XLRDError as error:
        raise Refused("encrypted" if "encrypted" in str(error).lower() else "damaged") from error
    with book:
        for name in book.sheet_names():
            gathered.add(name)
            sheet = book.sheet_by_name(name)
            for row in range(sheet.nrows):
                cells = (_cell_text(book, sheet, row, column) for column in range(sheet.row_len(row)))
                gathered.add(" ".join(text for text in cells if text))
            book.unload_sheet(name)


def _cell_text(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_TEXT:
        return str(value) if value.isascii() else read_runs([(value, _font(book, sheet, row, column))])
    if kind == xlrd.XL_CELL_DATE:
        return _date(value, book.datemode)
    if kind == xlrd.XL_CELL_NUMBER:
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    return ""


def _font(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    return str(book.font_list[style.font_index].name)


def _date(value: float, datemode: int) -> str:
    try:
        return f"{xlrd.xldate_as_datetime(value, datemode):%d/%m/%Y}"
    except (OverflowError, ValueError):
        return str(value)
