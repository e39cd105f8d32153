"""What a reader may ask of the search, as one plain value; addresses and the API carry the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from repo_service.core import clock

MOST_TEXT = 10_000
MOST_VALUES = 100
LARGEST_PAGE = 100
DEEPEST_HIT = 10_000

FACETS = ("type", "grade", "subject", "feature", "textbook", "cluster", "school_year", "level")
"""Filters that are counted, in the order of the page."""
STATES = ("active", "replaced", "retired")
"""Replaced and retired works are found only when asked for; withdrawn ones never."""
SORTS = ("relevance", "newest", "title")
"""None by popularity (R26)."""
RANGES = ("from_year", "to_year", "updated_from", "updated_to")
"""School years (2026-2027) and days (2026-09-01), both ends included."""
FEATURES = ("san-pham-nam", "da-day", "hoa-nhap", "nhan-rong")


@dataclass(frozen=True)
class SearchParams:
    """One search. Values inside a filter are OR, filters among each other AND; `page` counts from 1."""

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)
    """Bounds by the names of RANGES."""
    ignored: tuple[str, ...] = ()
    """Codes of what Kho understood but the reader does not want preferred (`bo=`)."""
    sort: str = "relevance"
    page: int = 1
    size: int = 20
    cursor: str | None = None
    """Where the page before ended; it wins over `page`, which then only counts along."""

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values chosen in a filter."""
        return tuple(self.filters.get(name, ()))

    @property
    def filter_count(self) -> int:
        """How many values and bounds are chosen."""
        return sum(map(len, self.filters.values())) + len(self.ranges)

    @property
    def last_page(self) -> int:
        """The deepest page that may be asked for by its number."""
        return max(1, DEEPEST_HIT // self.size)

    @property
    def school_starts(self) -> tuple[int | None, int | None]:
        """Calendar years in which the first and the last school year of the range begin."""
        first, last = (self.ranges.get(name, "")[:4] for name in ("from_year", "to_year"))
        return int(first) if first else None, int(last) if last else None

    @property
    def updated(self) -> tuple[datetime | None, datetime | None]:
        """First and last moment of the range of days, as the clock on the wall in Vietnam shows them."""
        first, last = (self.ranges.get(name) for name in ("updated_from", "updated_to"))
        return clock.day_begins(date.fromisoformat(first)) if first else None, (
            clock.day_begins(date.fromisoformat(last) + timedelta(days=1)) - timedelta(seconds=1) if last else None
        )
