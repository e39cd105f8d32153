"""SearchEngine on tantivy: readers that follow every commit, one lazy writer, rebuild by swap."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from indexer.abbreviations import Abbreviations
from indexer.document import HIDDEN_STATES, SCHEMA_VERSION, Change, Document
from indexer.engines.embedded.clauses import Clause, ClauseBuilder, all_of
from indexer.engines.embedded.guard import engine_errors
from indexer.engines.embedded.ordering import top_hits
from indexer.engines.embedded.schema import ENGINE_VERSION, shown_text
from indexer.engines.embedded.searching import Search
from indexer.engines.embedded.store import OpenIndex, Store
from indexer.engines.embedded.writing import UPDATE_HEAP, fill, newest, tombstones, write_changes
from indexer.errors import EngineUnavailable, SchemaMismatch
from indexer.explaining import Explanation
from indexer.query import SearchRequest, Sort, read_query
from indexer.ranking import SUGGEST_POOL, HalfTyped, half_typed, likeness
from indexer.results import IndexStatus, ItemResult, SearchResult, Suggestion


class _View(NamedTuple):
    """A snapshot for reading and what it was made from."""

    opened: OpenIndex
    mark: object
    searcher: tantivy.Searcher
    clauses: ClauseBuilder


class _Writer(NamedTuple):
    opened: OpenIndex
    writer: tantivy.IndexWriter


class EmbeddedEngine:
    """See `indexer.interface.SearchEngine`. Safe for many threads; one process at a time writes a folder."""

    def __init__(self, store: Store, abbreviations: Abbreviations) -> None:
        self._store = store
        self._abbreviations = abbreviations
        self._read_lock = threading.Lock()
        self._write_lock = threading.RLock()
        self._rebuild_lock = threading.Lock()
        self._view: _View | None = None
        self._writer: _Writer | None = None
        self._commits = 0
        self._arrivals: list[Change] | None = None
        self._suspect = False

    def ensure_schema(self) -> IndexStatus:
        """Create an empty index when there is none; the status tells of a mismatch."""
        with engine_errors(), self._write_lock:
            if self._store.current_name() is None:
                self._store.use(self._store.create().name)
        return self.status()

    def apply(self, batch: Sequence[Change]) -> list[ItemResult]:
        """Write one batch in one commit; EngineUnavailable while another process holds the writer."""
        with self._write_lock, self._watched():
            opened, writer = self._open_writer()
            try:
                results = write_changes(opened.index, writer, batch)
            except BaseException:
                self._writer = None  # a half-written batch goes with its writer
                raise
            self._commits += 1
            if self._arrivals is not None:
                self._arrivals = list(newest([*self._arrivals, *batch]).values())
        return results

    def search(self, request: SearchRequest) -> SearchResult:
        """One page with exact total, facets and snippets."""
        with self._watched():
            view = self._read()
            return self._search(view, request).run()

    def explain(self, request: SearchRequest) -> Explanation:
        """The page with every score taken apart."""
        with self._watched():
            view = self._read()
            return self._search(view, request).explain()

    def suggest(self, prefix: str, limit: int, access: Sequence[str]) -> list[Suggestion]:
        """Titles that hold the earlier syllables and one that begins as the last."""
        typed = half_typed(prefix)
        if typed is None or limit < 1:
            return []
        with self._watched():
            view = self._read()
            query = _suggestion_query(view.clauses, typed, access)
            return _distinct_titles(view.searcher, query, limit)

    def similar(self, document_id: str, limit: int, access: Sequence[str]) -> list[str]:
        """Records that share words and pairs of words with the title and description."""
        with self._watched():
            view = self._read()
            visible = [
                *view.clauses.visible(access),
                (Occur.MustNot, view.clauses.any_of("state", HIDDEN_STATES)),
            ]
            itself = view.clauses.term("id", document_id)
            found = view.searcher.search(
                all_of([*view.clauses.visible(access), (Occur.Must, itself)]), 1
            ).hits
            if not found or limit < 1:
                return []
            likeness = _likeness(view.clauses, view.searcher.doc(found[0][1]))
            others = [(Occur.MustNot, itself), (Occur.MustNot, view.clauses.any_of("state", HIDDEN_STATES))]
            query = all_of([*visible, *others, (Occur.Must, likeness)])
            hits = view.searcher.search(query, limit, count=False).hits
            return [str(view.searcher.doc(address).get_first("id")) for _, address in hits]

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill a new index while the old one answers, carry over what arrived meanwhile, swap."""
        if not self._rebuild_lock.acquire(blocking=False):
            raise EngineUnavailable("a rebuild is running")
        try:
            fresh = self._begin_rebuild()
            count, marks = fill(fresh.index, documents)
            with self._write_lock, engine_errors():
                self._store.keep(fresh.name, marks)
                self._swap(fresh)
            return count
        finally:
            self._arrivals = None
            self._rebuild_lock.release()

    def status(self, *, thorough: bool = False) -> IndexStatus:
        """Counts come from the index in use; `needs_rebuild` is the reason why there is none.

        After an answer that failed, every byte is read once, whoever asks.
        """
        try:
            with self._watched():
                view = self._read()
                if thorough or self._suspect:
                    self._check(view.opened.name)
                live = view.clauses.term_number("deleted", 0)
                documents = int(view.searcher.search(live, 1).count or 0)  # type: ignore[attr-defined]
                committed = self._store.last_commit(view.opened.name)
            learnt = view.opened.marks.documents
            return IndexStatus(documents, committed, ENGINE_VERSION, SCHEMA_VERSION, learnt_from=learnt)
        except SchemaMismatch as error:
            return IndexStatus(0, None, ENGINE_VERSION, SCHEMA_VERSION, str(error))
        except EngineUnavailable:
            try:
                self._check(self._store.current_name() or "")
            except SchemaMismatch as error:
                return IndexStatus(0, None, ENGINE_VERSION, SCHEMA_VERSION, str(error))
            raise

    def close(self) -> None:
        """Give back the writer's lock."""
        with self._write_lock, engine_errors():
            self._close_writer()
            self._view = None

    def _search(self, view: _View, request: SearchRequest) -> Search:
        text = read_query(request.text, self._abbreviations, view.opened.marks)
        return Search(view.searcher, view.clauses, request, text)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Errors of the library become ours, and the next status looks for damage."""
        try:
            with engine_errors():
                yield
        except EngineUnavailable:
            self._suspect = True
            raise

    def _check(self, name: str) -> None:
        self._suspect = False
        self._store.check(name)

    def _read(self) -> _View:
        """The snapshot of the newest commit of any process; costs two file look-ups when nothing changed."""
        name = self._store.current_name()
        if name is None:
            raise SchemaMismatch("there is no index yet")
        mark = (self._store.commit_mark(name), self._commits)
        view = self._view
        if view is not None and view.opened.name == name and view.mark == mark:
            return view
        with self._read_lock:
            view = self._view
            opened = view.opened if view and view.opened.name == name else self._store.open(name)
            opened.index.reload()
            self._view = _View(opened, mark, opened.index.searcher(), ClauseBuilder(opened.index.schema))
            return self._view

    def _open_writer(self) -> _Writer:
        """The writer of the index in use; another process may swap it, so look again."""
        while True:
            name = self._store.current_name()
            if name is None:
                raise SchemaMismatch("there is no index yet")
            if self._writer is not None and self._writer.opened.name == name:
                return self._writer
            self._close_writer()
            opened = self._store.open(name)
            self._writer = _Writer(opened, opened.index.writer(UPDATE_HEAP, 1))
            self._writer.writer.garbage_collect_files()  # what a killed process left behind

    def _close_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.writer.wait_merging_threads()

    def _begin_rebuild(self) -> OpenIndex:
        """Hold the old index's writer, so that no other process changes it; note what arrives."""
        with self._write_lock, engine_errors():
            with suppress(SchemaMismatch):  # nothing to protect: no index, or none that can be read
                self._open_writer()
            self._store.discard_others(self._store.current_name() or "")
            self._arrivals = []
            return self._store.create()

    def _swap(self, fresh: OpenIndex) -> None:
        old = self._writer
        carried: list[Change] = []
        if old:
            with suppress(EngineUnavailable), engine_errors():  # a damaged index remembers nothing
                carried += tombstones(old.opened.index)
        writer = fresh.index.writer(UPDATE_HEAP, 1)
        write_changes(fresh.index, writer, [*carried, *(self._arrivals or [])])
        self._store.use(fresh.name)
        self._commits += 1
        with suppress(EngineUnavailable), engine_errors():
            self._close_writer()
        self._writer = _Writer(fresh, writer)


