"""The cells of the board in words: what is so, why it is not met, where the evidence is. Never a percentage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from repo_service.annual_products import board as products
from repo_service.annual_products.duty import Duty, Lead
from repo_service.core.i18n import _, _l
from repo_service.core.urls import annual_product_path, cluster_duties_path
from repo_service.curation.queries import CurationFacts
from repo_service.duty_board.queries import Tally
from repo_service.ui.formats import day
from repo_service.ui.frame import salutation

DUTIES: dict[str, Any] = {
    "product": _l("Sản phẩm năm"),
    "reviews": _l("Phản biện đúng hẹn"),
    "curation": _l("Rà soát đúng hạn"),
}
"""Columns of the board, in order."""


@dataclass(frozen=True)
class Cell:
    """One duty of one cluster in one school year; `state` is a code, `words` and `reason` are for people."""

    duty: str
    state: str
    is_met: bool
    tone: str
    """ok, wait, warn, bad; empty where nothing was asked."""
    words: str
    reason: str
    """A sentence why it is not met and what comes next; empty when it is."""
    evidence: str
    """Path of what it was computed from."""
    is_nudgeable: bool
    """Something is left to do that a word to the lead may help with."""


def product_cell(duty: Duty) -> Cell:
    """The product of the year (R1)."""
    return Cell(
        "product", duty.state, duty.is_met, products.TONES[duty.state], products.cell(duty), products.reason(duty),
        annual_product_path(duty.cluster.id, duty.school_year), is_nudgeable=not duty.is_met,
    )  # fmt: skip


def reviews_cell(cluster_id: str, school_year: str, tally: Tally) -> Cell:
    """Peer reviews that were due in the year: closed by their day, closed later, or still open after it."""
    state, tone = _review_state(tally)
    return Cell(
        "reviews", state, state in ("none", "on_time"), tone, _review_words(state, tally),
        _review_reason(state, tally), cluster_duties_path(cluster_id, school_year) + "#phan-bien",
        is_nudgeable=state == "overdue",
    )  # fmt: skip


def _review_state(tally: Tally) -> tuple[str, str]:
    if tally.overdue:
        return "overdue", "warn"
    if tally.late:
        return "late", "wait"
    return ("on_time", "ok") if tally.due else ("none", "")


def _review_words(state: str, tally: Tally) -> str:
    match state:
        case "overdue":
            return str(_("%(count)s vòng quá hẹn", count=tally.overdue))
        case "late":
            return str(_("%(late)s trong %(due)s vòng xong sau hẹn", late=tally.late, due=tally.due))
        case "on_time" if tally.waiting == tally.due:
            return str(_("%(count)s vòng đang đọc, chưa tới hẹn", count=tally.waiting))
        case "on_time" if tally.waiting:
            return str(_("Đúng hẹn, %(count)s vòng đang đọc", count=tally.waiting))
        case "on_time":
            return str(_("Đúng hẹn cả %(count)s vòng", count=tally.due))
    return str(_("Chưa có vòng phản biện nào"))


def _review_reason(state: str, tally: Tally) -> str:
    if state == "overdue" and tally.overdue_since:
        return str(
            _(
                "%(count)s vòng phản biện đã quá hẹn, sớm nhất là hẹn %(day)s. Nhờ thêm một đồng nghiệp đọc là xong.",
                count=tally.overdue,
                day=day(tally.overdue_since),
            )
        )
    if state == "late":
        return str(
            _(
                "%(late)s vòng đọc xong sau ngày hẹn; mọi vòng tới hẹn đều đã có kết luận.",
                late=tally.late,
            )
        )
    return ""


def curation_cell(cluster_id: str, school_year: str, facts: CurationFacts, due: int) -> Cell:
    """Curation rounds of the year against their dates (R10); `due` works past their date while no round is open."""
    state, tone = _curation_state(facts, due)
    return Cell(
        "curation", state, state in ("none", "open", "on_time"), tone, _curation_words(state, facts, due),
        _curation_reason(state, facts, due), cluster_duties_path(cluster_id, school_year) + "#ra-soat",
        is_nudgeable=state in ("overdue", "due"),
    )  # fmt: skip


def _curation_state(facts: CurationFacts, due: int) -> tuple[str, str]:
    if facts.items_overdue:
        return "overdue", "warn"
    if facts.open_rounds:
        return "open", "wait"
    if facts.late_rounds:
        return "late", "wait"
    if facts.closed_rounds:
        return "on_time", "ok"
    return ("due", "warn") if due else ("none", "")


def _curation_words(state: str, facts: CurationFacts, due: int) -> str:
    match state:
        case "overdue":
            return str(_("%(count)s bài quá hẹn rà soát", count=facts.items_overdue))
        case "open" if facts.next_due_on:
            return str(
                _("Còn %(count)s bài, hẹn %(day)s", count=facts.items_waiting, day=day(facts.next_due_on))
            )
        case "late":
            return str(_("Đã rà soát, xong sau hẹn"))
        case "on_time":
            return str(_("Đúng hạn"))
        case "due":
            return str(_("%(count)s bài tới hạn, chưa mở đợt", count=due))
    return str(_("Chưa có đợt rà soát"))


def _curation_reason(state: str, facts: CurationFacts, due: int) -> str:
    match state:
        case "overdue":
            return str(
                _(
                    "%(count)s bài còn chờ trong đợt rà soát đã quá hẹn. Mỗi bài chỉ cần một kết luận ngắn.",
                    count=facts.items_overdue,
                )
            )
        case "late":
            return str(_("Đợt rà soát đã xong, sau ngày hẹn."))
        case "due":
            return str(
                _("%(count)s bài của cụm đã tới hạn rà soát mà năm học này chưa mở đợt nào.", count=due)
            )
    return ""


def nudge_text(cell: Cell, lead: Lead | None) -> str:
    """A nudge already written, to be sent as it is or changed first."""
    who = salutation(lead.form_of_address, lead.name) if lead else _("thầy cô")
    text = _(
        "%(who)s ơi, việc “%(duty)s” của cụm còn dở: %(reason)s Cần giúp gì %(who)s nhắn nhé.",
        who=who, duty=str(DUTIES[cell.duty]).lower(), reason=cell.reason,
    )  # fmt: skip
    return text[:1].upper() + text[1:]
