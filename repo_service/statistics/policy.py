"""Who sees figures: the department those of the province and of every cluster, leads those of their cluster."""

from __future__ import annotations

from sqlalchemy import ColumnElement, true

from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.organizations.models import Cluster


def sees_figures(viewer: Viewer, cluster: Cluster | None) -> bool:
    """None stands for the whole province."""
    return viewer.is_department or (cluster is not None and viewer.leads(cluster.id))


def sees_figures_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `sees_figures` for clusters."""
    if viewer.is_department:
        return true()
    led = [role.cluster_id for role in viewer.roles if role.code in CLUSTER_LEADS and role.cluster_id]
    return Cluster.id.in_(led)


SEE = declare(Policy("statistics.see", "Xem số liệu theo tháng và môn", sees_figures, sees_figures_sql))
