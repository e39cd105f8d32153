"""The verbs on annual products (R1, R2): choose, revise, publish, withdraw; the only writer of their table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from repo_service.annual_products import policy, queries
from repo_service.annual_products.manifest import changed_files, file_list, fingerprint, make_manifest
from repo_service.annual_products.models import AnnualProduct
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import SchoolYear, is_school_year
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year, province_setting
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import FileRow, files_of, find_resource
from repo_service.resources.succession import mark_annual_product
from repo_service.reviews.queries import approvals

LONGEST_TEXT = 2000
TEXTS = ("local_fit", "use", "carry_over_note")


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

    InvalidInput per field; AlreadyExists when the year has one that is not withdrawn.
    """
    authorize(viewer, policy.CHOOSE.action, cluster)
    problems = _text_problems(local_fit, use, carry_over_note)
    problems |= _year_problems(cluster, school_year)
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
        manifest={"files": file_list(files_of([resource.current_version_id]))}, chosen_by_id=viewer.id,
        chosen_at=clock.now(),
    )  # fmt: skip
    current_session().add(product)
    record(
        viewer.id,
        "annual_product.chosen",
        "cluster",
        cluster.id,
        resource=resource.id,
        school_year=school_year,
    )
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
    _check_chosen(product)
    problems = _text_problems(local_fit, use, carry_over_note)
    if problems:
        raise InvalidInput(problems)
    product.local_fit, product.use, product.carry_over_note = (
        local_fit.strip(),
        use.strip(),
        carry_over_note.strip(),
    )
    resource, _version = queries.work_of(product)
    if resource.current_version_id is not None:
        product.version_id = resource.current_version_id
        product.manifest = {"files": file_list(files_of([product.version_id]))}
    record(viewer.id, "annual_product.revised", "cluster", cluster.id, school_year=product.school_year)


def publish(viewer: Viewer, cluster: Cluster, product: AnnualProduct) -> None:
    """Lock the product: compare versions, sizes and SHA-256s and write the manifest, in one transaction.

    InvalidInput says everything that is still missing, one sentence per field. No bytes are read here.
    """
    authorize(viewer, policy.CHOOSE.action, cluster)
    _check_chosen(product)
    resource, version = queries.work_of(product)
    files = files_of([version.id])
    found = approvals([version.id]).get(version.id)
    outside = found.from_other_schools if found else 0
    problems = _lock_problems(cluster, product, resource, version, files, outside)
    if problems:
        raise InvalidInput(problems)
    moment = clock.now()
    product.manifest = make_manifest(product, resource, version, files, found.total if found else 0, moment)
    product.manifest_sha256 = fingerprint(product.manifest)
    product.state, product.published_at, product.published_by_id = "published", moment, viewer.id
    mark_annual_product(resource, product.school_year)
    record(
        viewer.id,
        "annual_product.published",
        "cluster",
        cluster.id,
        product=product.id,
        sha256=product.manifest_sha256,
    )
    emit("annual_product.published", product.id)


def withdraw(viewer: Viewer, cluster: Cluster, product: AnnualProduct, reason: str) -> None:
    """Take the product back with a reason; the work itself stays as it is, the duty is unmet again."""
    authorize(viewer, policy.WITHDRAW.action, cluster)
    if product.state == "withdrawn":
        raise MoveNotAllowed(_("Sản phẩm này đã rút rồi."))
    if not reason.strip() or len(reason) > LONGEST_TEXT:
        raise InvalidInput({"reason": [_("Ghi một dòng lí do để đồng nghiệp hiểu.")]})
    product.state, product.withdrawn_reason = "withdrawn", reason.strip()
    resource, _version = queries.work_of(product)
    if resource.annual_product_year == product.school_year:
        mark_annual_product(resource, None)
    record(viewer.id, "annual_product.withdrawn", "cluster", cluster.id, product=product.id)


def _own_published(viewer: Viewer, cluster: Cluster, resource_id: str) -> Resource | None:
    try:
        resource = find_resource(viewer, resource_id)
    except NotFound:
        return None
    return (
        resource
        if resource.cluster_id == cluster.id and _is_shared(resource) and resource.state == "active"
        else None
    )


def _is_shared(resource: Resource) -> bool:
    return (
        resource.current_version_id is not None
        and resource.state != "withdrawn"
        and resource.visibility in queries.SHARED_REACH
    )


def _check_chosen(product: AnnualProduct) -> None:
    if product.state == "published":
        raise AlreadyExists(_("Sản phẩm này đã công bố và đóng lại."))
    if product.state == "withdrawn":
        raise MoveNotAllowed(_("Sản phẩm này đã rút rồi."))


def _text_problems(local_fit: str, use: str, carry_over_note: str) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not local_fit.strip():
        problems["local_fit"] = [_("Viết một hai dòng vì sao sản phẩm hợp với địa phương.")]
    if not use.strip():
        problems["use"] = [_("Viết một hai dòng các trường trong cụm dùng thế nào.")]
    for name, text in zip(TEXTS, (local_fit, use, carry_over_note), strict=True):
        if len(text) > LONGEST_TEXT:
            problems[name] = [_("Ô này tối đa %(most)s chữ cái.", most=LONGEST_TEXT)]
    return problems


def _year_problems(cluster: Cluster, school_year: str) -> dict[str, list[str]]:
    """Any year of the cluster's life up to the next one: last year is never locked (R49)."""
    if not is_school_year(school_year):
        return {"school_year": [_("Năm học viết như 2026-2027.")]}
    last = SchoolYear(current_school_year().start + 1).key
    if not cluster.from_year <= school_year <= (cluster.to_year or last) or school_year > last:
        return {"school_year": [_("Cụm không hoạt động trong năm học này.")]}
    return {}


def _lock_problems(
    cluster: Cluster,
    product: AnnualProduct,
    resource: Resource,
    version: ResourceVersion,
    files: Sequence[FileRow],
    outside: int,
) -> dict[str, list[str]]:
    problems = _text_problems(product.local_fit, product.use, product.carry_over_note)
    if resource.cluster_id != cluster.id or not _is_shared(resource) or version.state != "published":
        problems["resource"] = [_("Bài này không còn dùng chung được trong cụm. Rút bài và chọn bài khác.")]
    earlier = queries.earlier_number(product)
    if earlier is not None and version.number <= earlier:
        problems["resource"] = [
            _("Đây là sản phẩm của năm trước. Cần một phiên bản mới, hoặc chọn bài khác.")
        ]
    elif earlier is not None and not product.carry_over_note:
        problems["carry_over_note"] = [_("Đây là bản mới của sản phẩm năm trước: ghi một dòng phần làm mới.")]
    missing = int(province_setting("review.annual_product_reviewers_min")) - outside
    if missing > 0:
        problems["reviews"] = [_("Cần thêm %(count)s phản biện của trường khác.", count=missing)]
    unready = [file.name for file in files if file.state != "ready" or not file.sha256]
    changed = changed_files(product.manifest.get("files", []), file_list(files))
    if unready:
        problems["files"] = [_("Kho chưa kiểm tra xong tệp: %(names)s.", names=", ".join(unready))]
    elif changed:
        problems["files"] = [
            _(
                "Tệp không còn như lúc chọn: %(names)s. Lưu lại phần mô tả rồi công bố.",
                names=", ".join(changed),
            )
        ]
    return problems


def _taken(school_year: str) -> AlreadyExists:
    shown = school_year.replace("-", "–")
    return AlreadyExists(
        _("Năm học %(year)s cụm đã chọn sản phẩm. Rút bài ấy trước khi chọn bài khác.", year=shown)
    )
