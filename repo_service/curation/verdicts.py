"""Giving a verdict on a work in a round, and taking the last one back.

What a verdict does to the work itself is done by the verbs of `resources/succession.py`, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.curation import policy
from repo_service.curation.lifecycle import next_item_state
from repo_service.curation.models import CurationItem, CurationVerdict
from repo_service.curation.reading import ItemAtHand, is_to_update, item_for
from repo_service.curation.service import count_done
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.province_settings import next_review_day
from repo_service.resources import succession
from repo_service.resources.models import Resource
from repo_service.resources.policy import CURATE, is_author

KEEP, UPDATE, REPLACE, RETIRE = "giu-nguyen", "can-cap-nhat", "thay-the", "ngung-su-dung"
LONGEST_NOTE = 4000
UNDO_TIME = timedelta(minutes=2)
"""So long a verdict may be taken back before anybody is written to."""


@dataclass(frozen=True)
class Judgement:
    """A verdict as a person gives it: a code of B6, reason codes, a note, and the successor of "replaced by"."""

    verdict: str
    reasons: Sequence[str] = field(default_factory=tuple)
    note: str = ""
    successor: Resource | None = None
    version_id: str | None = None
    """The version that was read; None means not asked."""


def decide(viewer: Viewer, at_hand: ItemAtHand, said: Judgement) -> CurationVerdict:
    """One verdict on a locked item; the last one of a round closes it.

    AlreadyExists when a colleague was faster, StaleVersion when a new version came meanwhile, MoveNotAllowed when the
    work was replaced, retired, withdrawn or hidden, or is the curator's own.
    """
    item, resource = at_hand.item, at_hand.item.resource
    _check_open(item)
    _check_rights(viewer, item)
    _check_in_care(resource)
    if said.version_id is not None and said.version_id != resource.current_version_id:
        raise StaleVersion(_("Bài vừa có phiên bản mới. Thầy cô đọc lại bản mới rồi kết luận nhé."))
    problems = _problems(said)
    if problems:
        raise InvalidInput(problems)
    verdict = _written(viewer, at_hand, said)
    if at_hand.awaits_update:
        _settle(verdict)
    _carry_out(viewer, resource, at_hand.version.type, said)
    item.state, item.verdict_id = next_item_state(item.state, "decide"), verdict.id
    count_done(item.round, 1)
    record(viewer.id, "curation.decided", "resource", resource.id, verdict=said.verdict, round=item.round_id)
    emit("curation.decided", verdict.id, delay=UNDO_TIME)
    return verdict


def _check_open(item: CurationItem) -> None:
    if item.state == "decided":
        raise AlreadyExists(_("Đồng nghiệp vừa kết luận mục này. Thầy cô xem mục tiếp theo nhé."))
    if item.round.state != "open":
        raise MoveNotAllowed(_("Đợt rà soát này đã xong hoặc đã bỏ, không ghi thêm kết luận được."))
    next_item_state(item.state, "decide")


def _check_rights(viewer: Viewer, item: CurationItem) -> None:
    if is_author(viewer, item.resource):
        raise MoveNotAllowed(_("Đây là bài của thầy cô. Nhờ một đồng nghiệp kết luận giúp nhé."))
    if not policy.can_decide(viewer, item):
        raise MoveNotAllowed(
            _("Thầy cô không còn trong danh sách người rà soát của đợt này. Hỏi trưởng cụm nhé.")
        )


def _check_in_care(resource: Resource) -> None:
    if resource.state != "active" or resource.visibility == "rieng":
        raise MoveNotAllowed(
            _("Bài vừa được thay, ngừng dùng, gỡ hoặc chuyển sang riêng. Kho sẽ tự bỏ mục này khỏi đợt.")
        )


def _problems(said: Judgement) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    lists = vocabularies()
    if not lists.knows("verdicts", said.verdict):
        problems["verdict"] = [_("Chọn một kết luận: giữ nguyên, cần cập nhật, thay thế hoặc ngừng sử dụng.")]
    if any(not lists.knows("curation_reasons", code) for code in said.reasons):
        problems["reasons"] = [_("Có lí do không nằm trong danh sách.")]
    elif said.verdict in (UPDATE, RETIRE) and not said.reasons and not said.note.strip():
        problems["reasons"] = [_("Chọn một lí do hoặc viết một lời, để tác giả hiểu vì sao.")]
    if len(said.note) > LONGEST_NOTE:
        problems["note"] = [_("Lời nhắn dài quá %(most)s chữ cái, rút ngắn lại giúp Kho.", most=LONGEST_NOTE)]
    if said.verdict == REPLACE and said.successor is None:
        problems["successor"] = [_("Chọn bài thay thế trong danh sách, hoặc dán đường dẫn của bài ấy.")]
    return problems


def _written(viewer: Viewer, at_hand: ItemAtHand, said: Judgement) -> CurationVerdict:
    assert viewer.id is not None
    item, resource = at_hand.item, at_hand.item.resource
    successor = said.successor if said.verdict == REPLACE else None
    verdict = CurationVerdict(
        id=new_id(), round_id=item.round_id, item_id=item.id, resource_id=resource.id, version_id=at_hand.version.id,
        verdict=said.verdict, reasons=list(dict.fromkeys(said.reasons)), note=said.note.strip(),
        successor_id=successor.id if successor else None, decided_by_id=viewer.id, decided_at=clock.now(),
        before=_as_before(resource),
    )  # fmt: skip
    current_session().add(verdict)
    return verdict


def _as_before(resource: Resource) -> dict[str, str | None]:
    """What of the work itself a verdict changes, for `undo_last`."""
    planned, changed = resource.next_review_on, resource.state_changed_at
    return {
        "next_review_on": planned.isoformat() if planned else None,
        "state_reason": resource.state_reason,
        "state_changed_at": changed.isoformat() if changed else None,
    }


def _settle(verdict: CurationVerdict) -> None:
    """A later verdict speaks instead of an earlier "needs update"; taken back, the earlier one speaks again."""
    earlier = update(CurationVerdict).where(
        CurationVerdict.resource_id == verdict.resource_id, CurationVerdict.id != verdict.id, *is_to_update()
    )
    current_session().execute(earlier.values(settled_at=verdict.decided_at))


def _carry_out(viewer: Viewer, resource: Resource, type_code: str | None, said: Judgement) -> None:
    if said.verdict == REPLACE and said.successor is not None:
        succession.replace(viewer, resource, said.successor, _said_in_words(said))
        succession.plan_review(resource, None)
    elif said.verdict == RETIRE:
        succession.retire(viewer, resource, _said_in_words(said))
        succession.plan_review(resource, None)
    else:
        succession.plan_review(resource, next_review_day(type_code))


def _said_in_words(said: Judgement) -> str:
    """What readers of the old link are told: the curator's words, or else the reasons."""
    labels = [vocabularies().label("curation_reasons", code) for code in said.reasons]
    return said.note.strip() or "; ".join(labels)


