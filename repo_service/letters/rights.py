"""What a letter may say of a notice: rights are asked again at sending, and doubt means naming no work and nobody.

A letter passes through other people's machines: nothing under an embargo, private or withdrawn is named in it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from repo_service.annual_products.models import AnnualProduct
from repo_service.colleague_requests.queries import find_request
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import KhoError
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import GROUPS, group_of, sentence
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_resource
from repo_service.reviews.queries import round_for

Check = Callable[[Viewer, list[str]], bool]


def words_for(viewer: Viewer, notice: Notification) -> str:
    """The notice's sentence if its reader may still know what it names, else one that names nothing."""
    if _may_say(viewer, notice.path):
        return sentence(notice.kind, notice.values)
    return _("Có tin mới: %(group)s. Mở Kho để đọc.", group=GROUPS[group_of(notice.kind)])


def _may_say(viewer: Viewer, path: str) -> bool:
    """By the page it leads to; a page that is not in the table is not spoken of."""
    first, *rest = path.strip("/").split("/")
    check = _CHECKS.get(first)
    try:
        return check is not None and bool(rest) and check(viewer, rest)
    except KhoError:
        return False


def _of_work(viewer: Viewer, rest: list[str]) -> bool:
    return _is_open(find_resource(viewer, rest[0]))


def _of_round(viewer: Viewer, rest: list[str]) -> bool:
    return _is_open(round_for(viewer, rest[0]).resource)


def _of_product(viewer: Viewer, rest: list[str]) -> bool:
    if len(rest) != 3:
        return False
    product = select(AnnualProduct.resource_id).where(
        AnnualProduct.cluster_id == rest[0],
        AnnualProduct.school_year == rest[2],
        AnnualProduct.state == "published",
    )
    resource_id = current_session().scalar(product)
    return resource_id is not None and _is_open(find_resource(viewer, resource_id))


def _of_request(viewer: Viewer, rest: list[str]) -> bool:
    return find_request(viewer, rest[0]) is not None


def _is_open(resource: Resource) -> bool:
    """Neither private nor withdrawn, and no version of it waits for its moment."""
    if resource.state == "withdrawn" or resource.visibility == "rieng":
        return False
    embargoed = select(ResourceVersion.id).where(
        ResourceVersion.resource_id == resource.id, ResourceVersion.embargo_until > clock.now()
    )
    return current_session().scalar(embargoed.limit(1)) is None


_CHECKS: dict[str, Check] = {
    "hoc-lieu": _of_work,
    "phan-bien": _of_round,
    "cum": _of_product,
    "loi-nho": _of_request,
}
