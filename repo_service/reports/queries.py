"""Reading reports: the queue of who looks after works, one's own, a guest's by its link."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, listed, may
from repo_service.organizations.models import Cluster
from repo_service.organizations.queries import department_staff, leads_of
from repo_service.reports import policy
from repo_service.reports.models import ProblemReport
from repo_service.resources.models import Resource

PAGE = 20


@dataclass(frozen=True)
class ReportRow:
    """A report with the work it is about and who reported; None for a guest or a closed account."""

    report: ProblemReport
    resource: Resource
    cluster: str | None
    by: str | None
    by_form: str

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed without an answer."""
        return self.report.answered_at is None and self.report.due_on < clock.today()


def queue(viewer: Viewer, number: int = 1, *, answered: bool = False) -> Page[ReportRow]:
    """What the viewer looks after: open ones by their day, answered ones newest first."""
    done = ProblemReport.answered_at.is_not(None) if answered else ProblemReport.answered_at.is_(None)
    order = (ProblemReport.answered_at.desc(),) if answered else (ProblemReport.due_on,)
    mine = _rows().where(done, listed(viewer, policy.HANDLE.action)).order_by(*order, ProblemReport.id)
    rows = current_session().execute(mine.offset((number - 1) * PAGE).limit(PAGE + 1))
    return page_of([_row(*row) for row in rows], number, PAGE)


def open_count(viewer: Viewer) -> int:
    """How many reports wait for the viewer."""
    mine = ProblemReport.answered_at.is_(None), listed(viewer, policy.HANDLE.action)
    statement = select(func.count(ProblemReport.id)).join(Resource, Resource.id == ProblemReport.resource_id)
    return current_session().scalar(statement.where(*mine)) or 0


def find_report(viewer: Viewer, report_id: str, *, handling: bool = False) -> ReportRow:
    """A report that the viewer looks after or made; NotFound otherwise. `handling` locks it, for who looks after it."""
    statement = _rows().where(ProblemReport.id == report_id)
    if handling:
        statement = statement.with_for_update(of=ProblemReport).execution_options(populate_existing=True)
    found = current_session().execute(statement).one_or_none()
    if found is None:
        raise NotFound()
    row = _row(*found)
    handles = may(viewer, policy.HANDLE.action, row.resource)
    if not handles and (handling or not may(viewer, policy.FOLLOW.action, row.report)):
        raise NotFound()
    return row


def find_by_token(token: str) -> ReportRow:
    """A guest's report by the status link; NotFound for any other."""
    found = current_session().execute(_rows().where(ProblemReport.token_hash == hashed(token))).one_or_none()
    if found is None:
        raise NotFound()
    return _row(*found)


def hashed(token: str) -> str:
    """What is kept of a status link."""
    return hashlib.sha256(token.encode()).hexdigest()


def same_report(viewer: Viewer, resource: Resource, kind: str, text: str) -> ProblemReport | None:
    """The viewer's open report of the same words: the button was pressed twice."""
    same = (
        ProblemReport.reporter_id == viewer.id, ProblemReport.resource_id == resource.id,
        ProblemReport.kind == kind, ProblemReport.text == text, ProblemReport.answered_at.is_(None),
    )  # fmt: skip
    return None if viewer.is_guest else current_session().scalar(select(ProblemReport).where(*same).limit(1))


def count_since(viewer: Viewer, moment: datetime) -> int:
    """How many problems the viewer reported after a moment."""
    mine = ProblemReport.reporter_id == viewer.id, ProblemReport.created_at > moment
    return current_session().scalar(select(func.count()).where(*mine)) or 0


def others_open(report: ProblemReport) -> bool:
    """Whether another report about the same work still waits."""
    other = ProblemReport.resource_id == report.resource_id, ProblemReport.id != report.id
    waits = select(ProblemReport.id).where(*other, ProblemReport.answered_at.is_(None)).limit(1)
    return current_session().scalar(waits) is not None


def overdue(limit: int = 100) -> Sequence[ProblemReport]:
    """Reports whose day has passed and of which nobody was reminded."""
    late = ProblemReport.answered_at.is_(None), ProblemReport.due_on < clock.today()
    statement = select(ProblemReport).where(*late, ProblemReport.reminded_at.is_(None))
    return current_session().scalars(statement.order_by(ProblemReport.due_on).limit(limit)).all()


def handlers(resource: Resource, *, department: bool = False) -> list[str]:
    """Accounts that look after a work: its cluster's leads; the department where there are none, or beside them."""
    leads = [user.id for user, _role in leads_of(resource.cluster_id)] if resource.cluster_id else []
    if leads and not department:
        return leads
    return list(dict.fromkeys([*leads, *department_staff()]))


def _rows() -> Select[ProblemReport, Resource, str, str, str, bool]:
    return (
        select(ProblemReport, Resource, Cluster.name, User.name, User.form_of_address, User.is_active)
        .join(Resource, Resource.id == ProblemReport.resource_id)
        .outerjoin(Cluster, Cluster.id == Resource.cluster_id)
        .outerjoin(User, User.id == ProblemReport.reporter_id)
    )


def _row(
    report: ProblemReport, resource: Resource, cluster: str | None, name: str | None, form: str | None,
    is_active: bool | None,
) -> ReportRow:  # fmt: skip
    return ReportRow(report, resource, cluster, name if is_active else None, form or "")
