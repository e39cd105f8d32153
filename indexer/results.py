"""What a search door answers: plain values without any engine's types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one change; STALE counts as done."""

    DONE = "done"
    STALE = "stale"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ItemResult:
    """Outcome of one change of a batch, in the order of the batch."""

    id: str
    revision: int
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One found record. Both snippets are HTML: escaped text with <mark> around what was asked for."""

    id: str
    score: float
    title_snippet: str
    snippet: str
    kind: str = "resource"
    revision: int = 0
    """What the index holds of it: a comparison with the database sees whether that is old."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with its exact count under all other choices."""

    value: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page. `relaxed`: fewer words were required; `fuzzy`: a syllable was taken with one edit."""

    hits: Sequence[Hit]
    total: int
    facets: Mapping[str, Sequence[FacetValue]] = field(default_factory=dict)
    relaxed: bool = False
    fuzzy: bool = False
    cursor: str | None = None
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title that begins as typed."""

    text: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """State of the index; `needs_rebuild` holds the reason or is empty. `last_commit` in epoch seconds.

    `learnt_from`: records that it held when it was filled last, and learnt how words are written.
    """

    documents: int
    last_commit: float | None
    engine: str
    schema_version: int
    needs_rebuild: str = ""
    learnt_from: int = 0
