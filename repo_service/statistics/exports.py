"""The figures as sheets: the same rows and words as on the page."""

from __future__ import annotations

from repo_service.core.i18n import _
from repo_service.curriculum.queries import vocabularies
from repo_service.office.sheets import Cell, Sheet
from repo_service.statistics.figures import MEASURES, Figures
from repo_service.ui.formats import moment, school_year


def title(figures: Figures) -> str:
    """What the page and the document are called."""
    year = school_year(figures.filters.school_year)
    if figures.place:
        return str(_("Số liệu năm học %(year)s · %(place)s", year=year, place=figures.place))
    return str(_("Số liệu năm học %(year)s toàn tỉnh", year=year))


def sentences(figures: Figures) -> list[str]:
    """What is narrowed to, and as of when."""
    lists, filters = vocabularies(), figures.filters
    chosen = [
        *([lists.label("subjects", filters.subject)] if filters.subject else []),
        *([lists.label("resource_types", filters.type)] if filters.type else []),
    ]
    narrowed = _("Chỉ tính: %(what)s.", what=", ".join(chosen)) if chosen else ""
    counted = _("Kho tính lúc %(moment)s.", moment=moment(figures.counted_at)) if figures.counted_at else ""
    return [str(text) for text in (narrowed, counted) if text]


def month_sheet(figures: Figures) -> Sheet:
    """Months in order, and the year in the last row."""
    rows: list[list[Cell]] = [[line.label, *line.counts] for line in figures.months]
    if rows:
        rows.append([str(_("Cả năm học")), *figures.totals])
    return Sheet(_("Theo tháng"), [_("Tháng"), *map(str, MEASURES.values())], rows)


def signal_sheet(figures: Figures) -> Sheet:
    """The signals of use, over the year."""
    rows: list[list[Cell]] = [[words, count] for _code, words, count in figures.signals]
    return Sheet(_("Dấu hiệu có ích"), [_("Dấu hiệu"), _("Cả năm học")], rows)


def subject_sheet(figures: Figures) -> Sheet:
    """Subjects in the order of the programme; a work of two subjects counts for both."""
    rows: list[list[Cell]] = [[line.label, *line.counts] for line in figures.subjects]
    return Sheet(_("Theo môn"), [_("Môn, hoạt động giáo dục"), *map(str, MEASURES.values())], rows)
