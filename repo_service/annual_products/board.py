"""The duties of a school year for this viewer, and how they read: a sentence, a cell, a reason (ui.md)."""

from __future__ import annotations

from collections.abc import Sequence

from repo_service.annual_products.duty import Duty, Rules, judge, read_facts, read_years
from repo_service.core import clock
from repo_service.core.i18n import _, _l
from repo_service.core.permissions import Viewer
from repo_service.core.school_year import SchoolYear
from repo_service.organizations.province_settings import duty_deadline, province_setting

TONES = {
    "met": "ok", "not_required": "ok", "ready": "wait", "in_review": "wait", "carry_over_undeclared": "warn",
    "not_chosen": "warn", "withdrawn": "bad", "unreachable": "bad",
}  # fmt: skip
"""Red only for what was there and is lost; not begun is amber."""


def duties(viewer: Viewer, school_year: str, level: str | None = None) -> list[Duty]:
    """Every cluster the viewer may see, alphabetical, never ranked; the statements do not grow with them."""
    return duties_of_years(viewer, [school_year], level)[school_year]


def duties_of_years(
    viewer: Viewer, school_years: Sequence[str], level: str | None = None, cluster_ids: Sequence[str] | None = None
) -> dict[str, list[Duty]]:
    """`duties` of several years side by side, of some clusters when told; as many statements as for one."""
    found: dict[str, list[Duty]] = {}
    for year, known in read_years(viewer, school_years, cluster_ids).items():
        rules = _rules(year)
        judged = (judge(facts, year, rules) for facts in known)
        found[year] = [duty for duty in judged if not level or is_of_level(duty, level)]
    return found


def is_of_level(duty: Duty, level: str) -> bool:
    """Whether the cluster works at the level; `lien-cap` is more than one."""
    return len(duty.levels) > 1 if level == "lien-cap" else level in duty.levels


def duty_of(viewer: Viewer, cluster_id: str, school_year: str) -> Duty | None:
    """One cluster's duty; None when it is not the viewer's to see or the cluster did not exist that year."""
    rules = _rules(school_year)
    found = read_facts(viewer, school_year, cluster_id)
    return judge(found[0], school_year, rules) if found else None


def _rules(school_year: str) -> Rules:
    return Rules(
        products_min=int(province_setting("duty.annual_products_min")),
        reviewers_min=int(province_setting("review.annual_product_reviewers_min")),
        deadline=duty_deadline(SchoolYear.parse(school_year)),
        today=clock.today(),
    )


def sentence(duty: Duty) -> str:
    """The duty in one sentence for the lead, with what is left of the time."""
    head = _("Năm học %(year)s: ", year=duty.school_year.replace("-", "–"))
    title = duty.chosen.resource.title if duty.chosen else ""
    if duty.state == "met":
        return str(head + _("đã có sản phẩm năm “%(title)s”. Không cần báo cáo thêm.", title=title))
    if duty.state == "not_required":
        return str(head + _("không yêu cầu sản phẩm năm."))
    words = {
        "ready": _("“%(title)s” đã đủ phản biện, chờ trưởng cụm công bố", title=title),
        "in_review": _(
            "“%(title)s” đã có %(count)s trong %(required)s phản biện",
            title=title,
            count=duty.approvals,
            required=duty.required,
        ),
        "carry_over_undeclared": _(
            "“%(title)s” là bản mới của sản phẩm năm trước, chờ trưởng cụm xác nhận", title=title
        ),
        "withdrawn": _("sản phẩm “%(title)s” đã rút", title=title),
        "unreachable": _("“%(title)s” không còn dùng chung được trong cụm", title=title),
    }.get(duty.state, _("chưa có sản phẩm"))
    return f"{head}{words}; {time_left(duty)}."


def time_left(duty: Duty) -> str:
    """ "hạn 31/5, còn 196 ngày"."""
    day = f"{duty.deadline.day}/{duty.deadline.month}"
    if duty.days_left > 0:
        return str(_("hạn %(day)s, còn %(count)s ngày", day=day, count=duty.days_left))
    return str(
        _("hạn %(day)s là hôm nay", day=day) if duty.days_left == 0 else _("hạn %(day)s đã qua", day=day)
    )


_CELLS = {
    "not_required": _l("Không yêu cầu năm nay"),
    "ready": _l("Đủ phản biện, chờ công bố"),
    "carry_over_undeclared": _l("Bản mới của sản phẩm năm trước, chờ trưởng cụm xác nhận"),
    "withdrawn": _l("Đã rút"),
    "unreachable": _l("Không còn dùng chung"),
    "not_chosen": _l("Chưa chọn bài nào"),
}


def cell(duty: Duty) -> str:
    """The duty in a few words for the board."""
    if duty.state == "met":
        return str(_("Có từ %(day)s", day=f"{clock.local(duty.since):%d/%m}") if duty.since else _("Đã có"))
    if duty.state == "in_review":
        return str(
            _("Đang phản biện, %(count)s trong %(required)s", count=duty.approvals, required=duty.required)
        )
    return str(_CELLS.get(duty.state, _CELLS["not_chosen"]))


def reason(duty: Duty) -> str:
    """Why the duty is not met, and the next step; empty when it is."""
    chosen = duty.chosen
    title = chosen.resource.title if chosen else ""
    match duty.state:
        case "not_chosen":
            return str(_("Chưa có bài nào được chọn làm sản phẩm năm."))
        case "in_review":
            missing = duty.required - duty.approvals
            return str(
                _("“%(title)s” cần thêm %(count)s phản biện của trường khác.", title=title, count=missing)
            )
        case "ready":
            return str(_("“%(title)s” đã đủ phản biện; trưởng cụm bấm công bố là xong.", title=title))
        case "carry_over_undeclared":
            return str(
                _(
                    "“%(title)s” có phiên bản mới. Chỉ tính khi trưởng cụm chọn bài và ghi rõ phần làm mới.",
                    title=title,
                )
            )
        case "withdrawn" if chosen:
            why = chosen.product.withdrawn_reason or chosen.resource.state_reason or _("không ghi lí do")
            return str(_("“%(title)s” đã được chọn rồi rút lại: %(why)s", title=title, why=why))
        case "unreachable":
            return str(_("“%(title)s” đã chuyển sang phạm vi riêng hoặc sang cụm khác.", title=title))
    return ""
