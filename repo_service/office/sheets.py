"""Tables for spreadsheets: xlsx and csv, streamed row by row, in which no text can become a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repo_service.office.paper import FIXED_DATE, Target, printable

Cell = str | int | float | bool | dt.date | dt.datetime | None
# A cell that opens with one of these is run as a formula by spreadsheets reading CSV.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_NAME_FORBIDS = re.compile(r"[\[\]:*?/\\]")
_LONGEST_CELL = 32_767
_LARGEST_EXACT = 10**15  # Excel keeps 15 digits: a longer number is an identifier, so it stays text


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the head, and rows that are read once, in order."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_xlsx(target: Target, sheets: Sequence[Sheet]) -> None:
    """Write the sheets as .xlsx in constant memory. Text is always a text cell, never a formula or a link."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": FIXED_DATE.replace(tzinfo=None), "author": ""})
        bold = book.add_format({"bold": True})
        formats: dict[type, Any] = {
            dt.date: book.add_format({"num_format": "dd/mm/yyyy"}),
            dt.datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        for sheet in sheets:
            page = book.add_worksheet(
                _SHEET_NAME_FORBIDS.sub(" ", printable(sheet.name)).strip("' ")[:31] or None
            )
            page.freeze_panes(1, 0)
            for column, text in enumerate(sheet.head):
                page.write_string(0, column, _cell_text(text), bold)
            for number, row in enumerate(sheet.rows, start=1):
                for column, value in enumerate(row):
                    _write_cell(page, number, column, value, formats)


def _write_cell(page: Any, row: int, column: int, value: Cell, formats: dict[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) < _LARGEST_EXACT:
        page.write_number(row, column, value)
    elif isinstance(value, dt.datetime):
        page.write_datetime(row, column, value.replace(tzinfo=None), formats[dt.datetime])
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, formats[dt.date])
    else:
        page.write_string(row, column, _cell_text(str(value)))


def _cell_text(text: str) -> str:
    return printable(text)[:_LONGEST_CELL]


def write_csv(target: Target, sheet: Sheet) -> None:
    """Write one sheet as CSV, UTF-8 with a byte order mark so that Excel shows the marks.

    Text that would start a formula gets an apostrophe in front; numbers stay numbers.
    """
    if isinstance(target, Path):
        with target.open("wb") as stream:
            write_csv(stream, sheet)
        return
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text)
        writer.writerow([_guarded(name) for name in sheet.head])
        writer.writerows([_guarded(value) for value in row] for row in sheet.rows)
    finally:
        text.detach()  # the stream belongs to the caller: do not close it


def _guarded(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, dt.date):
        return value.strftime("%d/%m/%Y")
    text = str(value)
    if isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA_START):
        return f"'{text}"
    return text