def _suggestion_query(clauses: ClauseBuilder, typed: HalfTyped, access: Sequence[str]) -> Query:
    parts: list[Clause] = [*clauses.visible(access), (Occur.MustNot, clauses.any_of("state", HIDDEN_STATES))]
    parts += [(Occur.Must, clauses.term("title", word)) for word in typed.whole]
    parts.append((Occur.Must, clauses.prefix(typed.last)))
    return all_of([*parts, *clauses.optional(typed.ranking)])


def _distinct_titles(searcher: tantivy.Searcher, query: Query, limit: int) -> list[Suggestion]:
    pool = max(SUGGEST_POOL, limit)
    ranked, _ = top_hits(searcher, query, Sort.RELEVANCE, pool)
    found: dict[str, Suggestion] = {}
    for hit in ranked[:pool]:
        stored = searcher.doc(hit.address)
        title = shown_text(stored, "title_text")
        suggestion = Suggestion(title, str(stored.get_first("kind")), str(stored.get_first("id")))
        found.setdefault(title.casefold(), suggestion)
        if len(found) == limit:
            break
    return list(found.values())


def _likeness(clauses: ClauseBuilder, stored: tantivy.Document) -> Query:
    title, descr = (shown_text(stored, name) for name in ("title_text", "descr_text"))
    return all_of(clauses.optional(likeness(title, descr)))
