"""Risks as sentences, and the line to the authors that Kho writes beforehand from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from repo_service.core import clock
from repo_service.core.i18n import _
from repo_service.curation.works.signals import Risk

REASON_OF = {
    "unreadable_file": "tep-hong", "dead_link": "tep-hong", "old_programme": "chuong-trinh",
    "old_places": "dia-danh-cu", "near_duplicate": "trung-lap", "unused": "it-dung",
}  # fmt: skip
"""The reason of a verdict that a risk suggests; a person ticks it or not."""
SIGNS = {
    "unreadable_file": "file-warning", "dead_link": "file-warning", "old_programme": "triangle-alert",
    "old_places": "map-pin", "overdue": "clock", "near_duplicate": "copy", "unused": "info",
}  # fmt: skip
SHOWN_NAMES = 1


@dataclass(frozen=True)
class Told:
    """One risk in words: a badge of this tone and icon."""

    code: str
    text: str
    tone: str
    icon: str


def told(risks: Iterable[Risk]) -> list[Told]:
    """Every risk in words, as the queue's order weighs them; codes of a newer release are left out."""
    ordered = sorted(
        (risk for risk in risks if risk[0] in SIGNS), key=lambda risk: list(SIGNS).index(risk[0])
    )
    return [
        Told(
            code, _sentence(code, values), "" if code in ("unused", "near_duplicate") else "warn", SIGNS[code]
        )
        for code, values in ordered
    ]


def _sentence(code: str, values: dict[str, object]) -> str:
    match code:
        case "unreadable_file":
            return str(_("Có tệp hỏng hoặc không đọc được"))
        case "dead_link":
            return str(_("Đường dẫn hỏng: %(host)s", host=values.get("host", "")))
        case "old_programme":
            return str(_("Chương trình cũ"))
        case "old_places":
            names = _names(values)
            more = ", …" if len(names) > SHOWN_NAMES else ""
            words = ", ".join(names[:SHOWN_NAMES]) + more
            return str(
                _("Tên địa danh cũ: %(names)s (%(count)s chỗ)", names=words, count=values.get("count", 1))
            )
        case "overdue":
            days = (clock.today() - date.fromisoformat(str(values["since"]))).days
            return str(_("Quá hạn %(count)s ngày", count=days))
        case "near_duplicate":
            return str(_("Gần giống một bài khác"))
    return str(_("%(count)s tháng chưa ai tải hay dạy", count=values.get("months", 24)))


def suggested_reasons(risks: Iterable[Risk]) -> list[str]:
    """Reasons that the risks speak for, each once."""
    return list(dict.fromkeys(REASON_OF[code] for code, _values in risks if code in REASON_OF))


def suggested_note(risks: Iterable[Risk]) -> str:
    """What the authors might be asked for, from what Kho found; empty where it found nothing they could mend."""
    lines = [line for code, values in risks if (line := _request(code, values))]
    return " ".join(lines)


def _request(code: str, values: dict[str, object]) -> str:
    match code:
        case "unreadable_file":
            return str(_("Nhờ nhóm gửi lại tệp: tệp đang có không mở đọc được."))
        case "dead_link":
            return str(
                _("Nhờ nhóm thay đường dẫn %(host)s, mở ra không còn gì.", host=values.get("host", ""))
            )
        case "old_programme":
            return str(_("Nhờ nhóm sửa bài theo chương trình đang dạy."))
        case "old_places":
            names = ", ".join(f"“{name}”" for name in _names(values))
            return str(_("Nhờ nhóm đổi %(names)s theo tên đơn vị hành chính hiện nay.", names=names))
    return ""


def _names(values: dict[str, object]) -> Sequence[str]:
    names = values.get("names")
    return [str(name) for name in names] if isinstance(names, list) else []


def old_names(risks: Iterable[Risk]) -> list[str]:
    """The old place names that were found, to be marked in the text."""
    return [name for code, values in risks if code == "old_places" for name in _names(values)]
