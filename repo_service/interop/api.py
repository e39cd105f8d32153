"""Downloads for other systems: a work, or a locked product, as one BagIt bag, made while it is sent."""

from __future__ import annotations

from flask import Response, current_app
from flask_smorest import Blueprint

from repo_service.accounts.sessions import current_viewer
from repo_service.annual_products.certificate.records import find_certificate
from repo_service.core import clock
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.core.urls import absolute, certificate_path, resource_path
from repo_service.files.pages import counts_as_download, members_response
from repo_service.interop import works
from repo_service.interop.bagit import bag
from repo_service.resources.api import VERSION, asked_version
from repo_service.resources.queries import show
from repo_service.resources.succession import count_download
from repo_service.usage.service import record_download

blueprint = Blueprint(
    "api_interop", __name__, url_prefix="/api", description="Works in the forms that other systems read."
)


@blueprint.get("/resources/<resource_id>/bag.zip")
@blueprint.doc(parameters=[VERSION])
@blueprint.alt_response(200, description="A zip that holds one BagIt 1.0 bag (RFC 8493)")
def work_bag(resource_id: str) -> Response:
    """A work's files with their SHA-256s and facts, to be kept elsewhere."""
    viewer = current_viewer()
    shown = show(viewer, resource_id, asked_version())
    payload = works.work_payload(shown) if shown.resource.state != "withdrawn" else []
    if not payload:
        raise NotFound(_("Bài này chưa có tệp nào tải được."))
    address = absolute(resource_path(resource_id, shown.version.number))
    top = f"kho-{resource_id}-v{shown.version.number}"
    told = works.work_facts(shown, address), works.work_metadata(shown, address)
    answer = members_response(bag(top, payload, *told, clock.today()), f"{top}.zip")
    if counts_as_download():
        database = current_app.database  # type: ignore[attr-defined]
        record_download(database, viewer, "goi", resource_id, shown.version.number)
        with database.transaction():
            count_download(resource_id)
    return answer


@blueprint.get("/annual-products/<product_id>/bag.zip")
@blueprint.alt_response(200, description="A zip that holds one BagIt 1.0 bag (RFC 8493)")
def product_bag(product_id: str) -> Response:
    """A locked product with its addenda: everything its manifests vouch for, and the manifests."""
    found = find_certificate(current_viewer(), product_id)
    top = f"kho-san-pham-{product_id}"
    facts = works.product_facts(found, absolute(certificate_path(product_id)))
    payload, metadata = works.product_payload(found), works.product_metadata(found)
    return members_response(bag(top, payload, facts, metadata, clock.today()), f"{top}.zip")
