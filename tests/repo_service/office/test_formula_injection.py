"""No text of a person becomes a formula in a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from repo_service.office import Sheet, write_csv, write_xlsx
from repo_service.office.sheets import Cell

HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    '=HYPERLINK("http://x")',
    "{=1+1}",
    "http://example.org/",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_excel_gets_text_cells_only(text: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [Sheet(text, [text], [[text]])])
    cells = [cell for row in load_workbook(tmp_path / "a.xlsx").active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
        assert "xl/worksheets/_rels/sheet1.xml.rels" not in package.namelist()  # no links out


@pytest.mark.parametrize("text", HOSTILE[:9])
def test_csv_text_never_starts_a_formula(text: str) -> None:
    stream = io.BytesIO()
    write_csv(stream, Sheet("x", [text], [[text, "ô sau"]]))
    for row in csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")):
        assert row[0] == f"'{text}"


def test_numbers_and_dates_stay_numbers_and_dates(tmp_path: Path) -> None:
    row: list[Cell] = [
        -5,
        1.25,
        True,
        dt.date(2026, 9, 5),
        dt.datetime(2026, 9, 5, 7, 30, tzinfo=dt.UTC),
        None,
    ]
    write_xlsx(tmp_path / "a.xlsx", [Sheet("x", ["a"], [row])])
    values = [cell.value for cell in load_workbook(tmp_path / "a.xlsx").active[2]]
    assert values[:3] == [-5, 1.25, True]
    assert [value.strftime("%d/%m/%Y %H:%M") for value in values[3:5]] == [
        "05/09/2026 00:00",
        "05/09/2026 07:30",
    ]
    stream = io.BytesIO()
    write_csv(stream, Sheet("x", ["a"], [row]))
    assert (
        stream.getvalue().decode("utf-8-sig").splitlines()[1] == "-5,1.25,True,05/09/2026,05/09/2026 07:30,"
    )


def test_csv_opens_in_excel_with_its_marks(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", Sheet("x", ["Họ tên"], [["Đặng"]]))
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + "Họ tên\r\nĐặng\r\n".encode()


def test_long_identifiers_and_long_texts_are_kept_readable(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [Sheet("x", ["a"], [[12345678901234567890, "ệ" * 40_000, float("inf")]])])
    number, text, infinite = [cell.value for cell in load_workbook(tmp_path / "a.xlsx").active[2]]
    assert number == "12345678901234567890"
    assert text == "ệ" * 32_767
    assert infinite == "inf"


def test_sheet_names_that_excel_forbids_are_put_right(tmp_path: Path) -> None:
    names = ["Lớp 6/1: điểm [HK1]?", "'", "x" * 50]
    write_xlsx(tmp_path / "a.xlsx", [Sheet(name, ["a"], []) for name in names])
    assert load_workbook(tmp_path / "a.xlsx").sheetnames == ["Lớp 6 1  điểm  HK1", "Sheet2", "x" * 31]


def test_rows_are_read_once_and_in_order(tmp_path: Path) -> None:
    def rows() -> Iterator[list[Cell]]:
        yield from ([number] for number in range(5000))

    write_xlsx(tmp_path / "a.xlsx", [Sheet("x", ["a"], rows())])
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == list(range(5000))
