"""How long each class of data is kept: a table, what would go now, and the purge that makes it so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, update

from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Database, current_session
from repo_service.core.i18n import _l
from repo_service.privacy.service import table_named

BATCH = 2000
Condition = Callable[[Table, datetime], ColumnElement[bool]]


@dataclass(frozen=True)
class Rule:
    """One class of data: `is_over` says which rows have been kept long enough at a moment."""

    code: str
    words: Any
    table: str
    days: int
    is_over: Condition
    empties: str | None = None
    """The column that is emptied; without one the row goes."""


def _older(column: str, days: int) -> Condition:
    return lambda table, moment: table.c[column] < moment - timedelta(days=days)


def _rule(code: str, words: Any, table: str, column: str, days: int, empties: str | None = None) -> Rule:
    return Rule(code, words, table, days, _older(column, days), empties)


def _named_downloads(table: Table, moment: datetime) -> ColumnElement[bool]:
    return (table.c.at < moment - timedelta(days=90)) & table.c.user_id.is_not(None)


RULES: tuple[Rule, ...] = (
    _rule("tim", _l("Từ đã tìm của mỗi người"), "recent_queries", "at", 180),
    Rule("tai", _l("Ai đã tải gì (số lượt vẫn giữ)"), "usage_events", 90, _named_downloads, "user_id"),
    _rule("tin", _l("Thông báo đã đọc"), "notifications", "read_at", 365),
    _rule("thu", _l("Thư đã gửi qua email"), "outgoing_letters", "sent_at", 90),
    _rule("hop-thu", _l("Địa chỉ email không tồn tại"), "dead_mailboxes", "noted_at", 365),
    _rule("phien", _l("Phiên đã đăng xuất"), "ended_sessions", "ended_at", 30),
    _rule("lien-ket", _l("Liên kết dùng một lần đã hết hạn"), "one_time_links", "expires_at", 30),
    _rule("email", _l("Email chờ xác nhận mà liên kết đã hết hạn"), "address_changes", "expires_at", 7),
    _rule("ma", _l("Mã truy cập đã thu hồi"), "personal_tokens", "revoked_at", 365),
    _rule("goi", _l("Gói dữ liệu cá nhân đã hết hạn"), "data_packages", "expires_at", 0),
    _rule("yeu-cau", _l("Yêu cầu về dữ liệu cá nhân đã xong"), "privacy_requests", "closed_at", 730),
)
"""The sealed audit trail and the log of the machine have their own times: docs/privacy.md."""


def due(rule: Rule, moment: datetime | None = None) -> int:
    """How many rows of a class would go now: what a dry run shows."""
    table = table_named(rule.table)
    over = rule.is_over(table, moment or clock.now())
    return current_session().scalar(select(func.count()).select_from(table).where(over)) or 0


def purge(database: Database) -> dict[str, int]:
    """Let go what was kept long enough, in handfuls of short transactions; code -> rows. May run at any time."""
    moment = clock.now()
    return {rule.code: _purge(database, rule, moment) for rule in RULES}


def _purge(database: Database, rule: Rule, moment: datetime) -> int:
    gone, count = 0, BATCH
    while count == BATCH:
        with database.transaction():
            count = _purge_some(rule, moment)
        gone += count
    return gone


def _purge_some(rule: Rule, moment: datetime) -> int:
    table, session = table_named(rule.table), current_session()
    (key,) = table.primary_key.columns
    rows = select(key).where(rule.is_over(table, moment)).order_by(key).limit(BATCH)
    ids = list(session.scalars(rows))
    if not ids:
        return 0
    if rule.table == "data_packages":
        for place in session.scalars(select(table.c.key).where(key.in_(ids), table.c.key.is_not(None))):
            storage().delete(
                place
            )  # bytes first: a row without bytes is nothing, bytes without a row stay for ever
    if rule.empties:
        session.execute(update(table).where(key.in_(ids)).values({rule.empties: None}))
    else:
        session.execute(delete(table).where(key.in_(ids)))
    return len(ids)
