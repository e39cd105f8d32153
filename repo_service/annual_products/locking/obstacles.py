"""What still stands between a chosen work and its lock, in sentences: field -> what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repo_service.annual_products import queries
from repo_service.annual_products.locking.contents import Contents, Part, changed_files, file_list
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.i18n import _
from repo_service.core.school_year import SchoolYear
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year, province_setting
from repo_service.resources.description import REACH
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import FileRow

LONGEST_TEXT = 2000
TEXTS = ("local_fit", "use", "carry_over_note")
Problems = dict[str, list[str]]


@dataclass(frozen=True)
class Candidate:
    """Everything a lock is judged by."""

    cluster: Cluster
    product: AnnualProduct
    resource: Resource
    contents: Contents
    outside_approvals: int
    """Approvals of colleagues from other schools."""


def lock_problems(asked: Candidate) -> Problems:
    """Empty when the product may be locked; whether its bytes were read again is checks.py's to say."""
    product = asked.product
    return {
        **text_problems(product.local_fit, product.use, product.carry_over_note),
        **(_work_problems(asked) or _carry_over_problems(product, asked.contents.version)),
        **_moment_problems(asked.cluster, product.school_year),
        **_review_problems(asked.outside_approvals),
        **_file_problems(asked),
    }


def addendum_problems(asked: Candidate) -> Problems:
    """What stands in the way of an addendum: the work must still be shared, and its files checked through."""
    return {**_work_problems(asked), **_unready_problems(asked.contents.files)}


def text_problems(local_fit: str, use: str, carry_over_note: str) -> Problems:
    """R2: two short texts are needed, none is longer than a page."""
    problems: Problems = {}
    if not local_fit.strip():
        problems["local_fit"] = [_("Viết một hai dòng vì sao sản phẩm hợp với địa phương.")]
    if not use.strip():
        problems["use"] = [_("Viết một hai dòng các trường trong cụm dùng thế nào.")]
    for name, text in zip(TEXTS, (local_fit, use, carry_over_note), strict=True):
        if len(text) > LONGEST_TEXT:
            problems[name] = [_("Ô này tối đa %(most)s chữ cái.", most=LONGEST_TEXT)]
    return problems


def is_shared(resource: Resource) -> bool:
    """Whether every member school of the owning cluster can read it (R1 d)."""
    return (
        resource.current_version_id is not None
        and resource.state != "withdrawn"
        and resource.visibility in queries.SHARED_REACH
    )


def _work_problems(asked: Candidate) -> Problems:
    resource, version = asked.resource, asked.contents.version
    if resource.cluster_id != asked.cluster.id or not is_shared(resource) or version.state != "published":
        return {"resource": [_("Bài này không còn dùng chung được trong cụm. Rút bài và chọn bài khác.")]}
    hidden = [f"“{part.version.title}”" for part in asked.contents.parts if not _is_open(part, resource)]
    gone = len(version.members) - len(asked.contents.parts)
    if gone:
        hidden.append(_("%(count)s bài đã mất", count=gone))
    if hidden:
        names = ", ".join(hidden)
        return {
            "resource": [
                _("Trong gói có bài mà người dùng gói không mở được: %(names)s. Thay bài ấy ở bản mới.", names=names)
            ]
        }  # fmt: skip
    return {}


def _carry_over_problems(product: AnnualProduct, version: ResourceVersion) -> Problems:
    earlier = queries.earlier_number(product)
    if earlier is not None and version.number <= earlier:
        return {"resource": [_("Đây là sản phẩm của năm trước. Cần một phiên bản mới, hoặc chọn bài khác.")]}
    if earlier is not None and not product.carry_over_note:
        return {"carry_over_note": [_("Đây là bản mới của sản phẩm năm trước: ghi một dòng phần làm mới.")]}
    return {}


def _is_open(part: Part, package: Resource) -> bool:
    """Whoever may open the package must be able to open each work in it."""
    work = part.resource
    wide_enough = REACH.index(work.visibility) >= REACH.index(package.visibility)
    of_cluster = work.visibility != "cum" or work.cluster_id == package.cluster_id
    return is_shared(work) and wide_enough and of_cluster and part.version.state == "published"


def _moment_problems(cluster: Cluster, school_year: str) -> Problems:
    shown = school_year.replace("-", "–")
    if cluster.to_year is not None and school_year > cluster.to_year:
        return {
            "cluster": [
                _("Cụm đã được sắp xếp lại; sản phẩm năm học %(year)s do cụm mới chọn và công bố.", year=shown)
            ]
        }  # fmt: skip
    if SchoolYear.parse(school_year).start > current_school_year().start:
        return {
            "school_year": [_("Năm học %(year)s chưa bắt đầu. Sang năm học ấy mới công bố được.", year=shown)]
        }
    return {}


def _review_problems(outside: int) -> Problems:
    missing = int(province_setting("review.annual_product_reviewers_min")) - outside
    if missing > 0:
        return {"reviews": [_("Cần thêm %(count)s phản biện của trường khác.", count=missing)]}
    return {}


def _file_problems(asked: Candidate) -> Problems:
    files = asked.contents.files
    if unready := _unready_problems(files):
        return unready
    changed = changed_files(asked.product.manifest.get("files", []), file_list(files))
    if changed:
        names = ", ".join(changed)
        return {
            "files": [
                _("Tệp không còn như lúc chọn: %(names)s. Lưu lại phần mô tả rồi công bố.", names=names)
            ]
        }
    return {}


def _unready_problems(files: Sequence[FileRow]) -> Problems:
    unready = [file.name for file in files if file.state != "ready" or not file.sha256]
    if unready:
        return {"files": [_("Kho chưa kiểm tra xong tệp: %(names)s.", names=", ".join(unready))]}
    return {}
