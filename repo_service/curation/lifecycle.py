"""The states of a curation round and of an item in it, and the moves between them: two tables, the whole truth.

A move that is not in a table does not exist. What a verdict does to the work itself is `resources/lifecycle.py`'s.
"""

from __future__ import annotations

from repo_service.core.errors import MoveNotAllowed
from repo_service.core.i18n import _, _l

ROUND_MOVES: dict[tuple[str, str], str] = {
    ("open", "finish"): "closed",
    ("open", "cancel"): "cancelled",
    ("closed", "reopen"): "open",
}
"""finish: by itself, with the last item; reopen: when the last verdict is taken back."""

ITEM_MOVES: dict[tuple[str, str], str] = {
    ("waiting", "decide"): "decided",
    ("waiting", "drop"): "gone",
    ("decided", "undo"): "waiting",
}
"""drop: replaced, retired, withdrawn or hidden outside the round meanwhile: nothing is left to decide."""

ROUND_LABELS = {"open": _l("Đang rà soát"), "closed": _l("Đã xong"), "cancelled": _l("Đã bỏ")}
ITEM_LABELS = {"waiting": _l("Chờ xem"), "decided": _l("Đã kết luận"), "gone": _l("Không còn phải xem")}


def next_round_state(state: str, move: str) -> str:
    """The state a round reaches by `move`; MoveNotAllowed when there is no such move."""
    try:
        return ROUND_MOVES[state, move]
    except KeyError:
        label = ROUND_LABELS.get(state, state)
        raise MoveNotAllowed(_("Đợt rà soát “%(state)s” nên chưa làm được việc này.", state=label)) from None


def next_item_state(state: str, move: str) -> str:
    """The state an item reaches by `move`; MoveNotAllowed when there is no such move."""
    try:
        return ITEM_MOVES[state, move]
    except KeyError:
        label = ITEM_LABELS.get(state, state)
        raise MoveNotAllowed(_("Mục này “%(state)s” nên chưa làm được việc này.", state=label)) from None
