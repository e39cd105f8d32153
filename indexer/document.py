"""The one list of searchable fields: what a caller hands in for every record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SCHEMA_VERSION = 5

TEXT_FIELDS = ("title", "descr", "body")
FILTER_FIELDS = (
    "type", "level", "grade", "subject", "cluster", "school", "school_year", "textbook", "licence",
    "theme", "audience", "purpose", "programme", "feature", "state", "sketch", "term", "week", "paper",
)  # fmt: skip
RANGE_FIELDS = ("updated_at", "school_start")
HIDDEN_STATES = ("replaced", "retired")  # found only when asked for (design.md section 5)


@dataclass(frozen=True, slots=True)
class Document:
    """One record. `revision` only ever grows; `updated_at` is in epoch seconds; `bonus` lies in -1..1.

    `school_start` is the calendar year in which its school year begins, 0 when it has none.
    `names` are found like words of `descr` but never shown: labels, places, people, old names.
    `access` holds tokens: a record is visible to a viewer who has at least one of them.
    `filters` maps names of FILTER_FIELDS to values; a missing state means "active".
    """

    id: str
    revision: int
    title: str
    descr: str = ""
    body: str = ""
    kind: str = "resource"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    access: Sequence[str] = ()
    updated_at: int = 0
    school_start: int = 0
    title_sort: str = ""
    bonus: float = 0.0
    names: str = ""


@dataclass(frozen=True, slots=True)
class Upsert:
    """Put the document in place of any older one with its id."""

    document: Document

    @property
    def id(self) -> str:
        """Id of the record."""
        return self.document.id

    @property
    def revision(self) -> int:
        """Revision of the record."""
        return self.document.revision


@dataclass(frozen=True, slots=True)
class Delete:
    """Take the record out; later upserts of a smaller revision stay out."""

    id: str
    revision: int


Change = Upsert | Delete
