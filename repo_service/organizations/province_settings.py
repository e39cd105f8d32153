"""Settings of the province with their defaults (domain.md A6): never constants in code, changes are logged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _, _l
from repo_service.core.permissions import Viewer
from repo_service.core.school_year import SchoolYear, is_school_year
from repo_service.curriculum.installation import Cached, raise_revision
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.models import ProvinceSetting


@dataclass(frozen=True)
class Definition:
    """One setting: its default, how typed text is read, and its sentence."""

    default: Any
    read: Callable[[str], Any]
    label: Any
    source: str


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(text)
        return value

    return read


def _day_month(text: str) -> str:
    day, month = (int(part) for part in text.split("/"))
    date(2025, month, day)
    return f"{day}/{month}"


def _day_month_or_none(text: str) -> str:
    return _day_month(text) if text else ""


def _months_by_type(text: str) -> str:
    """ "khbd 12, video-bai-hoc 24" -> the same in one spelling; ValueError for a type or number that is none."""
    pairs = [part.split() for part in text.replace(";", ",").split(",") if part.strip()]
    for code, months in pairs:
        if not vocabularies().knows("resource_types", code):
            raise ValueError(code)
        _between(1, 60)(months)
    return ", ".join(f"{code} {int(months)}" for code, months in pairs)


def _licence(text: str) -> str:
    if text not in ("mo", "dung-chung-tinh", "dung-trong-cum"):
        raise ValueError(text)
    return text


DEFINITIONS: dict[str, Definition] = {
    "duty.annual_products_min": Definition(
        1, _between(0, 1), _l("Số sản phẩm năm mỗi cụm phải có (0 hoặc 1)"), "R1"
    ),
    "duty.unit_meetings_min": Definition(
        2, _between(0, 12), _l("Số lần sinh hoạt mỗi môn trong năm học"), "R3"
    ),
    "goal.research_lessons": Definition(
        2, _between(0, 12), _l("Số bài học nghiên cứu khuyến khích mỗi môn"), "R4"
    ),
    "duty.deadline": Definition("31/5", _day_month, _l("Hạn của các việc năm học (ngày/tháng)"), "R1, R3"),
    "year.rolls_over_on": Definition(
        "1/8", _day_month, _l("Ngày bắt đầu tính năm học mới (ngày/tháng)"), "R49"
    ),
    "year.opens_on": Definition(
        "5/9",
        _day_month,
        _l("Ngày khai giảng; tuần dạy thứ nhất bắt đầu từ thứ Hai kế tiếp (ngày/tháng)"),
        "H",
    ),
    "meeting.prepare_days_warn": Definition(
        5, _between(0, 60), _l("Nhắc khi tài liệu gửi trước ít hơn số ngày này"), "R21"
    ),
    "reports.days": Definition(
        7, _between(1, 60), _l("Số ngày trả lời một vấn đề được báo"), "reliability.md 9"
    ),
    "reports.urgent_days": Definition(
        2, _between(1, 14), _l("Số ngày trả lời khi lộ thông tin riêng, bản quyền, đề thi mật"), "reliability.md 9"
    ),
    "review.peer_reviewers_min": Definition(1, _between(1, 5), _l("Số phản biện để công bố một bài"), "R32"),
    "review.annual_product_reviewers_min": Definition(
        2, _between(1, 5), _l("Số phản biện của trường khác cho sản phẩm năm"), "R32"
    ),
    "product.check_hours": Definition(
        24, _between(1, 168), _l("Số giờ một lần đọc lại tệp còn dùng được để công bố sản phẩm năm"), "I9"
    ),
    "review.due_days": Definition(7, _between(1, 60), _l("Hẹn phản biện trong số ngày"), "R32"),
    "review.remind_days": Definition(
        2, _between(0, 30), _l("Nhắc người phản biện trước hẹn số ngày này"), "R32"
    ),
    "review.cycle_months": Definition(12, _between(1, 60), _l("Số tháng giữa hai lần rà soát"), "R10"),
    "review.cycle_months_by_type": Definition(
        "",
        _months_by_type,
        _l("Số tháng riêng cho từng loại, ví dụ: khbd 12, video-bai-hoc 24; loại không ghi thì theo số chung"),
        "R10",
    ),
    "curation.yearly_round_on": Definition(
        "1/12",
        _day_month_or_none,
        _l("Ngày Kho tự mở đợt rà soát hằng năm của mỗi cụm (ngày/tháng); để trống thì không tự mở"),
        "R10",
    ),
    "curation.round_days": Definition(45, _between(1, 300), _l("Số ngày hẹn xong một đợt rà soát"), "R10"),
    "curation.remind_days": Definition(
        7, _between(0, 60), _l("Nhắc người rà soát trước hạn số ngày này"), "R10"
    ),
    "curation.unused_months": Definition(
        24, _between(1, 120), _l("Bài không ai tải, không ai dạy trong số tháng này thì nên xem lại"), "R10"
    ),
    "links.check_allowed": Definition(
        0,
        _between(0, 1),
        _l("Cho Kho tự mở các đường dẫn ngoài trong bài để xem còn sống không (0: không, 1: có)"),
        "R10",
    ),
    "sign_in.second_factor_required": Definition(
        0,
        _between(0, 1),
        _l("Tài khoản của Sở và quản trị phải bật lớp bảo vệ thứ hai (0: tùy, 1: phải)"),
        "reliability.md A37",
    ),
    "bdtx.periods_per_year": Definition(
        120, _between(0, 400), _l("Số tiết bồi dưỡng thường xuyên một năm"), "R30"
    ),
    "resource.default_licence": Definition(
        "dung-chung-tinh", _licence, _l("Giấy phép điền sẵn khi đóng góp"), "R12"
    ),
    "search.relax_below_hits": Definition(
        3, _between(0, 20), _l("Nới tìm kiếm khi ít hơn số kết quả này"), "C2"
    ),
    "files.cluster_quota_gb": Definition(200, _between(1, 100_000), _l("Dung lượng mỗi cụm (GB)"), "R33"),
}


def _read_all(session: Session) -> dict[str, Any]:
    changed = {row.name: row.value for row in session.scalars(select(ProvinceSetting))}
    return {name: changed.get(name, definition.default) for name, definition in DEFINITIONS.items()}


_settings = Cached(_read_all)


def province_setting(name: str) -> Any:
    """The value in force; costs no statement while nothing changed."""
    return _settings.get()[name]


def all_province_settings() -> dict[str, Any]:
    """Every setting by name, as in force."""
    return dict(_settings.get())


def change_province_setting(viewer: Viewer, name: str, text: str) -> None:
    """Set a value as typed; InvalidInput when it does not read as one. The change is audited."""
    definition = DEFINITIONS[name]
    try:
        value = definition.read(text.strip())
    except ValueError:
        raise InvalidInput({name: [_("Giá trị này chưa đúng kiểu: %(text)s", text=text)]}) from None
    session = current_session()
    before = province_setting(name)
    session.merge(ProvinceSetting(name=name, value=value, changed_by_id=viewer.id, changed_at=clock.now()))
    record(viewer.id, "province_setting.changed", "setting", name[:16], name=name, before=before, after=value)
    raise_revision()


def next_review_day(type_code: str | None) -> date:
    """When a work of this type is looked at again, from today: the province's cycle for it (R10)."""
    pairs = (part.split() for part in str(province_setting("review.cycle_months_by_type")).split(",") if part)
    own = {code: int(months) for code, months in pairs}
    months = own.get(type_code or "", int(province_setting("review.cycle_months")))
    return clock.months_later(clock.today(), months)


