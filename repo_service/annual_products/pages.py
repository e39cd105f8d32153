"""The page of a cluster's product of the year."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, flash, redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_products import board, policy, queries, service
from repo_service.annual_products.locking.obstacles import TEXTS
from repo_service.annual_products.locking.reading import reading_of
from repo_service.annual_products.models import AnnualProduct
from repo_service.annual_products.schemas import ChoiceSchema
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.school_year import is_school_year
from repo_service.core.urls import absolute, annual_product_path
from repo_service.organizations.models import Cluster
from repo_service.resources.queries import files_of
from repo_service.reviews.queries import open_round_of
from repo_service.reviews.reading import history, people
from repo_service.ui.forms import Form

blueprint = Blueprint("annual_products", __name__, template_folder="templates")

PATH = "/cum/<cluster_id>/san-pham-nam/<school_year>"


@blueprint.get(PATH)
def product(cluster_id: str, school_year: str) -> str:
    """The product of a year: the form to choose it, what it still needs, or its certificate."""
    viewer, cluster = _cluster(cluster_id, school_year)
    standing = queries.product_of_year(cluster.id, school_year)
    words = {name: getattr(standing, name) for name in TEXTS} if standing else {}
    return product_page(viewer, cluster, school_year, Form(ChoiceSchema(), words), standing)


@blueprint.post(PATH)
def choose(cluster_id: str, school_year: str) -> Response | tuple[str, int]:
    """Choose, or revise the words of what was chosen."""
    viewer = signed_in_viewer()
    cluster = queries.find_cluster(viewer, cluster_id, policy.CHOOSE.action)
    standing = queries.product_of_year(cluster.id, school_year)
    form = Form(ChoiceSchema())
    try:
        said = form.load()
        words = (said["local_fit"], said["use"], said["carry_over_note"])
        if standing is not None and standing.state == "chosen":
            service.revise(viewer, cluster, standing, *words)
        else:
            service.choose(viewer, cluster, school_year, said["resource"], *words)
    except InvalidInput as error:
        form.refuse(error)
        return product_page(viewer, cluster, school_year, form, standing), error.status
    flash(_("Đã lưu sản phẩm năm của cụm."))
    return redirect(annual_product_path(cluster_id, school_year), 303)


def _cluster(cluster_id: str, school_year: str) -> tuple[Viewer, Cluster]:
    viewer = signed_in_viewer()
    if not is_school_year(school_year):
        raise NotFound()
    return viewer, queries.cluster_of_duties(viewer, cluster_id)


def product_page(
    viewer: Viewer, cluster: Cluster, school_year: str, form: Form, standing: AnnualProduct | None
) -> str:
    """The page of a year, with a form as it was typed."""
    duty = board.duty_of(viewer, cluster.id, school_year)
    if duty is None:
        raise NotFound()
    is_lead = may(viewer, policy.CHOOSE.action, cluster)
    return render_template(
        "annual_products/product.html", cluster=cluster, year=school_year, duty=duty, sentence=board.sentence(duty),
        form=form, product=standing,
        summary=[(name, text) for name, texts in form.errors.items() for text in texts], is_lead=is_lead,
        may_withdraw=may(viewer, policy.WITHDRAW.action, cluster), tone=board.TONES[duty.state], **_work(standing),
        choosable=_choices(viewer, cluster) if is_lead and (standing is None or standing.state == "withdrawn") else [],
        reading=reading_of(standing) if standing else None,
        qr_code=_qr_code(absolute(annual_product_path(cluster.id, school_year))),
    )  # fmt: skip


def _choices(viewer: Viewer, cluster: Cluster) -> list[tuple[str, str]]:
    return [(work.id, work.title) for work in queries.choosable(viewer, cluster)]


def _work(standing: AnnualProduct | None) -> dict[str, Any]:
    """The chosen work with its files and the way it went."""
    if standing is None:
        return {
            "resource": None,
            "version": None,
            "files": [],
            "approvals": [],
            "readers": {},
            "open_round": None,
        }
    resource, version = queries.work_of(standing)
    verdicts = [
        verdict
        for each in history(resource.id)
        for verdict in each.verdicts
        if verdict.decision == "approve" and each.version.number == version.number
    ]
    reading = open_round_of(resource) if standing.state == "chosen" else None
    asked = [each.reviewer_id for each in reading.assignments] if reading else []
    readers = people([*(verdict.reviewer_id for verdict in verdicts), *asked])
    return {
        "resource": resource,
        "version": version,
        "files": files_of([version.id]),
        "approvals": verdicts,
        "readers": readers,
        "open_round": reading,
    }


def _qr_code(address: str) -> Markup:
    """A picture of the address for a phone's camera, on white paper in the dark too."""
    code = segno.make(address, micro=False, error="m")
    return Markup(code.svg_inline(omitsize=True, svgclass=None, lineclass=None))  # noqa: S704  # drawn, not typed
