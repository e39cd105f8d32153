"""The figures of a school year for a viewer and a filter, as plain rows for page, files and API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from repo_service.core.errors import NotFound
from repo_service.core.i18n import _l
from repo_service.core.permissions import Viewer, may
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.province_settings import shown_school_year
from repo_service.statistics import policy, queries
from repo_service.statistics.counting import months_of_year
from repo_service.statistics.models import EVERYWHERE

MEASURES: dict[str, Any] = {
    "sent": _l("Bản gửi phản biện"),
    "published": _l("Bài công bố lần đầu"),
    "downloads": _l("Lượt tải"),
}
"""What is counted, in the order of the columns."""

SIGNALS: dict[str, Any] = {
    "improved": _l("Bản sửa sau góp ý đã công bố"),
    "taught": _l("Tiết dạy bằng bài trong Kho"),
}
"""Signals of substance beside the counts (R34): over the year, to understand, not to compare."""


@dataclass(frozen=True)
class Filters:
    """What the figures are narrowed to; empty means all."""

    school_year: str
    cluster: str = ""
    subject: str = ""
    type: str = ""


def filters_of(asked: Mapping[str, str]) -> Filters:
    """The filters of a request's address; a year that does not read as one is this year."""
    year = shown_school_year(asked.get("school_year", ""))
    return Filters(year, *(asked.get(name, "") for name in ("cluster", "subject", "type")))


@dataclass(frozen=True)
class Line:
    """One month or subject: its code, its words, and a count for each measure."""

    code: str
    label: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Figures:
    """Months in order, subjects in the order of the programme; never by size."""

    filters: Filters
    place: str
    """Name of the cluster; empty for the whole province."""
    months: Sequence[Line]
    subjects: Sequence[Line]
    signals: Sequence[tuple[str, str, int]]
    """(code, words, count over the year)."""
    clusters: Sequence[tuple[str, str]]
    counted_at: datetime | None

    @property
    def totals(self) -> list[int]:
        """Each measure over the year."""
        return [sum(line.counts[place] for line in self.months) for place in range(len(MEASURES))]


def read_figures(viewer: Viewer, filters: Filters) -> Figures:
    """Five statements at most; NotFound when neither the province nor the asked cluster is the viewer's to see."""
    clusters = queries.clusters_to_see(viewer)
    place, name = _place(viewer, filters, clusters)
    months = months_of_year(filters.school_year)
    monthly = queries.by_month(place, months, filters.subject, filters.type)
    subjects = queries.by_subject(place, months, filters.type)
    return Figures(
        Filters(filters.school_year, "" if place == EVERYWHERE else place, filters.subject, filters.type), name,
        [Line(month, f"{month[5:]}/{month[:4]}", _counts(monthly, month)) for month in months],
        [
            Line(code, vocabularies().label("subjects", code), _counts(subjects, code))
            for code in _in_order({subject for subject, measure in subjects if measure in MEASURES})
            if filters.subject in ("", code)
        ],
        [(code, str(words), sum(monthly.get((month, code), 0) for month in months)) for code, words in SIGNALS.items()],
        clusters, queries.counted_at(months),
    )  # fmt: skip


def _place(viewer: Viewer, filters: Filters, clusters: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The asked cluster; without one the province, or a lead's first cluster."""
    if filters.cluster:
        cluster = queries.find_cluster(viewer, filters.cluster)
        return cluster.id, cluster.name
    if may(viewer, policy.SEE.action, None):
        return EVERYWHERE, ""
    if not clusters:
        raise NotFound()
    return clusters[0]


def _counts(found: dict[tuple[str, str], int], key: str) -> list[int]:
    return [found.get((key, measure), 0) for measure in MEASURES]


def _in_order(codes: set[str]) -> list[str]:
    known = [code for code in vocabularies().terms("subjects") if code in codes]
    return known + sorted(codes - set(known))
