"""The states of a review round and of a colleague's place in it, and the moves between them: the whole truth.

A move that is not in a table does not exist.
"""

from __future__ import annotations

from repo_service.core.errors import MoveNotAllowed
from repo_service.core.i18n import _, _l

ROUND_MOVES: dict[tuple[str, str], str] = {
    ("open", "approve"): "approved",
    ("open", "request_changes"): "changes_requested",
    ("open", "decline"): "declined",
    ("open", "recall"): "recalled",
}
"""`approve` is the approval that makes them as many as the round needs; those before it leave it open."""

ASSIGNMENT_MOVES: dict[tuple[str, str], str] = {
    ("open", "decide"): "done",
    ("open", "end"): "done",
    ("open", "return"): "returned",
    ("returned", "take"): "open",
}
"""`end`: the round was closed by somebody else's conclusion or by the author."""

ROUND_LABELS = {
    "open": _l("Đang đọc"),
    "approved": _l("Đã đồng ý"),
    "changes_requested": _l("Cần chỉnh sửa"),
    "declined": _l("Không nhận"),
    "recalled": _l("Tác giả thu hồi"),
}
ASSIGNMENT_LABELS = {
    "open": _l("Đang đọc"),
    "done": _l("Đã xong"),
    "returned": _l("Đã trả lại"),
}


def next_round_state(state: str, move: str) -> str:
    """The state a round reaches by `move`; MoveNotAllowed when there is no such move."""
    try:
        return ROUND_MOVES[state, move]
    except KeyError:
        raise MoveNotAllowed(_("Vòng phản biện này đã xong.")) from None


def next_assignment_state(state: str, move: str) -> str:
    """The state of a place in a round after `move`; MoveNotAllowed when there is no such move."""
    try:
        return ASSIGNMENT_MOVES[state, move]
    except KeyError:
        raise MoveNotAllowed(_("Đồng nghiệp này không còn đọc vòng ấy.")) from None
