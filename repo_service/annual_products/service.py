"""The verbs on annual products (R1, R2): choose, revise, publish, withdraw."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from repo_service.annual_products import policy, queries
from repo_service.annual_products.lifecycle import next_state
from repo_service.annual_products.locking import checks
from repo_service.annual_products.locking.addenda import addenda_of, newest_locked
from repo_service.annual_products.locking.canonical import fingerprint
from repo_service.annual_products.locking.contents import contents_of, file_list
from repo_service.annual_products.locking.manifest import make_manifest
from repo_service.annual_products.locking.obstacles import (
    LONGEST_TEXT,
    Candidate,
    is_shared,
    lock_problems,
    text_problems,
)
from repo_service.annual_products.models import AnnualProduct
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import SchoolYear, is_school_year
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year
from repo_service.organizations.queries import schools_in_year
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_resource
from repo_service.resources.succession import mark_annual_product
from repo_service.reviews.queries import Approvals, approvals


def choose(
    viewer: Viewer,
    cluster: Cluster,
    school_year: str,
    resource_id: str,
    local_fit: str,
    use: str,
    carry_over_note: str = "",
) -> AnnualProduct:
    """Flag one of the cluster's published works as its product of the year; the lead only.

    InvalidInput per field; AlreadyExists when the year has one that is not withdrawn. Its files are read again
    in the background.
    """
    authorize(viewer, policy.CHOOSE.action, cluster)
    problems = text_problems(local_fit, use, carry_over_note) | _year_problems(cluster, school_year)
    resource = _own_published(viewer, cluster, resource_id)
    if resource is None:
        problems["resource"] = [_("Chọn một bài đã công bố của cụm mà mọi trường thành viên đều mở được.")]
    if problems:
        raise InvalidInput(problems)
    standing = queries.product_of_year(cluster.id, school_year)
    if standing is not None and standing.state != "withdrawn":
        raise _taken(school_year)
    assert viewer.id is not None and resource is not None and resource.current_version_id is not None
    product = AnnualProduct(
        id=new_id(), cluster_id=cluster.id, school_year=school_year, resource_id=resource.id,
        version_id=resource.current_version_id,
        state="chosen", local_fit=local_fit.strip(), use=use.strip(), carry_over_note=carry_over_note.strip(),
        check_state="", check_findings=[], chosen_by_id=viewer.id, chosen_at=clock.now(),
    )  # fmt: skip
    _take_up(product, resource.current_version_id)
    current_session().add(product)
    record(
        viewer.id, "annual_product.chosen", "cluster", cluster.id, resource=resource.id, school_year=school_year
    )  # fmt: skip
    try:
        current_session().flush()
    except IntegrityError:  # another lead was faster by a moment: the table keeps one per cluster and year
        raise _taken(school_year) from None
    return product


def revise(
    viewer: Viewer,
    cluster: Cluster,
    product: AnnualProduct,
    local_fit: str,
    use: str,
    carry_over_note: str = "",
) -> None:
    """Change the words of a product that is not locked yet, and take up the newest published version."""
    authorize(viewer, policy.CHOOSE.action, cluster)
    product.state = next_state(product.state, "revise")
    problems = text_problems(local_fit, use, carry_over_note)
    if problems:
        raise InvalidInput(problems)
    product.local_fit, product.use, product.carry_over_note = (
        local_fit.strip(),
        use.strip(),
        carry_over_note.strip(),
    )
    resource, _version = queries.work_of(product)
    if resource.current_version_id is not None:
        _take_up(product, resource.current_version_id)
    record(viewer.id, "annual_product.revised", "cluster", cluster.id, school_year=product.school_year)


def publish(viewer: Viewer, cluster: Cluster, product: AnnualProduct) -> bool:
    """Lock the product: compare versions, sizes and SHA-256s and write the manifest, in one transaction.

    InvalidInput says everything that is still missing, one sentence per field. No bytes are read here: without a
    clean reading of the last hours one is asked for, and the answer is False; publish again when it is done.
    """
    authorize(viewer, policy.CHOOSE.action, cluster)
    state = next_state(product.state, "publish")
    resource, version = queries.work_of(product)
    contents = contents_of(version)
    found = approvals([version.id]).get(version.id, Approvals())
    problems = lock_problems(Candidate(cluster, product, resource, contents, found.from_other_schools))
    if problems:
        raise InvalidInput(problems)
    if not checks.is_clean(product, contents):
        checks.ask(product, contents)
        return False
    moment, schools = clock.now(), schools_in_year(cluster.id, product.school_year)
    product.manifest = make_manifest(product, resource, contents, found.total, schools, moment)
    product.manifest_sha256 = fingerprint(product.manifest)
    product.state, product.published_at, product.published_by_id = state, moment, viewer.id
    mark_annual_product(resource, product.school_year)
    sha256 = product.manifest_sha256
    record(viewer.id, "annual_product.published", "cluster", cluster.id, product=product.id, sha256=sha256)
    emit("annual_product.published", product.id)
    checks.ask(product, contents)
    return True


def read_again(viewer: Viewer, cluster: Cluster, product: AnnualProduct) -> None:
    """Have every file of the product read once more, locked or not."""
    authorize(viewer, policy.CHOOSE.action, cluster)
    if product.state == "withdrawn":
        next_state(product.state, "revise")
    checks.ask(product, contents_of(newest_locked(product, addenda_of(product.id))))


def withdraw(viewer: Viewer, cluster: Cluster, product: AnnualProduct, reason: str) -> None:
    """Take the product back with a reason; the work itself stays as it is, the duty is unmet again."""
    authorize(viewer, policy.WITHDRAW.action, cluster)
    state = next_state(product.state, "withdraw")
    if not reason.strip() or len(reason) > LONGEST_TEXT:
        raise InvalidInput({"reason": [_("Ghi một dòng lí do để đồng nghiệp hiểu.")]})
    product.state, product.withdrawn_reason = state, reason.strip()
    resource, _version = queries.work_of(product)
    if resource.annual_product_year == product.school_year:
        mark_annual_product(resource, None)
    record(viewer.id, "annual_product.withdrawn", "cluster", cluster.id, product=product.id)


def _take_up(product: AnnualProduct, version_id: str) -> None:
    """Note what the version consists of now, and have it read again unless that was just done."""
    contents = contents_of(current_session().get_one(ResourceVersion, version_id))
    product.version_id = version_id
    product.manifest = {"files": file_list(contents.files)}
    if not checks.is_clean(product, contents):
        checks.ask(product, contents)


def _own_published(viewer: Viewer, cluster: Cluster, resource_id: str) -> Resource | None:
    try:
        resource = find_resource(viewer, resource_id)
    except NotFound:
        return None
    is_own = resource.cluster_id == cluster.id and resource.state == "active"
    return resource if is_own and is_shared(resource) else None


def _year_problems(cluster: Cluster, school_year: str) -> dict[str, list[str]]:
    """Any year of the cluster's life up to the next one: last year is never locked (R49)."""
    if not is_school_year(school_year):
        return {"school_year": [_("Năm học viết như 2026-2027.")]}
    last = SchoolYear(current_school_year().start + 1).key
    if not cluster.from_year <= school_year <= (cluster.to_year or last) or school_year > last:
        return {"school_year": [_("Cụm không hoạt động trong năm học này.")]}
    return {}


def _taken(school_year: str) -> AlreadyExists:
    shown = school_year.replace("-", "–")
    return AlreadyExists(
        _("Năm học %(year)s cụm đã chọn sản phẩm. Rút bài ấy trước khi chọn bài khác.", year=shown)
    )
