"""The demo's collections: three starter kits by colleagues who look after others, and a shelf of one teacher's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repo_service.collections import service as collections
from repo_service.curriculum.setup import grade_code
from repo_service.demo.cast import YEARS
from repo_service.demo.plan import DemoResource
from repo_service.demo.seeding.calendar import happening
from repo_service.demo.seeding.works import Production


@dataclass(frozen=True)
class DemoKit:
    """A starter kit: whose, for which subject and class, and where it is shared (a cluster, or the province)."""

    owner: str
    subject: str
    grade: int
    title: str
    note: str
    cluster: str | None = None


KITS = (
    DemoKit("lan", "toan", 6, "Vào lớp Toán 6: tuần đầu cần gì", "Dạy theo thứ tự này là vừa, vướng cứ hỏi tôi."),
    DemoKit("mai", "tieng-viet", 1, "Tiếng Việt lớp 1 cho cô giáo mới", "Bài đọc trước, phiếu sau.", "K1"),
    DemoKit("oanh", "ngu-van", 10, "Ngữ văn 10: khởi đầu nhẹ nhàng", "Ma trận đề ở cuối, chỉnh theo lớp mình."),
)  # fmt: skip
TYPES = ("khbd", "bai-giang-so", "hoc-lieu-so", "ngan-hang-cau-hoi", "cong-cu-danh-gia")
PER_TYPE = 2
MINUTES = "bb-mau"
_NOTES = {
    "khbd": "Kế hoạch của tiết đầu, chép về sửa cho hợp lớp mình.",
    "cong-cu-danh-gia": "Dùng cuối chương.",
}


def write_collections(production: Production, works: Sequence[DemoResource]) -> None:
    """Kits of works of their subject and class; those that are not seeded are passed over."""
    moment = production.stage.calendar.moment(YEARS[1], 0.4, "collections")
    with happening(moment):
        for kit in KITS:
            _write_kit(production, kit, [work for work in works if work.state == "published"])
        lan = production.stage.viewer("lan")
        for work in [work for work in works if work.subjects == ("toan",) and work.state == "published"][:4]:
            collections.save(lan, production.works[work.key].id)


def _write_kit(production: Production, kit: DemoKit, works: Sequence[DemoResource]) -> None:
    stage = production.stage
    fitting = [work for work in works if kit.subject in work.subjects and kit.grade in work.grades]
    chosen = [
        work for name in TYPES for work in [work for work in fitting if work.type == name][:PER_TYPE]
    ] + [work for work in works if work.key == MINUTES]
    viewer = stage.viewer(kit.owner)
    reach = (
        {"visibility": "cum", "cluster_id": stage.clusters[kit.cluster].id}
        if kit.cluster
        else {"visibility": "tinh"}
    )
    about = {"kit_subject": kit.subject, "kit_grade": grade_code(kit.grade)}
    made = collections.create(viewer, {"title": kit.title, "note": kit.note, **reach, **about})
    noted = set()
    for work in chosen:
        first = work.type not in noted
        noted.add(work.type)
        note = _NOTES.get(work.type) if first else None
        collections.add(viewer, made, production.works[work.key].id, note)
