"""Writes changes into a tantivy index: by revision, one commit per batch, tombstones for deleted records."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import tantivy

from indexer.document import Change, Delete, Document
from indexer.engines.embedded.guard import engine_errors, is_panic
from indexer.engines.embedded.schema import to_tantivy, tombstone
from indexer.errors import BadRequest, EngineUnavailable
from indexer.fields import fields_of
from indexer.marks import Learner, Marks
from indexer.results import ItemResult, Outcome

UPDATE_HEAP = 30_000_000  # bytes
REBUILD_HEAP = 160_000_000
REBUILD_THREADS = 2
_CHUNK = 500


def write_changes(
    index: tantivy.Index, writer: tantivy.IndexWriter, batch: Sequence[Change]
) -> list[ItemResult]:
    """Apply the batch in one commit. A revision below the stored one is stale, an equal one is not."""
    index.reload()
    searcher = index.searcher()
    schema = index.schema
    stored: dict[str, int] = {}
    results = []
    for change in batch:
        if change.id not in stored:
            stored[change.id] = _stored_revision(searcher, schema, change.id)
        if change.revision < stored[change.id]:
            results.append(ItemResult(change.id, change.revision, Outcome.STALE))
            continue
        reason = _write(writer, schema, change)
        if not reason:
            stored[change.id] = change.revision
        results.append(
            ItemResult(change.id, change.revision, Outcome.FAILED if reason else Outcome.DONE, reason)
        )
    if any(result.outcome is Outcome.DONE for result in results):
        writer.commit()
    return results


def _write(writer: tantivy.IndexWriter, schema: tantivy.Schema, change: Change) -> str:
    """Put one change into the open batch; the reason when its content is refused."""
    try:
        if isinstance(change, Delete):
            document = tombstone(change.id, change.revision, schema)
        else:
            document = to_tantivy(fields_of(change.document), change.revision, schema)
    except Exception as error:  # noqa: BLE001 whatever is wrong with one record must not stop the others
        return f"{type(error).__name__}: {error}"
    except BaseException as error:
        if is_panic(error):
            return f"engine failure: {error}"
        raise
    writer.delete_documents_by_term("id", change.id)
    writer.add_document(document)
    return ""


def _stored_revision(searcher: tantivy.Searcher, schema: tantivy.Schema, document_id: str) -> int:
    hits = searcher.search(tantivy.Query.term_query(schema, "id", document_id), 1, count=False).hits
    if not hits:
        return -1
    return int(searcher.fast_field_values("revision", [hits[0][1]])[0] or 0)


def fill(index: tantivy.Index, documents: Iterable[Document]) -> tuple[int, Marks]:
    """Write all documents into a new index, check their count, learn from them. Errors of the iterator pass."""
    with engine_errors():
        writer = index.writer(REBUILD_HEAP, REBUILD_THREADS)
    count, learner = 0, Learner()
    source = iter(documents)
    while chunk := list(islice(source, _CHUNK)):
        with engine_errors():
            for document in chunk:
                count += 1
                try:
                    fields = fields_of(document)
                    writer.add_document(to_tantivy(fields, document.revision, index.schema))
                    learner.see(fields)
                except (ValueError, TypeError, OverflowError, AttributeError) as error:
                    raise BadRequest(f"document {document.id}: {error}") from error
    with engine_errors():
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        found = index.searcher().num_docs
    if found != count:
        raise EngineUnavailable(f"the new index holds {found} of {count} documents")
    return count, learner.marks


def tombstones(index: tantivy.Index) -> Iterator[Delete]:
    """Deleted records that the index remembers."""
    index.reload()
    searcher = index.searcher()
    query = tantivy.Query.term_query(index.schema, "deleted", 1)
    for _, address in searcher.search(query, max(searcher.num_docs, 1)).hits:
        stored = searcher.doc(address)
        yield Delete(str(stored.get_first("id")), int(stored.get_first("revision") or 0))


def newest(changes: Iterable[Change]) -> dict[str, Change]:
    """The newest change of every record; of equal revisions the last."""
    latest: dict[str, Change] = {}
    for change in changes:
        known = latest.get(change.id)
        if known is None or change.revision >= known.revision:
            latest[change.id] = change
    return latest
