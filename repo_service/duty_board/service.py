"""The one verb of the board: a gentle nudge, at most one a week about a cell; the only writer of its table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from repo_service.annual_products.queries import cluster_of_duties
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import is_school_year
from repo_service.duty_board import policy, queries
from repo_service.duty_board.cells import DUTIES
from repo_service.duty_board.models import LONGEST, DutyNudge
from repo_service.duty_board.rows import cluster_row
from repo_service.organizations.models import Cluster
from repo_service.organizations.queries import leads_of

PAUSE = timedelta(days=7)


def nudge(viewer: Viewer, cluster_id: str, school_year: str, duty: str, text: str) -> DutyNudge:
    """Leave a kind word in the leads' inbox about a duty that is not met.

    NotFound for a cluster that is not the viewer's to look after; InvalidInput for an empty or long text;
    MoveNotAllowed when the duty is met meanwhile, the cluster has no lead, or there was a nudge within the week.
    """
    authorize(viewer, policy.OPEN.action)
    cluster = cluster_of_duties(viewer, cluster_id)
    if not is_school_year(school_year) or duty not in DUTIES:
        raise NotFound()
    text = _checked(text)
    locked = select(Cluster.id).where(Cluster.id == cluster.id).with_for_update()
    current_session().execute(locked)  # two officers at once: the second sees the first one's nudge
    _check_cell(viewer, cluster.id, school_year, duty)
    if queries.nudged_since(cluster.id, school_year, duty, clock.now() - PAUSE):
        raise MoveNotAllowed(_("Trong tuần này đã có người nhắc việc ấy rồi. Đợi ít hôm nhé."))
    assert viewer.id is not None
    sent = DutyNudge(
        id=new_id(), cluster_id=cluster.id, school_year=school_year, duty=duty, text=text, sent_by_id=viewer.id,
        sent_at=clock.now(),
    )  # fmt: skip
    current_session().add(sent)
    record(viewer.id, "duty.nudged", "cluster", cluster.id, duty=duty, school_year=school_year)
    emit("duty.nudged", sent.id)
    return sent


def _checked(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise InvalidInput({"text": [_("Viết một câu để trưởng cụm hiểu cần gì.")]})
    if len(text) > LONGEST:
        raise InvalidInput({"text": [_("Viết gọn trong %(most)s chữ cái nhé.", most=LONGEST)]})
    return text


def _check_cell(viewer: Viewer, cluster_id: str, school_year: str, duty: str) -> None:
    row = cluster_row(viewer, cluster_id, school_year)
    if row is None:
        raise NotFound()
    if not next(cell for cell in row.cells if cell.duty == duty).is_nudgeable:
        raise MoveNotAllowed(_("Việc này không còn gì phải nhắc."))
    if not leads_of(cluster_id):
        raise MoveNotAllowed(_("Cụm chưa cử trưởng cụm nên chưa có ai để nhắc."))
