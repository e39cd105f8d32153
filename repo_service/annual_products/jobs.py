"""Telling the member schools that their cluster has its product of the year."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from repo_service.annual_products.models import AnnualProduct
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import annual_product_path
from repo_service.notifications.service import notify
from repo_service.organizations.models import Cluster, Membership
from repo_service.organizations.province_settings import current_school_year

SCHOOL_HEADS = ("hieu-truong", "pho-hieu-truong", "tt-hoa-nhap")


def tell_member_schools(row: OutboxRow) -> None:
    """Heads of the member schools and whoever holds a role in the cluster hear of the locked product."""
    product = current_session().get(AnnualProduct, row.object_id)
    if product is None or product.state != "published":
        return
    cluster = current_session().get_one(Cluster, product.cluster_id)
    values = {
        "cluster": cluster.name,
        "year": product.school_year.replace("-", "–"),
        "title": product.manifest.get("title", ""),
    }
    path = annual_product_path(cluster.id, product.school_year)
    notify(_hearers(cluster.id), "annual_product.published", path, f"annual_product:{product.id}", **values)


def _hearers(cluster_id: str) -> list[str | None]:
    year = current_school_year().key
    person, school = Membership, aliased(Membership)
    of_cluster = person.cluster_id == cluster_id
    heads = and_(person.role.in_(SCHOOL_HEADS), school.cluster_id == cluster_id)
    statement = (
        select(person.user_id)
        .outerjoin(school, and_(school.organization_id == person.organization_id, school.user_id.is_(None)))
        .where(person.user_id.is_not(None), or_(of_cluster, heads), person.from_year <= year)
        .where(or_(person.to_year.is_(None), person.to_year >= year))
    )
    return list(current_session().scalars(statement.distinct()))
