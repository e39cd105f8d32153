"""The certificate of a locked product with its QR code, and the manifests as the bytes of their fingerprints."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from repo_service.accounts.sessions import current_viewer
from repo_service.annual_products.certificate.records import Certificate, find_certificate
from repo_service.annual_products.locking.canonical import canonical
from repo_service.core import clock
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.core.urls import absolute, certificate_path, product_bag_path
from repo_service.curriculum.installation import place
from repo_service.ui.qr import qr_code

blueprint = Blueprint("annual_product_certificates", __name__)

PATH = "/giay-ghi-nhan/<product_id>"


@blueprint.get(PATH)
def certificate(product_id: str) -> str:
    """The certificate: open to whoever may read the work, to everybody when that is public."""
    found = find_certificate(current_viewer(), product_id)
    return render_template(
        "annual_products/certificate.html", found=found, product=found.product, cluster=found.cluster,
        resource=found.resource, here=certificate_path(product_id), citation=citation(found),
        bag=product_bag_path(product_id), qr_code=qr_code(absolute(certificate_path(product_id))),
    )  # fmt: skip


@blueprint.get(PATH + "/manifest.json")
def manifest(product_id: str) -> Response:
    """The manifest of the lock, byte by byte as its SHA-256 was made."""
    return _manifest(find_certificate(current_viewer(), product_id), 0)


@blueprint.get(PATH + "/phu-luc/<int:number>/manifest.json")
def addendum_manifest(product_id: str, number: int) -> Response:
    """The manifest of an addendum."""
    return _manifest(find_certificate(current_viewer(), product_id), number)


def _manifest(found: Certificate, number: int) -> Response:
    if not found.is_open or number > len(found.addenda):
        raise NotFound(_("Trong gói có bài thầy cô chưa được xem, nên Kho không đưa bản kê ở đây."))
    told = found.addenda[number - 1].manifest if number else found.manifest
    return Response(canonical(told), mimetype="application/json")


def citation(found: Certificate) -> str:
    """How to name the product elsewhere: authors, year, title, what it is, where it stands."""
    product = found.product
    at = product.published_at or product.chosen_at
    return str(
        _(
            "%(authors)s (%(published)s). %(title)s. Sản phẩm chuyên môn năm học %(year)s, %(cluster)s. "
            "Kho học liệu dùng chung %(province)s, phiên bản %(number)s. %(address)s",
            authors=", ".join(found.manifest.get("authors", ())), published=clock.local(at).year,
            title=found.manifest.get("title", ""), year=product.school_year.replace("-", "–"),
            cluster=found.cluster.name, province=place().province, number=found.manifest.get("version", ""),
            address=absolute(certificate_path(product.id)),
        )
    )  # fmt: skip
