"""The board as xlsx, csv and docx: the same rows, filters and words as on the screen."""

from __future__ import annotations

from collections.abc import Sequence

from repo_service.core.i18n import _
from repo_service.duty_board.cells import DUTIES
from repo_service.duty_board.rows import Board, Row, Years
from repo_service.office.sheets import Sheet
from repo_service.ui.formats import school_year
from repo_service.ui.frame import salutation


def units(row: Row) -> str:
    """ "4 đơn vị · cấp học, địa bàn"."""
    count = _("%(count)s đơn vị", count=row.schools)
    return " · ".join([count, ", ".join(row.kinds).lower()] if row.kinds else [count])


def leader(row: Row) -> str:
    """Whom to call, the way Kho speaks of people."""
    if not row.leads:
        return str(_("chưa cử"))
    return salutation(row.leads[0].form_of_address, row.leads[0].name)


def board_title(board: Board) -> str:
    """The title of the page and of the document."""
    return str(_("Việc năm học %(year)s của các cụm", year=school_year(board.filters.school_year)))


def board_sentence(board: Board) -> str:
    """The first sentence: what is true for all rows together."""
    if not board.rows:
        return str(_("Cụm đã có sản phẩm năm hay chưa, Kho tự tính; không ai phải báo cáo."))
    return str(
        _(
            "Năm học %(year)s: %(met)s trong %(count)s cụm đã có sản phẩm năm; %(left)s.",
            year=school_year(board.filters.school_year),
            met=board.with_product,
            count=len(board.rows),
            left=board.time_left,
        )
    )


def board_sheet(board: Board) -> Sheet:
    """Head and rows as on the screen, with what an opened cell says in the last column."""
    head = [_("Cụm"), _("Đơn vị"), *map(str, DUTIES.values()), _("Trưởng cụm"), _("Vì sao chưa xong")]
    return Sheet(_("Việc năm học"), head, [_line(row) for row in board.rows])


def _line(row: Row) -> Sequence[str]:
    reasons = " ".join(cell.reason for cell in row.cells if cell.reason)
    return [row.cluster.name, units(row), *(cell.words for cell in row.cells), leader(row), reasons]


def years_title(shown: Years) -> str:
    """The title of several years side by side."""
    return str(_("%(duty)s qua các năm học", duty=DUTIES[shown.duty]))


def years_sheet(shown: Years) -> Sheet:
    """One duty over the years; a dash where the cluster was not there."""
    head = [_("Cụm"), *map(school_year, shown.years)]
    rows = [[side.cluster.name, *(cell.words if cell else "–" for cell in side.cells)] for side in shown.rows]
    return Sheet(str(DUTIES[shown.duty]), head, rows)


def source() -> str:
    """Where the words come from, below the title of a document."""
    return str(_("Mọi số do Kho tính từ việc đã làm; không ai phải báo cáo. Các cụm xếp theo bảng chữ cái."))
