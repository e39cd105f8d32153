"""Curation rounds as pages: the list, opening and arranging one, its works as a table, a work's history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core import clock
from repo_service.core.errors import InvalidInput, KhoError, NotFound, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import curation_path
from repo_service.curation import policy, queries, reading, service
from repo_service.curation.lifecycle import ROUND_LABELS
from repo_service.curation.queries import Person
from repo_service.curation.results.pages import feed_of
from repo_service.curation.schemas import CurationArrangementSchema, PlanSchema, plan_of
from repo_service.curation.works import words
from repo_service.curation.works.scope import Scope
from repo_service.curriculum.queries import vocabularies
from repo_service.near_duplicates.policy import looks_after_works
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import province_setting
from repo_service.organizations.queries import clusters
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import Form

blueprint = Blueprint("curation", __name__, template_folder="templates")

TABLE = 50


@blueprint.get("/ra-soat")
def rounds() -> str:
    """Rounds of the clusters that the viewer looks after."""
    viewer = _carer()
    page = queries.rounds_for(viewer, request.args.get("page", 1, type=int))
    return render_template(
        "curation/rounds.html", page=page, labels=ROUND_LABELS, today=clock.today(),
        may_open=bool(_own_clusters(viewer)), feed=feed_of(viewer),
    )  # fmt: skip


@blueprint.route("/ra-soat/mo", methods=["GET", "POST"])
def open_round() -> Response | str | tuple[str, int]:
    """Open a round: which works of which cluster, who reads, until when."""
    viewer = _carer()
    own = _own_clusters(viewer)
    asked = request.values.get("cluster", own[0].id if len(own) == 1 else "")
    if asked not in {cluster.id for cluster in own}:
        if asked:
            raise NotFound()
        return render_template("curation/which_cluster.html", clusters=own)
    cluster, people = queries.cluster_with_curators(asked)
    form = Form(PlanSchema(), _usual_plan())
    if request.method == "POST":
        try:
            plan = plan_of(form.load())
            found = service.open_round(viewer, cluster, plan, [person.id for person in people])
            flash(
                _(
                    "Đã mở đợt rà soát %(count)s bài. Kho đang xem thêm chữ và đường dẫn.",
                    count=found.item_count,
                )
            )
            return redirect(curation_path(found.id), 303)
        except KhoError as error:
            form.refuse(error)
    links_checked = bool(int(province_setting("links.check_allowed")))
    page = _form_page("curation/open.html", form, people, cluster=cluster, links_checked=links_checked)
    return (page, 422) if form.message else page


@blueprint.route("/ra-soat/<round_id>/sua", methods=["GET", "POST"])
def arrange(round_id: str) -> Response | str | tuple[str, int]:
    """Change name, date and curators, or give the round up."""
    viewer = signed_in_viewer()
    changing = request.method == "POST"
    found = queries.round_for(viewer, round_id, policy.ARRANGE.action, changing=changing)
    _cluster, people = queries.cluster_with_curators(found.cluster_id)
    kept = {"title": found.title, "due_on": found.due_on.isoformat(), "curators": found.curator_ids}
    form = Form(CurationArrangementSchema(), kept)
    if changing:
        try:
            plan = plan_of(form.load(), Scope.read(found.scope))
            service.arrange(viewer, found, plan, [person.id for person in people], _sent_revision())
            flash(_("Đã lưu đợt rà soát."))
            return redirect(curation_path(found.id), 303)
        except (InvalidInput, StaleVersion) as error:
            form.refuse(error)
    page = _form_page("curation/arrange.html", form, people, round=found)
    return (page, 422) if form.message else page


@blueprint.post("/ra-soat/<round_id>/bo")
def cancel(round_id: str) -> Response:
    """Give the round up."""
    viewer = signed_in_viewer()
    service.cancel(viewer, queries.round_for(viewer, round_id, policy.ARRANGE.action, changing=True))
    flash(_("Đã bỏ đợt rà soát. Kết luận đã ghi vẫn giữ."))
    return redirect(curation_path(), 303)


@blueprint.get("/ra-soat/<round_id>/danh-sach")
def table(round_id: str) -> str:
    """Every work of the round; a selection of those that wait gets one verdict."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    show = request.args.get("xem", "cho" if found.state == "open" else "tat-ca")
    if show not in reading.STATES:
        raise NotFound()
    page = reading.queue(viewer, found, show, request.args.get("page", 1, type=int), TABLE)
    lists = vocabularies()
    return render_template(
        "curation/table.html", round=found, page=page, show=show, told=words.told, label=lists.label,
        may_decide=found.state == "open" and policy.is_asked(viewer, found),
        reasons=lists.choices("curation_reasons"), may_arrange=may(viewer, policy.ARRANGE.action, found),
    )  # fmt: skip


@blueprint.get("/hoc-lieu/<resource_id>/ra-soat")
def history(resource_id: str) -> str:
    """Every verdict on a work: for its authors and those who look after it."""
    viewer = signed_in_viewer()
    resource = find_resource(viewer, resource_id)
    if not policy.may_see_history(viewer, resource):
        raise NotFound()
    return render_template(
        "curation/history.html", resource=resource, past=reading.history(viewer, resource.id),
        label=vocabularies().label,
    )  # fmt: skip


def _form_page(template: str, form: Form, people: list[Person], **more: Any) -> str:
    lists = vocabularies()
    return render_template(
        template, form=form, people=people, types=lists.choices("resource_types"),
        subjects=lists.choices("subjects"), levels=[pair for pair in lists.choices("levels") if pair[0] != "lien-cap"],
        **more,
    )  # fmt: skip


def _usual_plan() -> dict[str, Any]:
    """What the form begins with: what is due, by the date the province usually gives."""
    today = clock.today()
    due = today.toordinal() + int(province_setting("curation.round_days"))
    month = f"{today.month}/{today.year}"
    return {
        "title": _("Rà soát tháng %(month)s", month=month),
        "due_on": today.fromordinal(due).isoformat(),
        "only_due": True,
    }


def _sent_revision() -> int | None:
    return request.form.get("revision", type=int)


def _own_clusters(viewer: Viewer) -> list[Cluster]:
    """Clusters of this year for which the viewer may open a round, by the alphabet."""
    return [each for each in clusters(present_only=True) if may(viewer, policy.OPEN.action, each.id)]


def _carer() -> Viewer:
    viewer = signed_in_viewer()
    if not looks_after_works(viewer):
        raise NotFound()
    return viewer
