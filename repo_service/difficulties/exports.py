"""The box as a sheet for the year's report: the rows and words of the screen (R37)."""

from __future__ import annotations

from collections.abc import Sequence

from repo_service.core.i18n import _
from repo_service.curriculum.queries import vocabularies
from repo_service.difficulties.lifecycle import DIFFICULTY_LABELS
from repo_service.difficulties.queries import Row
from repo_service.office.sheets import Sheet
from repo_service.ui.formats import day, school_year


def title(year: str) -> str:
    """What the page and the document are called."""
    return str(_("Khó khăn, vướng mắc năm học %(year)s", year=school_year(year)))


def sheet(rows: Sequence[Row]) -> Sheet:
    """One line for each, the newest first."""
    head = [
        _("Ngày gửi"),
        _("Trường"),
        _("Gửi tới"),
        _("Vấn đề"),
        _("Nội dung"),
        _("Tình trạng"),
        _("Trả lời"),
    ]
    return Sheet(_("Khó khăn"), head, [line(row) for row in rows])


def line(row: Row) -> list[str]:
    """The words of one row."""
    found = row.difficulty
    return [
        day(found.filed_at), row.school, row.body, topic(found.topic), found.text,
        str(DIFFICULTY_LABELS.get(found.state, found.state)), found.answer or "",
    ]  # fmt: skip


def topic(code: str) -> str:
    """The topic in words."""
    return vocabularies().label("difficulty_topics", code)
