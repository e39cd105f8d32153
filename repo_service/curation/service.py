"""The verbs of curation rounds: open, arrange, give up, close; with verdicts.py the only writer of their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, update

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.curation import policy
from repo_service.curation.lifecycle import next_item_state, next_round_state
from repo_service.curation.models import CurationItem, CurationRound
from repo_service.curation.works.scope import Scope, works_of
from repo_service.curation.works.signals import risks_of, urgency_of
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year

MOST_ITEMS = 2000
"""Nobody reads more in one round; a wider scope is asked to be narrowed."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Plan:
    """What a round starts with."""

    title: str
    due_on: date
    scope: Scope = field(default_factory=Scope)
    curator_ids: Sequence[str] = ()


def open_round(viewer: Viewer, cluster: Cluster, plan: Plan, eligible: Sequence[str]) -> CurationRound:
    """A new round whose works are fixed now. `eligible`: accounts that may be asked to curate for this cluster.

    InvalidInput when nothing is in the scope, too much, or a named colleague may not curate; MoveNotAllowed for a
    cluster that was merged or split away.
    """
    authorize(viewer, policy.OPEN.action, cluster.id)
    if cluster.to_year is not None or cluster.state != "dang-hoat-dong":
        raise MoveNotAllowed(
            _("Cụm %(name)s đã được sắp xếp lại. Thầy cô mở đợt rà soát ở cụm mới nhé.", name=cluster.name)
        )
    problems = _plan_problems(plan, eligible)
    if problems:
        raise InvalidInput(problems)
    found = _open(cluster, plan, viewer)
    if found is None:
        raise InvalidInput(
            {"scope": [_("Chưa có bài nào hợp phạm vi này, hoặc các bài đang ở một đợt khác.")]}
        )
    record(viewer.id, "curation.opened", "curation_round", found.id, items=found.item_count)
    return found


def has_works(viewer: Viewer, cluster: Cluster, plan: Plan) -> bool:
    """Whether a round of this plan would hold anything."""
    return (
        current_session().execute(works_of(cluster.id, plan.scope, plan.due_on, viewer).limit(1)).first()
        is not None
    )


def open_yearly_round(cluster: Cluster, title: str, due_on: date) -> CurationRound | None:
    """The cluster's round of this school year with what is due by `due_on`; None while nothing is."""
    found = _open(cluster, Plan(title, due_on, Scope(only_due=True)), None)
    if found is not None:
        record(None, "curation.opened", "curation_round", found.id, items=found.item_count, yearly=True)
    return found


def _open(cluster: Cluster, plan: Plan, viewer: Viewer | None) -> CurationRound | None:
    session = current_session()
    chosen = works_of(cluster.id, plan.scope, plan.due_on, viewer).limit(MOST_ITEMS + 1)
    works = [(row.resource_id, risks_of(row)) for row in session.execute(chosen)]
    if len(works) > MOST_ITEMS:
        if viewer is not None:
            raise InvalidInput(
                {
                    "scope": [
                        _("Phạm vi này quá %(most)s bài. Chọn ít loại hoặc ít môn hơn nhé.", most=MOST_ITEMS)
                    ]
                }
            )
        works = works[:MOST_ITEMS]
    if not works:
        return None
    found = CurationRound(
        id=new_id(), title=plan.title, cluster=cluster, cluster_id=cluster.id, school_year=current_school_year().key,
        scope=plan.scope.kept(), curator_ids=list(dict.fromkeys(plan.curator_ids)), due_on=plan.due_on, state="open",
        is_yearly=viewer is None, item_count=len(works), done_count=0, opened_by_id=viewer.id if viewer else None,
        opened_at=clock.now(), revision=1,
    )  # fmt: skip
    session.add(found)
    session.flush()
    session.execute(insert(CurationItem), [_item_row(found.id, *work) for work in works])
    emit("curation.opened", found.id)
    emit("curation.assess", found.id)
    return found


