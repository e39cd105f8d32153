"""The states of a difficulty and the moves between them: one table, the whole truth (B4)."""

from __future__ import annotations

from repo_service.core.errors import MoveNotAllowed
from repo_service.core.i18n import _, _l

DIFFICULTY_MOVES: dict[tuple[str, str], str] = {
    ("moi", "pass_on"): "da-chuyen",
    ("moi", "answer"): "da-tra-loi",
    ("da-chuyen", "answer"): "da-tra-loi",
}

DIFFICULTY_LABELS = {"moi": _l("Mới"), "da-chuyen": _l("Đã chuyển Sở"), "da-tra-loi": _l("Đã trả lời")}


def next_difficulty_state(state: str, move: str) -> str:
    """The state a difficulty reaches by `move`; MoveNotAllowed when there is no such move."""
    try:
        return DIFFICULTY_MOVES[state, move]
    except KeyError:
        raise MoveNotAllowed(_("Khó khăn này đã được chuyển hoặc trả lời rồi.")) from None
