"""Who chooses, locks and withdraws a cluster's product of the year, and whose duties one may look at."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.organizations.models import Cluster, Membership, Organization


def can_choose(viewer: Viewer, cluster: Cluster) -> bool:
    """R1 (a): flagged by the cluster's lead, deputy or secretary."""
    return viewer.leads(cluster.id)


def can_withdraw(viewer: Viewer, cluster: Cluster) -> bool:
    """The cluster itself, or the department."""
    return viewer.is_department or viewer.leads(cluster.id)


def communes_of(viewer: Viewer) -> list[str]:
    """Communes whose officer the viewer is (R37)."""
    return [
        role.organization_id for role in viewer.roles if role.code == "can-bo-xa" and role.organization_id
    ]


def sees_duties(viewer: Viewer, cluster: Cluster, managing_bodies: frozenset[str] = frozenset()) -> bool:
    """The department all; members their own; a commune officer clusters with a school of the commune."""
    if viewer.is_department or cluster.id in viewer.cluster_ids:
        return True
    return not managing_bodies.isdisjoint(communes_of(viewer))


def sees_duties_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `sees_duties`."""
    if viewer.is_guest:
        return false()
    if viewer.is_department:
        return true()
    of_communes = (
        select(Membership.cluster_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(and_(Membership.user_id.is_(None), Organization.managing_body_id.in_(communes_of(viewer))))
    )
    return or_(Cluster.id.in_(viewer.cluster_ids), Cluster.id.in_(of_communes))


CHOOSE = declare(Policy("annual_products.choose", "Chọn và công bố sản phẩm năm của cụm", can_choose))
WITHDRAW = declare(Policy("annual_products.withdraw", "Rút sản phẩm năm", can_withdraw))
SEE_DUTIES = declare(
    Policy("annual_products.see_duties", "Xem việc năm học của cụm", sees_duties, sees_duties_sql)
)
