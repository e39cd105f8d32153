"""Work on the whole index: apply a batch, fill it from the database, compare both ways and repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from indexer import Change, Document, Hit, Outcome, SchemaMismatch, SearchRequest, Sort
from repo_service.core.backends import search_engine
from repo_service.search.kinds import KINDS
from repo_service.search.parameters import STATES
from repo_service.search.queries import every_token
from storage_adapters.crashpoints import crashpoint

log = structlog.get_logger()

RESOURCES = KINDS["resource"]
REFILLED_VI = "Chỉ mục tìm kiếm thiếu, hỏng hoặc của bản khác: Kho lập lại từ cơ sở dữ liệu. Không bài nào bị mất."
REFILLED_EN = "The search index is missing, damaged or of another version: Kho fills it anew from the database."
FEW = 100
"""Works from which it pays to learn."""
_WALK = 1000


class IndexingFailed(Exception):
    """The engine refused some documents; their rows are tried again."""


def apply_changes(changes: Sequence[Change]) -> None:
    """Give the engine one batch; raises IndexingFailed with the reasons when it refuses some of it."""
    crashpoint("index.before_write")
    try:
        results = search_engine().apply(changes)
    except SchemaMismatch:
        prepare_index()
        results = search_engine().apply(changes)
    crashpoint("index.written")
    refused = [f"{result.id}: {result.reason}" for result in results if result.outcome is Outcome.FAILED]
    if refused:
        raise IndexingFailed("; ".join(refused[:20]))


def prepare_index(*, thorough: bool = False) -> bool:
    """Fill the index from the database when there is none that can be used; needs an open session.

    True when it had to be filled: a new installation, another engine or schema version, a damaged folder. With
    `thorough`, damage inside the files is looked for.
    """
    reason = search_engine().status(thorough=thorough).needs_rebuild
    if reason:
        log.warning("index_filled_from_database", reason=reason, vi=REFILLED_VI, en=REFILLED_EN)
        search_engine().rebuild(every_document())
        log.warning("index_filled", documents=search_engine().status().documents)
    return bool(reason)


def learn_from_growth() -> bool:
    """Fill anew an index that holds half as many works again as when it was filled; True when it was."""
    status = search_engine().status()
    if status.documents <= max(FEW, status.learnt_from * 3 // 2):
        return False
    log.info("index_learns_anew", documents=status.documents, learnt_from=status.learnt_from)
    search_engine().rebuild(every_document())
    return True


def every_document(progress: Callable[[int], None] = lambda _done: None) -> Iterator[Document]:
    """All that can be found, of every kind; `progress` hears how many were read so far."""
    done = 0
    for kind in KINDS.values():
        for document in kind.all_documents():
            done += 1
            if done % RESOURCES.BATCH == 0:
                progress(done)
            yield document
    crashpoint("index.read_through")
    progress(done)


@dataclass
class Drift:
    """How the index differs from the database."""

    missing: set[str] = field(default_factory=set)
    surplus: set[str] = field(default_factory=set)
    stale: set[str] = field(default_factory=set)
    """Held as they were at an earlier revision."""

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale)


def find_drift() -> Drift:
    """Compare the index with the database in both directions; needs an open session.

    Holds the ids and revisions of one side only, about 150 bytes each. What changes meanwhile may count as missing or
    stale: repairing it does what its outbox row would have done.
    """
    wanted = {key: value for kind in KINDS.values() for key, value in kind.findable_revisions().items()}
    drift = Drift()
    for hit in _indexed():
        revision = wanted.pop(hit.id, None)
        if revision is None:
            drift.surplus.add(hit.id)
        elif hit.revision < revision:
            drift.stale.add(hit.id)
    drift.missing = set(wanted)
    return drift


def _indexed() -> Iterator[Hit]:
    access = every_token()
    cursor: str | None = None
    while True:
        ask = SearchRequest(
            access=access, filters={"state": STATES}, sort=Sort.NEWEST, size=_WALK, cursor=cursor
        )
        result = search_engine().search(ask)
        yield from result.hits
        cursor = result.cursor
        if cursor is None:
            return


def repair(drift: Drift) -> None:
    """Write what is missing or old, take out what is too much; needs an open session."""
    ids = sorted(drift.missing | drift.surplus | drift.stale)
    for start in range(0, len(ids), RESOURCES.BATCH):
        apply_changes(RESOURCES.changes(ids[start : start + RESOURCES.BATCH]))
