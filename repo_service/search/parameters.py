"""What a reader may ask of the search, as one plain value; addresses and the API carry the same names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
FEATURES = ("san-pham-nam", "da-day", "hoa-nhap", "nhan-rong")


@dataclass(frozen=True)
class SearchParams:
    """One search. Values inside a filter are OR, filters among each other AND; `page` counts from 1."""

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Codes of what Kho understood but the reader does not want preferred (`bo=`)."""
    sort: str = "relevance"
    page: int = 1
    size: int = 20

    def chosen(self, name: str) -> tuple[str, ...]:
        """The values chosen in a filter."""
        return tuple(self.filters.get(name, ()))

    @property
    def filter_count(self) -> int:
        """How many values are chosen."""
        return sum(map(len, self.filters.values()))

    @property
    def last_page(self) -> int:
        """The deepest page that may be asked for."""
        return max(1, DEEPEST_HIT // self.size)
