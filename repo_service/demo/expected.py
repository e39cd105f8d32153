"""What the dashboard must show for the demo at its reference date (domain.md G3); tests compare both
with this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

REFERENCE_DATE = date(2026, 11, 16)


@dataclass(frozen=True)
class ExpectedDuty:
    """Duty of R1 of one cluster and school year, with the reason in a word, and meetings held per
    declared unit (R3).
    """

    cluster: str
    school_year: str
    met: bool
    reason: str
    unit_meetings: dict[str, int] = field(default_factory=dict)


DUTIES = (
    ExpectedDuty("K1", "2026-2027", True, "published", {"to-khoi-1-3": 2, "to-khoi-4-5": 1}),
    ExpectedDuty("K2", "2026-2027", False, "in_review", {"toan": 1, "khoa-hoc-tu-nhien": 1}),
    ExpectedDuty("K3", "2026-2027", False, "nothing_flagged", {"ngu-van": 0, "nhom-khtn": 1}),
    ExpectedDuty("K4", "2026-2027", False, "new_version_not_declared", {"ngu-van": 1}),
    ExpectedDuty("K5", "2026-2027", True, "published", {"giao-duc-hoa-nhap": 2}),
    ExpectedDuty("K6", "2026-2027", False, "withdrawn", {"nhom-toan-tin": 1, "nhom-khtn": 0, "nhom-khxh": 0}),
    ExpectedDuty("K1", "2025-2026", True, "published", {"to-khoi-1-3": 2, "to-khoi-4-5": 2}),
    ExpectedDuty("K2", "2025-2026", True, "published", {"toan": 2, "khoa-hoc-tu-nhien": 2}),
    ExpectedDuty("K3", "2025-2026", False, "nothing_flagged", {"ngu-van": 1, "nhom-khtn": 1}),
    ExpectedDuty("K4", "2025-2026", True, "published", {"ngu-van": 2}),
    ExpectedDuty("K5", "2025-2026", True, "published", {"giao-duc-hoa-nhap": 2}),
    ExpectedDuty("K6A", "2025-2026", True, "published", {"nhom-toan-tin": 2, "nhom-khtn": 2}),
    ExpectedDuty("K6B", "2025-2026", True, "published", {"nhom-khtn": 2, "nhom-khxh": 2}),
)

REVIEWS = {
    "K1": "on_time",
    "K2": "overdue",
    "K3": "overdue",
    "K4": "overdue",
    "K5": "on_time",
    "K6": "on_time",
}
"""Reviews on time in 2026-2027, a cell of the board: one round of K2, K3 and K4 each is past its day."""

FIGURES = {
    "2025-2026": {"sent": 122, "published": 120, "downloads": 536},
    "2026-2027": {"sent": 76, "published": 59, "downloads": 712},
}
"""Figures of the province over the months of a school year."""

DIFFICULTIES = {"to_communes": 5, "to_department": 3, "answered": 2}
"""Difficulties that schools filed in 2026-2027 (G4)."""


@dataclass(frozen=True)
class ExpectedRound:
    """A curation round (G4): works of these types of last year's; of those that wait, `overdue` are past their date."""

    cluster: str
    title: str
    types: tuple[str, ...]
    items: int
    done: int
    overdue: int = 0


ROUNDS = (
    ExpectedRound("K1", "Rà soát đầu năm học", ("khbd", "bai-giang-so", "san-pham-khac"), 24, 24),
    ExpectedRound("K2", "Rà soát tháng 11", ("chuyen-de", "cong-cu-danh-gia", "khbd"), 12, 5, overdue=3),
)

ANNUAL_PRODUCTS = {
    ("K1", "2026-2027"): "goi-an-toan-mua-bao",
    ("K2", "2026-2027"): "cd-phan-so-lien-thong",
    ("K5", "2026-2027"): "cd-hoa-nhap",
    ("K6", "2026-2027"): "cd-on-tot-nghiep",
    ("K1", "2025-2026"): "cd-van-hoa-doc",
    ("K2", "2025-2026"): "cd-thi-nghiem-khtn",
    ("K4", "2025-2026"): "cd-nhat-ki",
    ("K5", "2025-2026"): "cd-quan-sat-hoa-nhap",
    ("K6A", "2025-2026"): "cd-stem-vuon-truong",
    ("K6B", "2025-2026"): "cd-trai-nghiem-rung",
}

SPREAD = {
    "cd-thi-nghiem-khtn": "Chỉ dùng đồ sẵn có, ba trường trong cụm đã dạy thử; trường nào cũng làm theo được.",
}
"""Works that the Sở marked "Nhân rộng", with its reason (R15)."""

STATES = {"published": 172, "in_review": 10, "changes_requested": 6, "draft": 6, "retired": 5, "replaced": 1}
DUE_FOR_REVIEW = 12
TYPES = {
    "khbd": 70,
    "hoc-lieu-so": 25,
    "cong-cu-danh-gia": 25,
    "bai-giang-so": 25,
    "ngan-hang-cau-hoi": 20,
    "video-bai-hoc": 10,
    "chuyen-de": 10,
    "san-pham-khac": 10,
    "goi-chu-de": 5,
}
LEVELS = {"tieu-hoc": 70, "thcs": 80, "thpt": 50}
SCHOOL_YEARS = {"2025-2026": 120, "2026-2027": 80}
