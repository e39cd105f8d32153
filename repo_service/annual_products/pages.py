"""The page of a cluster's product of the year."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_products import board, policy, queries, service
from repo_service.annual_products.certificate.records import products_over_years
from repo_service.annual_products.locking.addenda import addenda_of, is_newer, newest_locked
from repo_service.annual_products.locking.obstacles import TEXTS
from repo_service.annual_products.locking.reading import reading_of
from repo_service.annual_products.models import AnnualProduct
from repo_service.annual_products.schemas import ChoiceSchema
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.school_year import is_school_year
from repo_service.core.urls import absolute, annual_product_path, certificate_path
from repo_service.organizations.models import Cluster
from repo_service.resources.queries import files_of
from repo_service.reviews.queries import open_round_of
from repo_service.reviews.reading import history, people
from repo_service.ui.forms import Form
from repo_service.ui.qr import qr_code

blueprint = Blueprint("annual_products", __name__, template_folder="templates")

PATH = "/cum/<cluster_id>/san-pham-nam/<school_year>"


@blueprint.get(PATH)
def product(cluster_id: str, school_year: str) -> Response | str:
    """The product of a year: the form to choose it, what it still needs, or its certificate.

    A year in which the cluster was another one leads there (R48).
    """
    viewer, cluster = _cluster(cluster_id, school_year)
    if not cluster.from_year <= school_year <= (cluster.to_year or school_year):
        return _of_that_year(viewer, cluster, school_year)
    standing = queries.product_of_year(cluster.id, school_year)
    words = {name: getattr(standing, name) for name in TEXTS} if standing else {}
    words["resource"] = request.args.get("bai", "")  # the work that was planned
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


def _of_that_year(viewer: Viewer, cluster: Cluster, school_year: str) -> Response:
    """To the one cluster that this one was, or became, in a year; else say which there are."""
    others = queries.clusters_of_that_year(viewer, cluster, school_year)
    if len(others) == 1:
        names = {"old": cluster.name, "year": school_year.replace("-", "–"), "new": others[0].name}
        flash(_("Năm học %(year)s, việc của “%(old)s” thuộc về cụm “%(new)s”.", **names))
        return redirect(annual_product_path(others[0].id, school_year))
    names_of_all = ", ".join(f"“{other.name}”" for other in others)
    if others:
        raise NotFound(_("Năm học ấy việc của cụm này thuộc về các cụm %(names)s.", names=names_of_all))
    raise NotFound(_("Cụm không hoạt động trong năm học này."))


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
        over_years=products_over_years(viewer, cluster.id), **_locked(standing, is_lead),
    )  # fmt: skip


def _locked(standing: AnnualProduct | None, is_lead: bool) -> dict[str, Any]:
    """What the page shows of a locked product beside its work: certificate, addenda, whether one may be added."""
    if standing is None or standing.state != "published":
        return {"certificate": None, "addenda": [], "may_add": False}
    addenda = addenda_of(standing.id)
    path, newest = certificate_path(standing.id), queries.shown_version(standing)
    may_add = is_lead and newest is not None and is_newer(newest, newest_locked(standing, addenda))
    return {
        "certificate": path, "addenda": addenda, "may_add": may_add, "newest": newest,
        "qr_code": qr_code(absolute(path)),
    }  # fmt: skip


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
