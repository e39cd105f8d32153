"""Lets each work of the plan live its life through the services: drafted, sent, read by colleagues, published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from repo_service.core.db import current_session
from repo_service.curriculum.setup import grade_code
from repo_service.demo import expected
from repo_service.demo.cast import CLUSTERS, PEOPLE, SCHOOLS, YEARS
from repo_service.demo.files import files_of
from repo_service.demo.plan import DemoResource, DemoVersion
from repo_service.demo.seeding.calendar import happening, turn
from repo_service.demo.seeding.made_files import MadeFiles, keep_file
from repo_service.demo.seeding.packages import members_for
from repo_service.demo.seeding.people import Stage
from repo_service.files.models import StoredFile
from repo_service.resources import service as resources
from repo_service.resources import succession
from repo_service.resources.based_on.credit import credits_of
from repo_service.resources.based_on.kinds import INCLUSION, OWN_COPY
from repo_service.resources.bundles.members import PACKAGE
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews import service as reviews
from repo_service.reviews.desk import remarks
from repo_service.reviews.models import ReviewRound

_PEOPLE = {person.account: person for person in PEOPLE}
_SCHOOL_NAMES = {school.key: school.name for school in SCHOOLS}
_TEXTS = (
    ("Hoạt động 2", "Cho học sinh nói trước khi viết, các em lớp tôi đỡ lúng túng hẳn.", "Đã thêm lượt nói theo cặp."),
    ("Phiếu học tập", "Câu cuối hơi dài với học sinh còn hạn chế, có thể tách làm hai.", "Đã tách thành hai câu ngắn."),
    ("Mở đầu", "Ví dụ gần với quê mình, học sinh sẽ nhớ lâu.", "Cảm ơn góp ý của trường bạn."),
    ("Vận dụng", "Trường tôi không có máy chiếu, cho xin cách làm bằng bảng phụ.", "Đã ghi thêm cách dùng bảng phụ."),
)  # fmt: skip
_APPROVALS = (
    "Đúng yêu cầu cần đạt, dùng được ngay.",
    "Tôi đã đọc kĩ, câu hỏi vừa sức học sinh trường tôi.",
    "",
)
_RETURN = ("chinh-xac", "Câu hỏi cuối có hai phương án đều đúng; nhờ tác giả xem lại rồi gửi tiếp.")
_SENT_BACK = "Bài gọn, học sinh nhìn là hiểu. Còn một chỗ cần nói rõ hơn, và thiếu phần vận dụng."
_REMARKS = (
    ("Nằm ở hai phía thì chưa đủ, cần nói cách đều gốc O.", "Hai số đối nhau nằm ở hai phía của gốc O."),
    ("Thêm một trục số có sẵn các điểm cho học sinh chậm hơn.", "so sánh -2/3 với -3/4 bằng hai cách"),
)
_CHECKED = ("chuong-trinh", "chinh-xac", "hoa-nhap", "ban-quyen")


@dataclass
class Production:
    """What is being staged: the stage, the files being made, and the works that stand already."""

    stage: Stage
    made: MadeFiles
    works: dict[str, Resource]


def write_work(production: Production, work: DemoResource) -> None:
    """One work up to the state of the plan; replaced and retired ones are only published here."""
    stage, calendar = production.stage, production.stage.calendar
    if work.state in ("draft", "in_review", "changes_requested") and not _is_product(work):
        days = 1 + turn(work.key, 12)
        resource, version = _draft(production, work, calendar.ago(days + 2, work.key))
        if work.state != "draft":
            _send(production, work, resource, version, calendar.ago(days, work.key))
        return
    share = 0.5 if _is_product(work) else turn(work.key, 900) / 1000
    if work.adapted_from:  # after its original
        share = 0.93 if INCLUSION in work.themes else 0.9
    moment = calendar.moment(work.school_year, share, work.key)
    resource, version = _draft(production, work, moment - timedelta(days=6, hours=3))
    _publish(production, work, resource, version, moment)
    for number, later in enumerate(work.versions[1:], 1):
        at = min(moment + timedelta(days=30 * number), calendar.ago(1, work.key))
        write_next_version(production, work, later, at)
    _set_next_review(stage, work, resource)
    resource.spread_reason = expected.SPREAD.get(work.key)


def _is_product(work: DemoResource) -> bool:
    return work.key in expected.ANNUAL_PRODUCTS.values()


def _draft(production: Production, work: DemoResource, moment: datetime) -> tuple[Resource, ResourceVersion]:
    stage = production.stage
    with happening(moment):
        original = production.works.get(work.adapted_from or "")
        description = _description(work)
        if work.type == PACKAGE:
            description["members"] = members_for(description, work.visibility or "tinh", moment)
        deposit = resources.Deposit(
            owner=resources.Owner(stage.clusters[work.cluster].id, stage.schools[work.school]),
            authors=[_author(stage, account) for account in work.authors],
            description=description, files=_stored(production, work, 0),
            visibility=work.visibility, based_on_id=original.id if original else None,
            based_on_kind=(INCLUSION if INCLUSION in work.themes else OWN_COPY) if original else None,
            credits=credits_of(original) if original else None,
        )  # fmt: skip
        made = resources.create_resource(stage.viewer(work.authors[0]), deposit)
    production.works[work.key] = made[0]
    return made


def _author(stage: Stage, account: str) -> resources.Author:
    person = _PEOPLE[account]
    name = person.name.partition(" ")[2]
    school = person.school or ""
    return resources.Author(name, stage.people[account], _SCHOOL_NAMES.get(school), stage.schools.get(school))


def _stored(production: Production, work: DemoResource, place: int) -> list[StoredFile]:
    stage = production.stage
    owner, cluster = stage.people[work.authors[0]], stage.clusters[work.cluster].id
    return [keep_file(production.made[file], owner, cluster) for file in files_of(work)[place]]


def _description(work: DemoResource) -> dict[str, Any]:
    checker = _PEOPLE.get(work.ai_checked_by or "")
    return {
        "title": work.title, "type": work.type, "subtype": work.subtype, "programme": work.programme,
        "grades": [grade_code(grade) for grade in work.grades], "is_study_topic": work.study_topic,
        "subjects": list(work.subjects), "textbook_sets": list(work.textbook_sets), "themes": list(work.themes),
        "keywords": list(work.keywords), "summary": work.summary, "week": work.week,
        "term": None if work.week is None else "hk1" if work.week <= 18 else "hk2", "licence": work.licence,
        "ai_use": work.ai_use, "ai_tool": work.ai_tool, "ai_checked_by": checker.name if checker else None,
        "links": [{"url": file.url, "label": work.title} for file in work.versions[0].files if file.url],
    }  # fmt: skip


def _publish(
    production: Production, work: DemoResource, resource: Resource, version: ResourceVersion, moment: datetime
) -> None:
    stage = production.stage
    readers = readers_of(work)
    with happening(moment - timedelta(days=3, hours=2)):
        review_round = _submit(stage, work, resource, version)
    with happening(moment):
        if turn(work.key, 5) == 0:
            _talk(stage, work, review_round, readers[0])
        approve(stage, work, review_round, readers[0])


def _submit(stage: Stage, work: DemoResource, resource: Resource, version: ResourceVersion) -> ReviewRound:
    author = stage.viewer(work.authors[0])
    resources.submit(author, resource, version)
    review_round = reviews.open_round(author, resource, version)
    current_session().flush()
    return review_round


def approve(stage: Stage, work: DemoResource, review_round: ReviewRound, reader: str) -> None:
    """One colleague of the cluster agrees."""
    note = _APPROVALS[turn(work.key + reader, len(_APPROVALS))]
    reviews.decide(stage.viewer(reader), review_round, "approve", note=note, checklist=_CHECKED)


def _talk(stage: Stage, work: DemoResource, review_round: ReviewRound, reader: str) -> None:
    place, said, answer = _TEXTS[turn(work.title, len(_TEXTS))]
    remark = remarks.comment(stage.viewer(reader), review_round, said, place)
    current_session().flush()
    author = stage.viewer(work.authors[0])
    remarks.comment(author, review_round, answer, answers=remark)
    remarks.settle(author, review_round, remark)


def _send(
    production: Production, work: DemoResource, resource: Resource, version: ResourceVersion, moment: datetime
) -> None:
    """Sent for review: asked by name, claimed or unclaimed in turn; or already given back."""
    stage, readers = production.stage, readers_of(work)
    if len(work.versions) > 1:
        _send_twice(production, work, resource, version, moment)
        return
    with happening(moment):
        review_round = _submit(stage, work, resource, version)
        if work.state == "changes_requested":
            reason, note = _RETURN
            reviews.decide(
                stage.viewer(readers[0]), review_round, "request_changes", reasons=[reason], note=note
            )
        elif turn(work.key, 3) == 0:
            reviews.assign(stage.viewer(stage.lead(work.cluster)), review_round, stage.people[readers[0]])
        elif turn(work.key, 3) == 1:
            reviews.assign(stage.viewer(readers[0]), review_round)


def _send_twice(
    production: Production, work: DemoResource, resource: Resource, version: ResourceVersion, moment: datetime
) -> None:
    """Sent back with remarks on places, one of them settled; its new version lies with the same reader."""
    stage, later = production.stage, work.versions[1]
    author, reader = stage.viewer(work.authors[0]), stage.viewer(readers_of(work)[0])
    with happening(moment - timedelta(days=4)):
        review_round = _submit(stage, work, resource, version)
        said = [remarks.comment(reader, review_round, *words) for words in _REMARKS]
        reviews.decide(reader, review_round, "request_changes", reasons=[_RETURN[0]], note=_SENT_BACK)
    with happening(moment):
        current_session().flush()
        remarks.comment(author, review_round, "Tôi đã viết lại, có thêm hình trục số.", answers=said[0])
        remarks.settle(author, review_round, said[0])
        files = _stored(production, work, 1)
        second = resources.start_version(author, resource, version, later.change_note, files)
        reviews.assign(reader, _submit(stage, work, resource, second))


def write_next_version(
    production: Production, work: DemoResource, later: DemoVersion, moment: datetime
) -> None:
    """A further version with its change note, published after review."""
    stage, resource = production.stage, production.works[work.key]
    shown = select(ResourceVersion).where(ResourceVersion.id == resource.current_version_id)
    base = current_session().scalars(shown.options(selectinload(ResourceVersion.files))).one()
    place = work.versions.index(later)
    with happening(moment - timedelta(days=4)):
        files = _stored(production, work, place)
        version = resources.start_version(
            stage.viewer(work.authors[0]), resource, base, later.change_note, files
        )
    _publish(production, work, resource, version, moment)


def readers_of(work: DemoResource) -> list[str]:
    """Who may read it, best first: of other schools of the cluster, asked reviewers and those of the subject first."""
    cluster = next(cluster for cluster in CLUSTERS if cluster.key == work.cluster)
    schools = {member.school for member in cluster.members}
    own = {_PEOPLE[account].school for account in work.authors} | {work.school}
    others = [
        person for person in PEOPLE if person.school in schools - own and person.account not in work.authors
    ]
    found = sorted(
        others,
        key=lambda person: (
            not any(
                role.code == "phan-bien" and role.scope == f"cum:{work.cluster}" for role in person.roles
            ),
            not set(person.subjects) & set(work.subjects),
            turn(work.key + person.account, 100),
        ),
    )
    return [person.account for person in found]


def _set_next_review(stage: Stage, work: DemoResource, resource: Resource) -> None:
    """Works that came due in a cycle already closed have their next date; the plan's due ones wait (R10)."""
    today = stage.calendar.today
    planned = resource.next_review_on or today
    if work.due:
        resource.next_review_on = today - timedelta(days=3 + turn(work.key, 40))
    elif planned <= today:
        resource.next_review_on = date(planned.year + 1, planned.month, planned.day)


def end_lives(production: Production, works: Sequence[DemoResource]) -> None:
    """Replace and retire what the plan says, once every successor stands."""
    stage = production.stage
    for work in works:
        resource = production.works[work.key]
        with happening(stage.calendar.moment(YEARS[1], 0.9, work.key)):
            viewer = stage.viewer("tuan")
            if resource.state != "active":
                continue  # a curation round has decided it
            if work.state == "replaced":
                successor = production.works[work.successor or ""]
                succession.replace(viewer, resource, successor, "Bản mới có thêm hoạt động mở đầu.")
            elif work.state == "retired":
                succession.retire(
                    viewer, resource, "Không còn đúng chương trình đang dạy; giữ lại để tra cứu."
                )
