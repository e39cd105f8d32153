"""Products of the year: one that is chosen, one that was locked and has an addendum."""

from __future__ import annotations

from repo_service.annual_products import queries, service
from repo_service.annual_products.locking import checks
from repo_service.annual_products.locking.addenda import add_addendum
from repo_service.annual_products.locking.contents import contents_of
from repo_service.annual_products.models import AnnualProduct
from repo_service.contributions import service as contributions
from repo_service.core.db import current_session
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_resource, find_version
from repo_service.reviews import queries as rounds
from repo_service.reviews import service as reviews
from tests.factories import THIS_YEAR, viewer_of
from tests.rights.people import CLUSTER, DEPARTMENT, LEADS, SIGNED_IN, Roles
from tests.rights.world import Target, World, works

LAST_YEAR = "2025-2026"


def fill_with_products(world: World) -> None:
    """This year's product could be locked now; last year's is. Needs an open transaction."""
    by_name = {work.name: work for work in works(world)}
    duties = CLUSTER | DEPARTMENT | {"commune"}
    chosen = _choose(world, by_name["published cong-khai"], THIS_YEAR, duties)
    ids = {"cluster_id": world.cluster, "school_year": THIS_YEAR, "product_id": chosen.id}
    world.add("product", "this year's", ids, read=duties, choose=LEADS, withdraw=LEADS | DEPARTMENT)
    locked = _choose(world, by_name["published tinh"], LAST_YEAR, SIGNED_IN)
    minh, cluster = viewer_of(world.people["minh"]), current_session().get_one(Cluster, world.cluster)
    service.publish(minh, cluster, locked)
    _correct(world, locked, "Phân số và tỉ số")
    _read(locked)
    add_addendum(minh, cluster, locked, "Sửa tên bài")
    _correct(world, locked, "Phân số, tỉ số")
    _read(locked)
    ids = {"cluster_id": world.cluster, "school_year": LAST_YEAR, "product_id": locked.id, "number": "1"}
    world.add("locked", "last year's", ids, read=SIGNED_IN, choose=LEADS)
    _refresh(world)


def _choose(world: World, work: Target, year: str, readers: Roles) -> AnnualProduct:
    """The work as the product of a year, approved from other schools, its files read again."""
    session, minh = current_session(), viewer_of(world.people["minh"])
    resource = find_resource(minh, work.ids["resource_id"])
    version = find_version(resource, resource.current_version_id)
    reader = viewer_of(world.people["phong"])
    opened = reviews.open_further_round(minh, resource, version)
    session.flush()
    reviews.decide(reader, rounds.round_for(reader, opened.id, "reviews.review", deciding=True), "approve")
    words = f"Hợp vùng biển {world.secret(f'why the product of {year}', readers)}", "Dùng ở tổ"
    chosen = service.choose(minh, session.get_one(Cluster, world.cluster), year, resource.id, *words)
    _read(chosen)
    return chosen


def _read(product: AnnualProduct) -> None:
    """The background has read the files of the newest version of its work, and found them as they were."""
    resource, _version = queries.work_of(product)
    contents = contents_of(current_session().get_one(ResourceVersion, resource.current_version_id))
    checks.ask(product, contents)
    checks.conclude(product, contents, [])


def _correct(world: World, product: AnnualProduct, title: str) -> None:
    lan = viewer_of(world.people["lan"])
    resource = find_resource(lan, product.resource_id)
    shown = find_version(resource, resource.current_version_id)
    contributions.change(lan, resource, shown, {"summary": f"{shown.summary} {title}"}, None)
    current_session().flush()


def _refresh(world: World) -> None:
    """Revisions of works rose meanwhile."""
    for work in (each for kind in ("work", "paged") for each in world.targets[kind]):
        work.ids["revision"] = str(current_session().get_one(Resource, work.ids["resource_id"]).revision)
