"""Locking a product from its page: publish, read its files again, see how far that is, withdraw."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_products import policy, queries, service
from repo_service.annual_products.locking import addenda
from repo_service.annual_products.locking.obstacles import TEXTS
from repo_service.annual_products.locking.reading import reading_of
from repo_service.annual_products.pages import PATH, product_page
from repo_service.annual_products.schemas import ChoiceSchema
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.core.permissions import may
from repo_service.core.urls import annual_product_path
from repo_service.ui.forms import Form

blueprint = Blueprint("annual_product_locking", __name__)

PRODUCT = PATH + "/<product_id>"


@blueprint.post(PRODUCT + "/cong-bo")
def publish(cluster_id: str, school_year: str, product_id: str) -> Response | tuple[str, int]:
    """Lock the product, or first have its files read again; what is missing is said on the page."""
    viewer = signed_in_viewer()
    cluster = queries.find_cluster(viewer, cluster_id, policy.CHOOSE.action, holding=True)
    found = queries.find_product(cluster, product_id, locking=True)
    form = Form(ChoiceSchema(), {name: getattr(found, name) for name in TEXTS})
    try:
        locked = service.publish(viewer, cluster, found)
    except InvalidInput as error:
        form.refuse(error)
        return product_page(viewer, cluster, school_year, form, found), error.status
    if locked:
        flash(_("Đã công bố sản phẩm năm. Các trường thành viên được báo tin."))
        return redirect(annual_product_path(cluster_id, school_year), 303)
    flash(_("Kho đọc lại mọi tệp một lượt trước khi đóng. Đọc xong thì bấm công bố lần nữa."))
    return redirect(annual_product_path(cluster_id, school_year) + "#kiem-tra", 303)


@blueprint.post(PRODUCT + "/doc-lai")
def read_again(cluster_id: str, school_year: str, product_id: str) -> Response:
    """Have every file read once more."""
    viewer = signed_in_viewer()
    cluster = queries.find_cluster(viewer, cluster_id, policy.CHOOSE.action)
    service.read_again(viewer, cluster, queries.find_product(cluster, product_id, locking=True))
    return redirect(annual_product_path(cluster_id, school_year) + "#kiem-tra", 303)


@blueprint.get(PRODUCT + "/kiem-tra")
def progress(cluster_id: str, school_year: str, product_id: str) -> str:
    """How far the reading is, alone: asked for again and again while it goes on."""
    viewer = signed_in_viewer()
    cluster = queries.cluster_of_duties(viewer, cluster_id)
    found = queries.find_product(cluster, product_id)
    return render_template(
        "annual_products/check.html", product=found, reading=reading_of(found),
        here=annual_product_path(cluster_id, school_year),
        is_lead=may(viewer, policy.CHOOSE.action, cluster),
    )  # fmt: skip


@blueprint.post(PRODUCT + "/phu-luc")
def add_addendum(cluster_id: str, school_year: str, product_id: str) -> Response | tuple[str, int]:
    """Add the work's newest version to a locked product, or first have its files read again."""
    viewer = signed_in_viewer()
    cluster = queries.find_cluster(viewer, cluster_id, policy.CHOOSE.action, holding=True)
    found = queries.find_product(cluster, product_id, locking=True)
    note = request.form.get("note", "")
    form = Form(ChoiceSchema(), {"note": note})
    try:
        made = addenda.add_addendum(viewer, cluster, found, note)
    except InvalidInput as error:
        form.refuse(error)
        return product_page(viewer, cluster, school_year, form, found), error.status
    if made is not None:
        flash(_("Đã thêm phụ lục. Bản đã đóng giữ nguyên."))
        return redirect(annual_product_path(cluster_id, school_year), 303)
    flash(_("Kho đọc lại mọi tệp của phiên bản mới trước. Đọc xong thì bấm thêm phụ lục lần nữa."))
    return product_page(viewer, cluster, school_year, form, found), 200


@blueprint.post(PRODUCT + "/rut")
def withdraw(cluster_id: str, school_year: str, product_id: str) -> Response | tuple[str, int]:
    """Withdraw the product with a reason."""
    viewer = signed_in_viewer()
    cluster = queries.find_cluster(viewer, cluster_id, policy.WITHDRAW.action)
    found = queries.find_product(cluster, product_id, locking=True)
    form = Form(ChoiceSchema(), {"reason": request.form.get("reason", "")})
    try:
        service.withdraw(viewer, cluster, found, request.form.get("reason", ""))
    except InvalidInput as error:
        form.refuse(error)
        return product_page(viewer, cluster, school_year, form, found), error.status
    flash(_("Đã rút sản phẩm năm. Bài vẫn còn trong Kho."))
    return redirect(annual_product_path(cluster_id, school_year), 303)
