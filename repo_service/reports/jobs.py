"""Who hears of reports: who looks after the work, then whoever reported; once more when a day passes unanswered."""

from __future__ import annotations

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import report_path
from repo_service.notifications.service import notify
from repo_service.reports import queries
from repo_service.reports.models import ProblemReport
from repo_service.reports.words import URGENT
from repo_service.resources.models import Resource


def tell_handlers(row: OutboxRow) -> None:
    """The cluster's leads; of urgent kinds the department too."""
    made, resource = _about(row.object_id)
    if made and resource and made.answered_at is None:
        people = queries.handlers(resource, department=made.kind in URGENT)
        notify(people, "report.made", report_path(made.id), f"report.made:{made.id}", title=resource.title)


def tell_reporter(row: OutboxRow) -> None:
    """A guest looks at the status link instead."""
    made, resource = _about(row.object_id)
    if made and resource and made.reporter_id:
        origin = f"report.answered:{made.id}"
        notify([made.reporter_id], "report.answered", report_path(made.id), origin, title=resource.title)


def remind_overdue(database: Database) -> None:
    """Schedule: once for each report whose day has passed, to its handlers and the department."""
    with database.transaction():
        for made in queries.overdue():
            resource = current_session().get(Resource, made.resource_id)
            if resource:
                people = queries.handlers(resource, department=True)
                notify(people, "report.overdue", report_path(made.id), f"report.late:{made.id}", title=resource.title)
            made.reminded_at = clock.now()


def _about(report_id: str) -> tuple[ProblemReport | None, Resource | None]:
    made = current_session().get(ProblemReport, report_id)
    return made, current_session().get(Resource, made.resource_id) if made else None
