"""The plan of a cluster's year on one page, step by step; no step asks for more than four things."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_plans import policy, queries, service
from repo_service.annual_plans.milestones import MILESTONES
from repo_service.annual_plans.models import AnnualPlan
from repo_service.annual_plans.schemas import PlanSchema
from repo_service.annual_products.queries import choosable, product_of_year, work_of
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.core.school_year import is_school_year
from repo_service.core.urls import annual_plan_path, annual_product_path, arrange_package_path
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.models import Cluster
from repo_service.organizations.queries import find_cluster, people_of_cluster
from repo_service.resources.policy import READ
from repo_service.ui.forms import Form

blueprint = Blueprint("annual_plans", __name__, template_folder="templates")

PATH = "/cum/<cluster_id>/ke-hoach-nam/<school_year>"
FOUND = 8


@blueprint.get(PATH)
def plan(cluster_id: str, school_year: str) -> str:
    """The plan, or for the lead the first step to one."""
    viewer, cluster = _cluster(cluster_id, school_year)
    return _page(viewer, cluster, school_year, Form(PlanSchema()))


@blueprint.post(PATH)
def change(cluster_id: str, school_year: str) -> Response | tuple[str, int]:
    """One step: `viec` says which."""
    viewer, cluster = _cluster(cluster_id, school_year)
    found = queries.plan_of(cluster.id, school_year, changing=True)
    form = Form(PlanSchema(), dict(request.form))
    try:
        onward = _step(viewer, cluster, school_year, found, form)
    except InvalidInput as error:
        form.refuse(error)
        return _page(viewer, cluster, school_year, form), error.status
    return redirect(onward or annual_plan_path(cluster_id, school_year), 303)


def _step(
    viewer: Viewer, cluster: Cluster, school_year: str, plan: AnnualPlan | None, form: Form
) -> str | None:
    """Do it; where to go on, when not back to the plan."""
    step = request.form.get("viec", "")
    if plan is None:
        said = form.load()
        service.make(viewer, cluster, school_year, said["title"], said["kind"])
        flash(_("Đã lập kế hoạch. Mời thêm đồng tác giả."))
        return None
    match step:
        case "ten":
            service.rename(viewer, cluster, plan, request.form.get("title", ""), request.form.get("kind", ""))
        case "ngay":
            service.set_days(viewer, cluster, plan, {key: request.form.get(key, "") for key in MILESTONES})
        case "moi" | "thoi":
            act = service.add_person if step == "moi" else service.remove_person
            act(viewer, cluster, plan, request.form.get("person", ""))
            return annual_plan_path(cluster.id, school_year) + "#dong-tac-gia"
        case "goi":
            return arrange_package_path(service.begin_package(viewer, cluster, plan).id)
        case "gan":
            service.attach(viewer, plan, request.form.get("work", "").rstrip("/").rpartition("/")[2])
        case "go":
            service.detach(viewer, plan)
        case "bo":
            service.drop(viewer, cluster, plan)
        case _:
            raise NotFound()
    return None


def _cluster(cluster_id: str, school_year: str) -> tuple[Viewer, Cluster]:
    viewer, cluster = signed_in_viewer(), find_cluster(cluster_id)
    if not is_school_year(school_year):
        raise NotFound()
    authorize(viewer, policy.SEE.action, cluster)
    return viewer, cluster


def _page(viewer: Viewer, cluster: Cluster, school_year: str, form: Form) -> str:
    found = queries.plan_of(cluster.id, school_year)
    view = queries.view_of(found, cluster) if found else None
    is_lead = may(viewer, policy.PLAN.action, cluster)
    may_work = found is not None and may(viewer, policy.WORK.action, found)
    asked = request.args.get("q", "").strip()
    labels = vocabularies()
    return render_template(
        "annual_plans/plan.html", cluster=cluster, year=school_year, view=view, form=form, is_lead=is_lead,
        may_work=may_work, may_open=bool(view and view.work and may(viewer, READ.action, view.work)), q=asked,
        here=annual_plan_path(cluster.id, school_year),
        kinds=[(code, labels.label("resource_types", code)) for code in service.KINDS],
        kind=labels.label, product_path=annual_product_path(cluster.id, school_year),
        candidates=_candidates(cluster, found, asked) if found and is_lead else [],
        works=choosable(viewer, cluster, 30) if may_work and view and view.work is None else [],
        chosen=_chosen_title(cluster, school_year) if found is None else None,
    )  # fmt: skip


def _chosen_title(cluster: Cluster, school_year: str) -> str | None:
    """The work that is the product already: a plan is not missing then."""
    product = product_of_year(cluster.id, school_year)
    return work_of(product)[1].title if product is not None and product.state != "withdrawn" else None


def _candidates(cluster: Cluster, plan: AnnualPlan, asked: str) -> list[tuple[str, str, str]]:
    """(id, name, schools) of colleagues who may be asked; by name when one was typed."""
    taken = {person.user_id for person in plan.people}
    people = people_of_cluster(cluster.id, asked)
    return [(one.id, one.name, ", ".join(one.schools)) for one in people if one.id not in taken][:FOUND]
