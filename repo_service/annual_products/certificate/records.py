"""Reading locked products with the rights of the work: one of them, and those of a cluster over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from repo_service.annual_products.locking.addenda import addenda_of
from repo_service.annual_products.models import Addendum, AnnualProduct
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound, NotSignedIn
from repo_service.core.permissions import Viewer, listed
from repo_service.organizations.models import Cluster, Succession
from repo_service.resources.models import Resource
from repo_service.resources.policy import READ

MOST_LISTED = 12


@dataclass(frozen=True)
class Certificate:
    """A product that was locked, withdrawn since or not."""

    product: AnnualProduct
    resource: Resource
    cluster: Cluster
    addenda: Sequence[Addendum]
    hidden_works: int
    """Works of the package that this viewer may not read today: then its manifest names too much."""

    @property
    def is_open(self) -> bool:
        """Whether the viewer may have the whole manifest, and the files."""
        return not self.hidden_works and self.resource.state != "withdrawn"

    @property
    def manifest(self) -> dict[str, Any]:
        """What was locked first."""
        return self.product.manifest


def find_certificate(viewer: Viewer, product_id: str) -> Certificate:
    """A locked product for whoever may read its work; a guest who may not is asked to sign in, whatever it is."""
    statement = (
        select(AnnualProduct, Resource, Cluster)
        .join(Resource, Resource.id == AnnualProduct.resource_id)
        .join(Cluster, Cluster.id == AnnualProduct.cluster_id)
        .where(
            AnnualProduct.id == product_id,
            AnnualProduct.manifest_sha256.is_not(None),
            listed(viewer, READ.action),
        )
    )
    row = current_session().execute(statement).first()
    if row is None:
        raise NotSignedIn() if viewer.is_guest else NotFound()
    addenda = addenda_of(product_id)
    return Certificate(row[0], row[1], row[2], addenda, _hidden(viewer, row[0], addenda))


def _hidden(viewer: Viewer, product: AnnualProduct, addenda: Sequence[Addendum]) -> int:
    manifests = [product.manifest, *(each.manifest for each in addenda)]
    works = {work["resource"] for manifest in manifests for work in manifest.get("works", ())}
    if not works:
        return 0
    readable = select(func.count()).where(
        Resource.id.in_(works),
        Resource.current_version_id.is_not(None),
        Resource.state != "withdrawn",
        listed(viewer, READ.action),
    )
    return len(works) - (current_session().scalar(readable) or 0)


def products_over_years(viewer: Viewer, cluster_id: str) -> list[tuple[AnnualProduct, Cluster]]:
    """Locked products of the cluster and of those it was made from (R48), newest year first, as the viewer may read."""
    before = select(Succession.predecessor_id).where(Succession.successor_id == cluster_id)
    statement = (
        select(AnnualProduct, Cluster)
        .join(Resource, Resource.id == AnnualProduct.resource_id)
        .join(Cluster, Cluster.id == AnnualProduct.cluster_id)
        .where(
            (AnnualProduct.cluster_id == cluster_id) | AnnualProduct.cluster_id.in_(before),
            AnnualProduct.state == "published",
            Resource.state != "withdrawn",
            listed(viewer, READ.action),
        )
        .order_by(AnnualProduct.school_year.desc(), Cluster.name_sort)
        .limit(MOST_LISTED)
    )
    return [(row[0], row[1]) for row in current_session().execute(statement)]
