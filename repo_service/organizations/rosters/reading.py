"""A list of people as a spreadsheet saves it: UTF-8 (or UTF-16), commas, semicolons or tabs, any order of columns."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass

from indexer.vietnamese import fold
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _

MOST_LINES = 2000
MOST_BYTES = 1 << 20

_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("ho va ten", "ho ten", "ho va ten giao vien", "ten giao vien", "name", "full name"),
    "family": ("ho", "ho dem", "ho va ten dem", "ho va dem", "ho va chu dem", "ho lot"),
    "given": ("ten",),
    "place": ("truong", "don vi", "ma truong", "truong hoc", "don vi cong tac", "noi cong tac", "cum", "school"),
    "role": ("vai tro", "chuc vu", "chuc danh", "role"),
    "email": ("email", "e-mail", "thu dien tu", "email truong", "dia chi email"),
    "username": ("ten dang nhap", "tai khoan", "username", "user name"),
    "form": ("xung ho", "thay/co", "form"),
}  # fmt: skip
"""Field -> headings it goes by, folded."""


@dataclass(frozen=True)
class Line:
    """One person as typed; `number` is the line in the file, the heading being 1."""

    number: int
    name: str
    place: str
    role: str = ""
    email: str = ""
    username: str = ""
    form: str = ""


def decoded(content: bytes) -> str:
    """The text of a file. InvalidInput for what is no text, or of an old encoding that would garble the names."""
    if len(content) > MOST_BYTES:
        raise _wrong(_("Tệp quá 1 MB. Chia làm hai rồi nhập từng tệp nhé."))
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong(
            _("Tệp không phải CSV dạng UTF-8. Trong Excel chọn Lưu thành, rồi chọn CSV UTF-8.")
        ) from None
    if "\x00" in text or "PK\x03\x04" in text[:8]:
        raise _wrong(_("Đây không phải tệp CSV. Trong Excel chọn Lưu thành, rồi chọn CSV UTF-8."))
    return unicodedata.normalize("NFC", text)


def read_lines(text: str) -> list[Line]:
    """The people of a list; empty lines are left out. InvalidInput says which column is missing, or where it breaks."""
    rows = _rows(text.lstrip("\ufeff"))
    number, heading = next(rows, (0, []))
    columns = _columns(heading)
    if "place" not in columns or not ("name" in columns or {"family", "given"} <= set(columns)):
        raise _wrong(_("Dòng đầu cần có cột Họ và tên, và cột Trường (tên hoặc mã)."))
    lines = []
    for number, cells in rows:
        if any(cells):
            lines.append(_line(number, columns, cells))
        if len(lines) > MOST_LINES:
            raise _wrong(
                _("Danh sách dài quá %(most)s dòng. Chia làm hai rồi nhập từng tệp nhé.", most=MOST_LINES)
            )
    if not lines:
        raise _wrong(_("Danh sách chưa có dòng nào dưới dòng tiêu đề."))
    return lines


def _rows(text: str):  # type: ignore[no-untyped-def]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    try:
        for cells in reader:
            yield reader.line_num, [" ".join(cell.split()) for cell in cells]
    except csv.Error:
        raise _wrong(_("Dòng %(number)s của tệp bị hỏng.", number=reader.line_num)) from None


def _delimiter(text: str) -> str:
    """What parts the heading; a spreadsheet in Vietnamese saves semicolons."""
    heading = text.lstrip().partition("\n")[0]
    return max(";\t,", key=heading.count)


def _columns(heading: list[str]) -> dict[str, int]:
    known = {name: field for field, names in _COLUMNS.items() for name in names}
    found: dict[str, int] = {}
    for place, title in enumerate(heading):
        field = known.get(fold(title).strip(" *:."))
        if field and field not in found:
            found[field] = place
    return found


def _line(number: int, columns: dict[str, int], cells: list[str]) -> Line:
    def cell(field: str) -> str:
        place = columns.get(field)
        return cells[place] if place is not None and place < len(cells) else ""

    name = cell("name") or f"{cell('family')} {cell('given')}".strip()
    rest = {field: cell(field) for field in ("place", "role", "email", "username", "form")}
    return Line(number, name, **rest)


def _wrong(words: str) -> InvalidInput:
    return InvalidInput({"file": [words]})
