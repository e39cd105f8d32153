"""Who plans a cluster's year, who sees the plan, who works at it."""

from __future__ import annotations

from repo_service.annual_plans.models import AnnualPlan
from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.organizations.models import Cluster


def can_plan(viewer: Viewer, cluster: Cluster) -> bool:
    """The cluster's lead, deputy or secretary."""
    return viewer.leads(cluster.id)


def can_see(viewer: Viewer, cluster: Cluster) -> bool:
    """Whoever works in the cluster, and the department."""
    return viewer.is_department or cluster.id in viewer.cluster_ids or viewer.leads(cluster.id)


def can_work(viewer: Viewer, plan: AnnualPlan) -> bool:
    """The leads and the co-authors: they begin the work and say which one it is."""
    return viewer.leads(plan.cluster_id) or viewer.id in {person.user_id for person in plan.people}


PLAN = declare(Policy("annual_plans.plan", "Lập kế hoạch sản phẩm năm của cụm", can_plan))
SEE = declare(Policy("annual_plans.see", "Xem kế hoạch sản phẩm năm", can_see))
WORK = declare(Policy("annual_plans.work", "Làm theo kế hoạch sản phẩm năm", can_work))
