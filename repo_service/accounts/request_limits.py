"""How fast one person, or all guests of one address, may search and download: machines are slowed down, people never.

Buckets of tokens in memory, one set per process: no statement, two microseconds. N processes let through N times as
much at most.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

MOST_BUCKETS = 50_000
"""Of so many askers at once those whose bucket is full again are forgotten; about 10 MB."""


@dataclass(frozen=True)
class Limit:
    """So many at once, and so many a second for good."""

    burst: int
    per_second: float


@dataclass(frozen=True)
class Limits:
    """Of one kind of request: for a person signed in, and for all guests of one address, which a school may share."""

    person: Limit
    address: Limit


SEARCH = Limits(Limit(1000, 10), Limit(3000, 60))
"""Nobody reads ten pages of results a second; a program of a school may look up a thousand titles at once."""
SUGGEST = Limits(Limit(2000, 20), Limit(6000, 150))
"""One for each pause while typing."""
DOWNLOAD = Limits(Limit(2000, 20), Limit(6000, 100))
"""A player or reader of PDF asks for a file in many pieces."""
EXPORT = Limits(Limit(100, 0.5), Limit(400, 2))
"""Whole packages and tables are made anew for each."""

OF_ENDPOINT: dict[str, Limits] = {
    "search.results": SEARCH,
    "search.similar": SEARCH,
    "search_api.SearchView": SEARCH,
    "saved_searches.new_finds": SEARCH,
    "search.suggestions": SUGGEST,
    "search_api.SuggestView": SUGGEST,
    "api_resources.read_file": DOWNLOAD,
    "api_resources.read_pdf": DOWNLOAD,
    "review_desk.download": DOWNLOAD,
    "api_resources.read_package": EXPORT,
    "api_interop.work_bag": EXPORT,
    "api_interop.product_bag": EXPORT,
    "collections.paper": EXPORT,
    "curation_results.summary_paper": EXPORT,
    "difficulties.box_file": EXPORT,
    "duty_board.board_file": EXPORT,
    "duty_board.years_file": EXPORT,
    "privacy.package": EXPORT,
    "statistics.figures_file": EXPORT,
}
"""The whole table, by the route's endpoint; what is not named has no limit of this kind."""


class RequestLimits:
    """The buckets of one process; safe to share between threads."""

    def __init__(self, generosity: float = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._generosity, self._clock = generosity, clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, int], tuple[float, float]] = {}
        """(who, of which limit) -> (tokens left, when)."""

    def take(self, endpoint: str, person_id: str | None, address: str) -> int:
        """Count one request; 0 when it may go on, else the seconds to wait."""
        limits = OF_ENDPOINT.get(endpoint)
        if limits is None or not self._generosity:
            return 0
        if person_id is not None:
            return self._take((person_id, id(limits)), limits.person)
        return self._take((network_of(address), id(limits)), limits.address)

    def _take(self, key: tuple[str, int], limit: Limit) -> int:
        burst, pace = max(1, limit.burst * self._generosity), limit.per_second * self._generosity
        with self._lock:
            moment = self._clock()
            left, since = self._buckets.get(key, (burst, moment))
            left = min(burst, left + (moment - since) * pace)
            if left < 1:
                return math.ceil((1 - left) / pace)
            if len(self._buckets) >= MOST_BUCKETS:
                self._forget_the_idle(moment)
            self._buckets[key] = (left - 1, moment)
            return 0

    def _forget_the_idle(self, moment: float) -> None:
        """Whoever did not ask for ten minutes has a full bucket anyway; a flood of addresses empties all."""
        recent = {key: bucket for key, bucket in self._buckets.items() if moment - bucket[1] < 600}
        self._buckets = recent if len(recent) < MOST_BUCKETS else {}


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the /64, which one household or school has to itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else address
