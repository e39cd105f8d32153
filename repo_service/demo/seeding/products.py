"""The clusters' annual products as the expected table says: met, one approval short, withdrawn, not declared."""

from __future__ import annotations

from repo_service.annual_plans import service as plans
from repo_service.annual_products import service as products
from repo_service.annual_products.locking import checks
from repo_service.annual_products.locking.contents import contents_of
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.backends import storage
from repo_service.core.db import current_session
from repo_service.core.school_year import SchoolYear
from repo_service.demo import expected
from repo_service.demo.cast import YEARS
from repo_service.demo.plan import DemoResource
from repo_service.demo.seeding.calendar import happening
from repo_service.demo.seeding.works import Production, approve, readers_of, write_next_version
from repo_service.organizations.queries import people_of_cluster
from repo_service.resources.models import ResourceVersion
from repo_service.reviews import service as reviews

PLANNING = "K3"
_LOCAL_FIT = "Ví dụ, hình ảnh và điều kiện lớp học lấy từ chính các trường trong cụm."
_USE = "Mỗi trường dạy thử ít nhất một tiết, ghi lại điều chỉnh rồi gửi về cụm."


def write_products(production: Production, works: dict[str, DemoResource]) -> None:
    """Choose, lock and withdraw by the clusters' leads; works that are not seeded are passed over."""
    reasons = {(duty.cluster, duty.school_year): duty.reason for duty in expected.DUTIES}
    for (cluster, year), key in expected.ANNUAL_PRODUCTS.items():
        if key in works:
            _write_product(production, works[key], cluster, year, reasons[cluster, year])
    for duty in expected.DUTIES:
        if duty.reason == "new_version_not_declared":
            last = (duty.cluster, _before(duty.school_year))
            work = works.get(expected.ANNUAL_PRODUCTS.get(last, ""))
            if work is not None:
                moment = production.stage.calendar.moment(YEARS[1], 0.6, work.key)
                write_next_version(production, work, work.versions[-1], moment)


def write_plans(production: Production) -> None:
    """What K3, which has no product yet, wants to make: a title, two co-authors, the days that Kho proposed."""
    stage, calendar = production.stage, production.stage.calendar
    with happening(calendar.moment(YEARS[1], 0.3, "plan")):
        lead, cluster = stage.viewer(stage.lead(PLANNING)), stage.clusters[PLANNING]
        plan = plans.make(lead, cluster, calendar.year(YEARS[1]), "Gói chủ đề: Nước và rừng quê em", "goi-chu-de")
        for person in people_of_cluster(cluster.id)[:2]:
            plans.add_person(lead, cluster, plan, person.id)


def _before(year: str) -> str:
    return SchoolYear(SchoolYear.parse(year).start - 1).key


def _write_product(production: Production, work: DemoResource, cluster: str, year: str, reason: str) -> None:
    stage, calendar = production.stage, production.stage.calendar
    resource, row = production.works[work.key], stage.clusters[cluster]
    lead = stage.lead(cluster)
    with happening(calendar.moment(year, 0.65, work.key)):
        version = current_session().get_one(ResourceVersion, resource.current_version_id)
        review_round = reviews.open_further_round(stage.viewer(lead), resource, version)
        current_session().flush()
        second = readers_of(work)[1]
        if reason == "in_review":
            reviews.assign(stage.viewer(lead), review_round, stage.people[second])
        else:
            approve(stage, work, review_round, second)
    with happening(calendar.moment(year, 0.85, work.key)):
        viewer = stage.viewer(lead)
        product = products.choose(viewer, row, calendar.year(year), resource.id, _LOCAL_FIT, _USE)
        current_session().flush()
        _read_again(product)
        if reason != "in_review":
            products.publish(viewer, row, product)
            _read_again(product)
    if reason == "withdrawn":
        with happening(calendar.moment(year, 0.88, work.key)):
            products.withdraw(stage.viewer(lead), row, product, "Rà lại nguồn của các câu hỏi trong đề.")


def _read_again(product: AnnualProduct) -> None:
    """What the worker does before and after a lock."""
    contents = contents_of(current_session().get_one(ResourceVersion, product.version_id))
    checks.conclude(product, contents, checks.read_all(storage(), contents.files))
