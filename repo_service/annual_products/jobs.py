"""Reading a product's files again, with progress; telling the member schools that their cluster has its product."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from repo_service.annual_products.locking import checks
from repo_service.annual_products.locking.contents import contents_of
from repo_service.annual_products.models import AnnualProduct
from repo_service.background.progress import Reporter
from repo_service.core.backends import storage
from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import annual_product_path
from repo_service.notifications.service import notify
from repo_service.organizations.models import Cluster, Membership
from repo_service.organizations.province_settings import current_school_year
from repo_service.resources.models import ResourceVersion

SCHOOL_HEADS = ("hieu-truong", "pho-hieu-truong", "tt-hoa-nhap")


def read_again(row: OutboxRow, database: Database) -> None:
    """Read every byte of the version that was asked for, and write down what is not as recorded."""
    with database.session(writing=False) as session:
        version = session.get(ResourceVersion, str(row.values["version"]))
        contents = contents_of(version) if version is not None else None
    if contents is None:
        return
    with Reporter(database, checks.job_name(row.object_id), contents.size) as report:
        findings = checks.read_all(storage(), contents.files, report)
    with database.transaction() as session:
        product = session.get(AnnualProduct, row.object_id, with_for_update=True)
        if product is not None and checks.conclude(product, contents, findings) and findings:
            _tell_damaged(product)


def _tell_damaged(product: AnnualProduct) -> None:
    """Whoever chose it and whoever locked it: a locked product keeps its manifest, its files need mending."""
    values = {"count": len(product.check_findings), "year": product.school_year.replace("-", "–")}
    path = annual_product_path(product.cluster_id, product.school_year)
    asked = int(product.check_asked_at.timestamp()) if product.check_asked_at else 0
    origin = f"annual_product.damaged:{product.id}:{asked}"
    notify({product.chosen_by_id, product.published_by_id}, "annual_product.damaged", path, origin, **values)


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
