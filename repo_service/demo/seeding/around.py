"""What colleagues of the demo do with published works: lessons told of ("Tôi đã dạy bài này") and comments (G4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from repo_service.classroom_use import service as classroom_use
from repo_service.comments import service as comments
from repo_service.core.db import current_session
from repo_service.demo.cast import PEOPLE
from repo_service.demo.plan import DemoPerson, DemoResource
from repo_service.demo.seeding.calendar import happening, turn
from repo_service.demo.seeding.works import Production
from repo_service.files.held_papers import service as held_papers
from repo_service.resources.models import Resource, VersionFile

TEACHINGS, SCHOOLS, THREADS, ANSWERS = 60, 9, 28, 12
_CHANGES = (
    "Bớt bài cuối cho kịp giờ.", "Thêm trò chơi mở đầu năm phút.", "Cho làm theo cặp thay vì cá nhân.", "",
    "Thay ví dụ bằng chuyện ở xã mình.", "Tách phiếu học tập làm hai mức.", "Dùng bảng phụ vì lớp không có máy chiếu.",
)  # fmt: skip
_OUTCOMES = ("", "Các em tự nói ra quy tắc trước khi tôi chốt.", "", "Nhóm còn chậm làm được hai bài đầu, vui hẳn.", "")
_SAID = (
    ("gop-y", "Hoạt động 2 nên có thêm một ví dụ ngược để các em khỏi nhầm.", "Cảm ơn góp ý, bản sau nhóm thêm vào."),
    ("da-day-thu", "Tôi dạy thử ở lớp có nhiều em dân tộc thiểu số, tranh minh họa giúp các em nhiều.", "Hay quá!"),
    ("hoi", "Phần vận dụng thầy cô cho làm ở lớp hay ở nhà?", "Ở lớp, chừng mười phút, còn lại về nhà."),
    ("gop-y", "Phiếu học tập in đen trắng hơi khó đọc, nên đổi màu nền.", "Nhóm đã có bản không nền, sẽ gửi kèm."),
    ("da-day-thu", "Lớp tôi 42 em, chia nhóm sáu em thì vừa.", "Cảm ơn thầy cô đã kể lại."),
    ("hoi", "Bài này dùng được với bộ sách khác không?", "Được, chỉ đổi thứ tự hai hoạt động."),
    ("gop-y", "Nên ghi rõ thời gian từng hoạt động.", "Đã ghi lại, cảm ơn cô."),
)  # fmt: skip


def write_around(production: Production, works: Sequence[DemoResource]) -> None:
    """Lessons from nine schools and comments of the three purposes, on works that stand and are shared."""
    _hold_a_paper(production, works)
    shared = [work for work in works if work.state == "published" and work.visibility in ("tinh", "cong-khai")]
    shared = [work for work in shared if production.works[work.key].current_version_id]
    if not shared:
        return
    for place in range(TEACHINGS):
        _teach(production, shared[turn(f"bài {place}", len(shared))], place)
    for place in range(THREADS):
        _talk(production, shared[turn(f"lời {place}", len(shared))], place)


def _hold_a_paper(production: Production, works: Sequence[DemoResource]) -> None:
    """A school's test in a draft that bears the heading of a national one: the department says that it is none."""
    test = next((work for work in works if work.state == "draft" and work.type == "cong-cu-danh-gia"), None)
    if test is not None:
        version_id = production.works[test.key].working_version_id
        of_draft = select(VersionFile.file_id).where(VersionFile.version_id == version_id)
        file_id = current_session().scalars(of_draft.limit(1)).one()
        with happening(production.stage.calendar.evening()):
            held_papers.hold(file_id, "KỲ THI TỐT NGHIỆP THPT NĂM 2027")


def _teachers(work: DemoResource) -> list[DemoPerson]:
    """One teacher each of nine schools, no author of the work among them."""
    by_school: dict[str, DemoPerson] = {}
    for person in PEOPLE:
        teaches = any(role.code == "giao-vien" for role in person.roles) and person.account not in work.authors
        if person.school and teaches:
            by_school.setdefault(person.school, person)
    return [by_school[school] for school in sorted(by_school)][:SCHOOLS]


def _teach(production: Production, work: DemoResource, place: int) -> None:
    teachers = _teachers(work)
    person = teachers[place % len(teachers)]
    said = {
        "class_name": f"{work.grades[0]}A{1 + place % 4}",
        "change": _CHANGES[place % len(_CHANGES)],
        "outcome": _OUTCOMES[place % len(_OUTCOMES)],
    }
    with happening(_after(production, work, f"dạy {place}")):
        classroom_use.tell(production.stage.viewer(person.account), production.works[work.key].id, said)


def _talk(production: Production, work: DemoResource, place: int) -> None:
    teachers, (purpose, text, reply) = _teachers(work), _SAID[place % len(_SAID)]
    person, resource = teachers[(place * 5) % len(teachers)], production.works[work.key]
    moment = _after(production, work, f"nói {place}")
    with happening(moment):
        said = comments.say(production.stage.viewer(person.account), resource.id, purpose, text)
        current_session().flush()
    if place < ANSWERS:
        with happening(min(moment + timedelta(hours=5), production.stage.calendar.evening())):
            comments.answer(production.stage.viewer(work.authors[0]), said.id, reply)


def _after(production: Production, work: DemoResource, key: str) -> datetime:
    """Some moment between the publication and today."""
    resource: Resource = production.works[work.key]
    last = production.stage.calendar.evening()
    first = resource.first_published_at or last
    return first + (last - first) * ((50 + turn(key, 900)) / 1000)