def current_school_year() -> SchoolYear:
    """The school year that today belongs to (R49)."""
    return SchoolYear.of(clock.today(), _pair("year.rolls_over_on"))


def shown_school_year(asked: str) -> str:
    """The key of the school year that a page is asked for; the present one where that does not read as a year."""
    return asked if is_school_year(asked) else current_school_year().key


def school_year_asked(asked: str | None) -> str:
    """The same for programs: the present year where none is asked for, InvalidInput for what is none."""
    year = asked or current_school_year().key
    if not is_school_year(year):
        raise InvalidInput({"school_year": [_("Năm học viết như 2026-2027.")]})
    return year


def days_of_year(year: SchoolYear) -> tuple[date, date]:
    """The first and the last day that belong to a school year (R49)."""
    day, month = _pair("year.rolls_over_on")
    return date(year.start, month, day), date(year.start + 1, month, day) - timedelta(days=1)


def first_teaching_monday(year: SchoolYear) -> date:
    """The Monday of the year's first teaching week."""
    return year.first_monday(_pair("year.opens_on"))


def duty_deadline(year: SchoolYear) -> date:
    """The day by which the year's duties are due."""
    return year.deadline(_pair("duty.deadline"))


def _pair(name: str) -> tuple[int, int]:
    day, month = str(province_setting(name)).split("/")
    return int(day), int(month)
