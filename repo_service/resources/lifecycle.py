"""The states of versions and resources and the moves between them: two tables, the whole truth.

design.md section 5. A move that is not in a table does not exist.
"""

from __future__ import annotations

from repo_service.core.errors import MoveNotAllowed
from repo_service.core.i18n import _, _l

VERSION_MOVES: dict[tuple[str, str], str] = {
    ("draft", "submit"): "in_review",
    ("in_review", "recall"): "draft",
    ("in_review", "request_changes"): "changes_requested",
    ("in_review", "decline"): "declined",
    ("in_review", "approve"): "approved",
    ("declined", "appeal"): "in_review",
    ("approved", "publish"): "published",
}
"""From changes_requested and declined the author begins a new draft, which keeps the thread; published is frozen."""

RESOURCE_MOVES: dict[tuple[str, str], str] = {
    ("active", "replace"): "replaced",
    ("active", "retire"): "retired",
    ("active", "withdraw"): "withdrawn",
    ("replaced", "retire"): "retired",
    ("replaced", "restore"): "active",
    ("replaced", "withdraw"): "withdrawn",
    ("retired", "replace"): "replaced",
    ("retired", "restore"): "active",
    ("retired", "withdraw"): "withdrawn",
}

EDITABLE = frozenset({"draft"})
REVISABLE = frozenset({"changes_requested", "declined"})
"""States from which the author makes a new draft that keeps the thread."""
IN_PROGRESS = frozenset({"draft", "in_review", "changes_requested", "declined", "approved"})

VERSION_LABELS = {
    "draft": _l("Nháp"),
    "in_review": _l("Chờ phản biện"),
    "changes_requested": _l("Cần chỉnh sửa"),
    "declined": _l("Không nhận"),
    "approved": _l("Đã phản biện xong, chờ công bố"),
    "published": _l("Đã công bố"),
}
RESOURCE_LABELS = {
    "active": _l("Đang dùng"),
    "replaced": _l("Đã được thay thế"),
    "retired": _l("Ngừng sử dụng"),
    "withdrawn": _l("Đã gỡ"),
}


def next_version_state(state: str, move: str) -> str:
    """The state a version reaches by `move`; MoveNotAllowed when there is no such move."""
    try:
        return VERSION_MOVES[state, move]
    except KeyError:
        label = VERSION_LABELS.get(state, state)
        raise MoveNotAllowed(
            _("Bài đang ở bước “%(state)s” nên chưa làm được việc này.", state=label)
        ) from None


def next_resource_state(state: str, move: str) -> str:
    """The state a resource reaches by `move`; MoveNotAllowed when there is no such move."""
    try:
        return RESOURCE_MOVES[state, move]
    except KeyError:
        label = RESOURCE_LABELS.get(state, state)
        raise MoveNotAllowed(_("Bài đang “%(state)s” nên chưa làm được việc này.", state=label)) from None
