"""Reading clusters, their products of a year and what may still be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from repo_service.annual_products import policy
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, listed, may
from repo_service.organizations.models import Cluster, Succession
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import READ

SHARED_REACH = ("cum", "tinh", "cong-khai")
"""Visibilities under which every member school of the owning cluster can read (R1 d)."""


def find_cluster(viewer: Viewer, cluster_id: str, action: str, *, holding: bool = False) -> Cluster:
    """The cluster, if the viewer may do `action` to it; missing and forbidden alike are NotFound.

    `holding`: it is not merged away before this transaction ends.
    """
    held = {"read": True} if holding else None
    cluster = current_session().get(Cluster, cluster_id, with_for_update=held)
    if cluster is None:
        raise NotFound()
    if may(viewer, policy.SEE_DUTIES.action, cluster) and not may(viewer, action, cluster):
        raise NotFound(_("Việc này của trưởng cụm, phó cụm và thư kí cụm năm học này; thầy cô vẫn xem được trang."))
    authorize(viewer, action, cluster)
    return cluster


def cluster_of_duties(viewer: Viewer, cluster_id: str) -> Cluster:
    """The cluster, if its duties are the viewer's to look at; NotFound otherwise."""
    statement = select(Cluster).where(Cluster.id == cluster_id, listed(viewer, policy.SEE_DUTIES.action))
    cluster = current_session().scalar(statement)
    if cluster is None:
        raise NotFound()
    return cluster


def find_product(cluster: Cluster, product_id: str, *, locking: bool = False) -> AnnualProduct:
    """A product of the cluster; `locking` makes two lockers wait for each other."""
    statement = select(AnnualProduct).where(
        AnnualProduct.id == product_id, AnnualProduct.cluster_id == cluster.id
    )
    product = current_session().scalar(statement.with_for_update() if locking else statement)
    if product is None:
        raise NotFound()
    return product


def product_of_year(cluster_id: str, school_year: str) -> AnnualProduct | None:
    """The product that stands for the year; else the one withdrawn last; else nothing."""
    statement = select(AnnualProduct).where(
        AnnualProduct.cluster_id == cluster_id, AnnualProduct.school_year == school_year
    )
    rows = (
        current_session()
        .scalars(statement.order_by(AnnualProduct.chosen_at.desc(), AnnualProduct.id.desc()))
        .all()
    )
    return next((row for row in rows if row.state != "withdrawn"), rows[0] if rows else None)


def work_of(product: AnnualProduct) -> tuple[Resource, ResourceVersion]:
    """The chosen resource with its authors, and the chosen version."""
    statement = (
        select(Resource, ResourceVersion)
        .join(ResourceVersion, ResourceVersion.id == product.version_id)
        .where(Resource.id == product.resource_id)
        .options(joinedload(Resource.authors))
    )
    row = current_session().execute(statement).unique().one()
    return row[0], row[1]


def choosable(viewer: Viewer, cluster: Cluster, limit: int = 100) -> Sequence[Resource]:
    """The cluster's own published works that every member school can read, newest first."""
    statement = select(Resource).where(
        Resource.cluster_id == cluster.id,
        Resource.current_version_id.is_not(None),
        Resource.state == "active",
        Resource.visibility.in_(SHARED_REACH),
        listed(viewer, READ.action),
    )
    return current_session().scalars(statement.order_by(Resource.updated_at.desc()).limit(limit)).all()


def earlier_number(product: AnnualProduct) -> int | None:
    """The highest version number locked of the same work in an earlier year; None when it is new (R1)."""
    statement = (
        select(ResourceVersion.number)
        .join(AnnualProduct, AnnualProduct.version_id == ResourceVersion.id)
        .where(
            AnnualProduct.resource_id == product.resource_id,
            AnnualProduct.school_year < product.school_year,
            AnnualProduct.state == "published",
        )
        .order_by(ResourceVersion.number.desc())
    )
    return current_session().scalar(statement.limit(1))


def shown_version(product: AnnualProduct) -> ResourceVersion | None:
    """The work's version that readers see today."""
    statement = select(ResourceVersion).join(Resource, Resource.current_version_id == ResourceVersion.id)
    return current_session().scalar(statement.where(Resource.id == product.resource_id))


def clusters_of_that_year(viewer: Viewer, cluster: Cluster, school_year: str) -> Sequence[Cluster]:
    """Predecessors or successors of a cluster that lived in a year, as far as their duties are the viewer's to see."""
    before = select(Succession.predecessor_id).where(Succession.successor_id == cluster.id)
    after = select(Succession.successor_id).where(Succession.predecessor_id == cluster.id)
    statement = select(Cluster).where(
        Cluster.id.in_(before.union(after)),
        Cluster.from_year <= school_year,
        or_(Cluster.to_year.is_(None), Cluster.to_year >= school_year),
        listed(viewer, policy.SEE_DUTIES.action),
    )
    return current_session().scalars(statement.order_by(Cluster.name_sort)).all()
