"""What can be reported, how it can end, and what people read of it."""

from __future__ import annotations

from typing import Any

from repo_service.core.i18n import _l

KINDS: dict[str, Any] = {
    "du-lieu-ca-nhan": _l("Lộ thông tin riêng của học sinh hay người khác"),
    "ban-quyen": _l("Dùng tài liệu của người khác chưa được phép"),
    "de-thi-mat": _l("Có đề thi chưa được công bố"),
    "noi-dung-sai": _l("Nội dung sai"),
    "tep-hong": _l("Tệp hỏng hoặc đường dẫn chết"),
    "khac": _l("Việc khác"),
}
URGENT = frozenset({"du-lieu-ca-nhan", "ban-quyen", "de-thi-mat"})
"""Kinds for which a work may go out of sight before anybody has decided, and which have fewer days."""

OUTCOMES: dict[str, Any] = {
    "giu-nguyen": _l("Giữ nguyên bài"),
    "da-sua": _l("Đã sửa, hoặc tác giả đang sửa"),
    "go-bai": _l("Gỡ bài"),
}
