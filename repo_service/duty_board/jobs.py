"""Telling the leads of a nudge."""

from __future__ import annotations

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import cluster_duties_path
from repo_service.duty_board.models import DutyNudge
from repo_service.notifications.service import notify
from repo_service.organizations.models import Cluster
from repo_service.organizations.queries import leads_of


def tell_nudged(row: OutboxRow) -> None:
    """The lead hears of it; where there is none this year, the deputies and the secretary."""
    nudge = current_session().get(DutyNudge, row.object_id)
    if nudge is None:
        return
    cluster, sender = (
        current_session().get_one(Cluster, nudge.cluster_id),
        current_session().get_one(User, nudge.sent_by_id),
    )
    leads = leads_of(cluster.id)
    heads = [user.id for user, role in leads if role == "truong-cum"]
    notify(
        heads or [user.id for user, _role in leads],
        "duty.nudged",
        cluster_duties_path(cluster.id, nudge.school_year),
        f"duty_nudge:{nudge.id}",
        by=sender.name, by_form=sender.form_of_address, cluster=cluster.name, text=nudge.text,
    )  # fmt: skip
