"""Reading figures: a handful of rows for a school year, whatever the number of works."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.organizations.models import Cluster
from repo_service.statistics import policy
from repo_service.statistics.models import FigureMonth, MonthlyFigure


def clusters_to_see(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """(id, name) of the clusters whose figures the viewer may see, in the order of the alphabet."""
    statement = select(Cluster.id, Cluster.name).where(listed(viewer, policy.SEE.action))
    rows = current_session().execute(statement.order_by(Cluster.name_sort, Cluster.id))
    return [(row[0], row[1]) for row in rows]


def find_cluster(viewer: Viewer, cluster_id: str) -> Cluster:
    """The cluster, if its figures are the viewer's to see; NotFound otherwise."""
    cluster = current_session().get(Cluster, cluster_id)
    if cluster is None:
        raise NotFound()
    authorize(viewer, policy.SEE.action, cluster)
    return cluster


def by_month(place: str, months: Collection[str], subject: str, kind: str) -> dict[tuple[str, str], int]:
    """(month, measure) -> count; without a subject each work counts once."""
    statement = (
        select(MonthlyFigure.month, MonthlyFigure.measure, func.sum(MonthlyFigure.count))
        .where(MonthlyFigure.cluster_id == place, MonthlyFigure.month.in_(months))
        .where(MonthlyFigure.subject == subject)
        .group_by(MonthlyFigure.month, MonthlyFigure.measure)
    )
    if kind:
        statement = statement.where(MonthlyFigure.type == kind)
    return {(row[0], row[1]): int(row[2]) for row in current_session().execute(statement)}


def by_subject(place: str, months: Collection[str], kind: str) -> dict[tuple[str, str], int]:
    """(subject, measure) -> count over the months; a work of two subjects counts for both."""
    statement = (
        select(MonthlyFigure.subject, MonthlyFigure.measure, func.sum(MonthlyFigure.count))
        .where(MonthlyFigure.cluster_id == place, MonthlyFigure.month.in_(months))
        .where(MonthlyFigure.subject != "")
        .group_by(MonthlyFigure.subject, MonthlyFigure.measure)
    )
    if kind:
        statement = statement.where(MonthlyFigure.type == kind)
    return {(row[0], row[1]): int(row[2]) for row in current_session().execute(statement)}


def counted_at(months: Collection[str]) -> datetime | None:
    """When the newest of these months was counted; None when none has been."""
    statement = select(func.max(FigureMonth.counted_at)).where(FigureMonth.month.in_(months))
    return current_session().scalar(statement)