def undo_last(viewer: Viewer, round_id: str) -> ItemAtHand:
    """Take back the viewer's own last verdict in the round: the work is as it was, the item waits again.

    MoveNotAllowed when there is none, or the work moved on since.
    """
    mine = CurationVerdict.round_id == round_id, CurationVerdict.decided_by_id == viewer.id
    standing = select(CurationVerdict).where(*mine, CurationVerdict.undone_at.is_(None))
    newest = standing.order_by(CurationVerdict.decided_at.desc(), CurationVerdict.id.desc())
    verdict = current_session().scalar(newest.limit(1))
    if verdict is None:
        raise MoveNotAllowed(_("Thầy cô chưa có kết luận nào để lấy lại trong đợt này."))
    at_hand = item_for(viewer, round_id, verdict.item_id, deciding=True)
    item, resource = at_hand.item, at_hand.item.resource
    if item.round.state == "cancelled" or item.verdict_id != verdict.id or _moved_on(resource, verdict):
        raise MoveNotAllowed(_("Bài đã đổi từ lúc kết luận nên không lấy lại được nữa."))
    _restore(viewer, resource, verdict)
    verdict.undone_at = clock.now()
    item.state, item.verdict_id = next_item_state(item.state, "undo"), None
    count_done(item.round, -1)
    record(viewer.id, "curation.undone", "resource", resource.id, verdict=verdict.verdict, round=round_id)
    if verdict.undone_at > verdict.decided_at + UNDO_TIME:
        emit("curation.undone", verdict.id)
    return at_hand


def _moved_on(resource: Resource, verdict: CurationVerdict) -> bool:
    """Somebody replaced, restored or withdrew it since, or published a new version."""
    expected = {REPLACE: "replaced", RETIRE: "retired"}.get(verdict.verdict, "active")
    return (
        resource.state != expected
        or resource.successor_id != verdict.successor_id
        or resource.current_version_id != verdict.version_id
    )


def _restore(viewer: Viewer, resource: Resource, verdict: CurationVerdict) -> None:
    authorize(viewer, CURATE.action, resource)
    earlier = update(CurationVerdict).where(
        CurationVerdict.resource_id == resource.id, CurationVerdict.settled_at == verdict.decided_at
    )
    current_session().execute(earlier.values(settled_at=None))
    if verdict.verdict in (REPLACE, RETIRE):
        changed = verdict.before.get("state_changed_at")
        changed_at = datetime.fromisoformat(changed) if changed else None
        succession.take_back(viewer, resource, verdict.before.get("state_reason"), changed_at)
    planned = verdict.before.get("next_review_on")
    succession.plan_review(resource, date.fromisoformat(planned) if planned else None)
