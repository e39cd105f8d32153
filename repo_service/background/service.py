"""What an operator does with work that failed for good: try it again, or drop it with a reason; each act is audited."""

from __future__ import annotations

from sqlalchemy import func, select, update

from repo_service.background.words import REBUILD_TOPIC, REMAKE_TOPIC
from repo_service.core import outbox
from repo_service.core.audit import record
from repo_service.core.clock import now
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.outbox import OutboxRow

LONGEST_REASON = 500


def retry(actor_id: str | None, row_id: int) -> None:
    """Put one failed row back at the start of its attempts; NotFound when it is not on the list (any more)."""
    row = _failed(row_id)
    _put_back(OutboxRow.id == row_id)
    record(actor_id, "background.retried", "outbox", str(row_id), topic=row.topic, about=row.object_id)


def retry_all(actor_id: str | None) -> int:
    """Put every failed row back; returns how many there were."""
    dead = OutboxRow.dead_at.is_not(None)
    counted = select(OutboxRow.topic, func.count().label("rows")).where(dead).group_by(OutboxRow.topic)
    topics = {row.topic: row.rows for row in current_session().execute(counted)}
    if topics:
        _put_back(dead)
        record(actor_id, "background.retried", "outbox", "all", topics=topics)
    return sum(topics.values())


def drop(actor_id: str | None, row_id: int, reason: str) -> None:
    """Give one failed row up; the reason is required and goes into the audit trail."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput({"reason": [_("Ghi lí do, nhiều nhất %(count)s chữ.", count=LONGEST_REASON)]})
    row = _failed(row_id)
    row.done_at, row.dead_at = now(), None
    about = {"topic": row.topic, "about": row.object_id, "error": row.error, "reason": reason}
    record(actor_id, "background.dropped", "outbox", str(row_id), **about)


def ask_for_rebuild(actor_id: str | None) -> None:
    """Have a worker fill the search index anew; AlreadyExists while an earlier wish is unfinished."""
    if _is_unfinished(REBUILD_TOPIC):
        raise AlreadyExists(_("Chỉ mục đang được lập lại rồi."))
    outbox.emit(REBUILD_TOPIC, "index")
    record(actor_id, "index.rebuild_asked", "outbox", "index")


def ask_for_remaking(actor_id: str | None, which: str = "hopeful") -> None:
    """Have a worker look again at files that could not be read; AlreadyExists while an earlier wish is unfinished."""
    if _is_unfinished(REMAKE_TOPIC):
        raise AlreadyExists(_("Các tệp đang được đọc lại rồi."))
    outbox.emit(REMAKE_TOPIC, which)
    record(actor_id, "files.remake_asked", "outbox", which)


def _is_unfinished(topic: str) -> bool:
    unfinished = select(OutboxRow.id).where(OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
    return current_session().scalar(unfinished.where(OutboxRow.topic == topic).limit(1)) is not None


def _failed(row_id: int) -> OutboxRow:
    dead = select(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.dead_at.is_not(None))
    row = current_session().scalar(dead.with_for_update())
    if row is None:
        raise NotFound(_("Việc này không còn trong danh sách: có người vừa thử lại hoặc bỏ."))
    return row


def _put_back(which: object) -> None:
    fresh = {"dead_at": None, "holder": None, "attempts": 0, "available_at": now()}
    current_session().execute(update(OutboxRow).where(which).values(fresh))  # type: ignore[arg-type]