def _item_row(round_id: str, resource_id: str, risks: list[Any]) -> dict[str, Any]:
    place = {"id": new_id(), "round_id": round_id, "resource_id": resource_id, "state": "waiting"}
    return {**place, "risks": risks, "urgency": urgency_of(risks)}


def _plan_problems(plan: Plan, eligible: Sequence[str]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not plan.title.strip():
        problems["title"] = [_("Đặt cho đợt rà soát một cái tên, ví dụ “Rà soát tháng 11/2026”.")]
    if not clock.today() <= plan.due_on <= clock.today() + LONGEST:
        problems["due_on"] = [_("Chọn một ngày hẹn từ hôm nay, trong vòng một năm.")]
    if set(plan.curator_ids) - set(eligible):
        problems["curators"] = [_("Chọn trưởng cụm, phó trưởng cụm hoặc người rà soát của cụm này.")]
    return problems


def arrange(
    viewer: Viewer, found: CurationRound, plan: Plan, eligible: Sequence[str], revision: int | None = None
) -> None:
    """Change name, date and curators of an open round; the works stay. StaleVersion when it moved on meanwhile."""
    authorize(viewer, policy.ARRANGE.action, found)
    if revision is not None and revision != found.revision:
        raise StaleVersion(_("Có người vừa đổi đợt rà soát này. Xem lại rồi sửa tiếp nhé."))
    if found.state != "open":
        next_round_state(found.state, "arrange")
    # a colleague who lost the role meanwhile may stay on the list: the policy lets nobody decide without it
    problems = _plan_problems(plan, [*eligible, *found.curator_ids])
    if plan.due_on == found.due_on:
        problems.pop("due_on", None)
    if problems:
        raise InvalidInput(problems)
    found.title, found.due_on = plan.title.strip(), plan.due_on
    found.curator_ids = list(dict.fromkeys(plan.curator_ids))
    found.revision += 1
    record(viewer.id, "curation.arranged", "curation_round", found.id, due=plan.due_on.isoformat())
    emit("curation.opened", found.id)  # who was added hears of it, nobody twice


def cancel(viewer: Viewer, found: CurationRound) -> None:
    """Give the round up: verdicts given so far stand, the works that wait are free for another round."""
    authorize(viewer, policy.ARRANGE.action, found)
    found.state = next_round_state(found.state, "cancel")
    _stamp(found)
    record(viewer.id, "curation.cancelled", "curation_round", found.id)


def record_risks(found: Mapping[str, tuple[list[Any], int]]) -> None:
    """Item -> (risks, urgency), as a program found them just now."""
    moment = clock.now()
    rows = [
        {"id": item_id, "risks": risks, "urgency": urgency, "assessed_at": moment}
        for item_id, (risks, urgency) in found.items()
    ]
    current_session().execute(update(CurationItem), rows)


def drop_items(found: CurationRound, item_ids: Sequence[str]) -> None:
    """Items whose work left the care of the round meanwhile; the caller locked the round."""
    gone = update(CurationItem).where(CurationItem.id.in_(item_ids), CurationItem.state == "waiting")
    dropped = current_session().execute(gone.values(state=next_item_state("waiting", "drop"))).rowcount  # type: ignore[attr-defined]
    record(None, "curation.dropped", "curation_round", found.id, items=dropped)
    count_done(found, dropped)


def count_done(found: CurationRound, items: int) -> None:
    """So many items more wait for nobody (fewer, when negative); the last one closes the round by itself."""
    found.done_count += items
    found.revision += 1
    if found.state == "closed" and items < 0:
        found.state = next_round_state(found.state, "reopen")
        found.closed_at = found.closed_on = None
    elif found.done_count >= found.item_count:
        found.state = next_round_state(found.state, "finish")
        _stamp(found)
        emit("curation.closed", found.id)


def _stamp(found: CurationRound) -> None:
    found.closed_at, found.closed_on = clock.now(), clock.today()
    found.revision += 1
