"""The demo's two curation rounds (domain.md G4): one closed with all four verdicts, one under way, works overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.core.school_year import SchoolYear
from repo_service.curation import queries, reading, service, verdicts
from repo_service.curation.models import CurationItem, CurationRound
from repo_service.curation.verdicts import Judgement
from repo_service.curation.works.scope import Scope
from repo_service.curation.works.texts import assessed
from repo_service.demo import expected
from repo_service.demo.cast import YEARS
from repo_service.demo.expected import ExpectedRound
from repo_service.demo.plan import DemoResource
from repo_service.demo.seeding.calendar import happening, turn
from repo_service.demo.seeding.works import Production
from repo_service.link_checks.fetching import Outcome
from repo_service.link_checks.service import record_looks
from repo_service.resources.models import Resource, ResourceVersion

RETIRED_BECAUSE = "Không còn đúng chương trình đang dạy; giữ lại để tra cứu."
REPLACED_BECAUSE = "Bản mới có thêm hoạt động mở đầu."
_READERS = {"K1": ("mai", "yen", "hai"), "K2": ("hoa", "minh")}
_REQUESTS = (
    ("dia-danh-cu", "Bài còn dùng tốt; nhờ nhóm xem lại tên xã, phường sau sắp xếp."),
    ("chinh-xac", "Câu cuối phiếu còn hai cách hiểu, nhờ nhóm viết gọn lại."),
    ("hoa-nhap", "Nhờ nhóm thêm một việc vừa sức cho học sinh học hòa nhập."),
)


def write_curation(production: Production, works: Sequence[DemoResource]) -> None:
    """Both rounds as far as their works are seeded, and what Kho found behind the dead link."""
    closed, under_way = expected.ROUNDS
    calendar = production.stage.calendar
    known = {production.works[work.key].id: work for work in works}
    shares = {name: calendar.moment(YEARS[1], share, closed.title) for name, share in _SHARES.items()}
    found = _open(production, closed, shares["opened"], shares["due"])
    if found is not None:
        _decide(production, found, known, closed.items, shares["opened"], shares["done"])
    begun = calendar.ago(14, under_way.title)
    found = _open(production, under_way, begun, begun + timedelta(days=28))
    if found is not None:
        _decide(production, found, known, under_way.done, begun, calendar.ago(2, under_way.title))
    with happening(calendar.evening()):
        items = current_session().scalars(select(CurationItem).order_by(CurationItem.id)).all()
        if items:
            service.record_risks(assessed(items))
    _look_behind_links(production, works)


_SHARES = {"opened": 0.15, "done": 0.6, "due": 0.8}


def _open(
    production: Production, plan: ExpectedRound, moment: datetime, due: datetime
) -> CurationRound | None:
    stage = production.stage
    scope = Scope(types=plan.types, older_than_months=_months_since_summer(moment))
    with happening(moment):
        cluster, people = queries.cluster_with_curators(stage.clusters[plan.cluster].id)
        wanted = service.Plan(plan.title, due.date(), scope)
        lead = stage.viewer(stage.lead(plan.cluster))
        if not service.has_works(lead, cluster, wanted):
            return None
        return service.open_round(lead, cluster, wanted, [person.id for person in people])


def _months_since_summer(moment: datetime) -> int:
    """So that the scope takes what was published before this school year."""
    start = SchoolYear.of(moment.date()).start
    return max(1, moment.year * 12 + moment.month - (start * 12 + 7))


def _decide(
    production: Production,
    found: CurationRound,
    known: dict[str, DemoResource],
    count: int,
    first: datetime,
    last: datetime,
) -> None:
    """Verdicts of the cluster's readers in turn, the least urgent works first: the others still wait."""
    stage, session = production.stage, current_session()
    order = select(CurationItem).where(CurationItem.round_id == found.id)
    items = session.scalars(order.order_by(CurationItem.urgency, CurationItem.resource_id)).all()
    names = _READERS[next(key for key, row in stage.clusters.items() if row.id == found.cluster_id)]
    left = [item for item in items if item.resource_id in known and not known[item.resource_id].due][:count]
    for place, item in enumerate(left, 1):
        work = known[item.resource_id]
        reader = next(name for name in names if name not in work.authors)
        with happening(first + (last - first) * (place / len(left))):
            viewer = stage.viewer(reader)
            at_hand = reading.items_for(viewer, found.id, [item.id])[0]
            verdicts.decide(viewer, at_hand, _judgement(production, work))


def _judgement(production: Production, work: DemoResource) -> Judgement:
    if work.state == "retired":
        return Judgement(verdicts.RETIRE, ["chuong-trinh"], RETIRED_BECAUSE)
    if work.state == "replaced":
        successor = current_session().get_one(Resource, production.works[work.successor or ""].id)
        return Judgement(verdicts.REPLACE, ["trung-lap"], REPLACED_BECAUSE, successor)
    if turn(work.key, 4) == 1:
        reason, note = _REQUESTS[turn(work.title, len(_REQUESTS))]
        return Judgement(verdicts.UPDATE, [reason], note)
    return Judgement(verdicts.KEEP)


def _look_behind_links(production: Production, works: Sequence[DemoResource]) -> None:
    """The film's address leads nowhere: Kho looked twice."""
    calendar = production.stage.calendar
    for work in works:
        if "dead-link" not in work.special:
            continue
        resource = production.works[work.key]
        version = current_session().get_one(ResourceVersion, resource.current_version_id)
        nothing = {str(link["url"]): Outcome("failed", "no_such_host") for link in version.links}
        for days in (5, 2):
            with happening(calendar.ago(days, work.key)):
                record_looks(resource.id, version.id, nothing, line_works=True)
