"""The states of a cluster's product of the year and the moves between them: one table, the whole truth."""

from __future__ import annotations

from repo_service.core.errors import AlreadyExists, MoveNotAllowed
from repo_service.core.i18n import _, _l

PRODUCT_MOVES: dict[tuple[str, str], str] = {
    ("chosen", "revise"): "chosen",
    ("chosen", "publish"): "published",
    ("chosen", "withdraw"): "withdrawn",
    ("published", "add"): "published",
    ("published", "withdraw"): "withdrawn",
}
"""Published is locked: what comes later is added as an addendum, nothing leads back (I9)."""

PRODUCT_LABELS = {
    "chosen": _l("Đã chọn, chờ công bố"),
    "published": _l("Đã công bố và đóng lại"),
    "withdrawn": _l("Đã rút"),
}


def next_state(state: str, move: str) -> str:
    """The state a product reaches by `move`; AlreadyExists when it is locked already, else MoveNotAllowed."""
    try:
        return PRODUCT_MOVES[state, move]
    except KeyError:
        pass
    if state == "published" and move in ("publish", "revise"):
        raise AlreadyExists(_("Sản phẩm này đã công bố và đóng lại."))
    if state == "withdrawn":
        raise MoveNotAllowed(_("Sản phẩm này đã rút rồi."))
    raise MoveNotAllowed(_("Sản phẩm này chưa công bố nên chưa thêm phụ lục được. Sửa và công bố trước đã."))
