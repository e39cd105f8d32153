"""The department's pages: schools and clusters, who belongs where, mergers and splits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from repo_service.accounts.sessions import current_viewer
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import SchoolYear
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations import policy, queries, redrawing, service
from repo_service.organizations.access import present_year
from repo_service.organizations.lists.pages import blueprint as lists
from repo_service.organizations.models import Cluster, Organization
from repo_service.organizations.people.pages import blueprint as people
from repo_service.organizations.people.queries import find_membership
from repo_service.organizations.rosters.pages import blueprint as rosters
from repo_service.organizations.schemas import (
    ClusterForm,
    Joining,
    MergedCluster,
    MergedOrganization,
    OrganizationForm,
    Split,
)
from repo_service.organizations.second_factor.pages import blueprint as second_factor
from repo_service.organizations.service import ClusterDetails, OrganizationDetails
from repo_service.ui.forms import Form

blueprint = Blueprint("organizations", __name__, template_folder="templates")
blueprint.register_blueprint(people)
blueprint.register_blueprint(lists)
blueprint.register_blueprint(rosters)
blueprint.register_blueprint(second_factor)

SCHOOL_KINDS = ("truong", "tt-hoa-nhap", "khac")
SCHOOLS, CLUSTERS = "/so/truong", "/so/cum"


@blueprint.get("/so")
def overview() -> str:
    """What the department keeps, one line each."""
    _keeper()
    counts = {
        "schools": len(queries.organizations(*SCHOOL_KINDS, active_only=True)),
        "clusters": len(queries.clusters(present_only=True)),
    }
    return render_template("organizations/overview.html", counts=counts)


@blueprint.route(SCHOOLS, methods=["GET", "POST"])
def schools() -> Response:
    """The schools, and a form for one more."""
    viewer, form = _keeper(), Form(OrganizationForm())
    if request.method == "POST":
        return _sent(
            form, lambda values: service.create_organization(viewer, **values), SCHOOLS, _schools_page
        )
    return _schools_page(form)


def _schools_page(form: Form) -> Response:
    typed = request.args.get("q", "")
    found = queries.organizations(*SCHOOL_KINDS, typed=typed)
    bodies = {row.id: row.name for row in queries.organizations("so", "xa")}
    return _page("organizations/schools.html", form, schools=found, typed=typed, bodies=bodies)


@blueprint.route(SCHOOLS + "/<school_id>", methods=["GET", "POST"])
def school(school_id: str) -> Response:
    """One school: what is written about it, its clusters, its earlier names."""
    viewer, row = _keeper(), queries.find_organization(school_id)
    names = ("name", "kind", "institution_type", "code", "levels", "commune_id", "managing_body_id")
    form = Form(OrganizationForm(), {name: getattr(row, name) for name in names})

    def page(form: Form) -> Response:
        successors = [queries.find_organization(found) for found in row.successor_ids]
        return _page(
            "organizations/school.html", form, school=row, successors=successors,
            clusters=queries.clusters_of_school(row.id), people=queries.people_of_school(row.id),
        )  # fmt: skip

    if request.method == "POST":
        return _sent(
            form, lambda values: service.change_organization(viewer, row, **values), request.path, page
        )
    return page(form)


@blueprint.route(SCHOOLS + "/sap-nhap", methods=["GET", "POST"])
def merge_schools() -> Response:
    """Two or more schools become one."""
    viewer, form = _keeper(), Form(MergedOrganization(), {"from_year": present_year()})

    def page(form: Form) -> Response:
        return _page(
            "organizations/merge_schools.html",
            form,
            schools=queries.organizations(*SCHOOL_KINDS, active_only=True),
        )

    def merge(values: dict[str, Any]) -> Organization:
        merged = [queries.find_organization(found) for found in values.pop("ids")]
        return redrawing.merge_schools(viewer, merged, **values)

    return _sent(form, merge, SCHOOLS, page) if request.method == "POST" else page(form)


@blueprint.route(SCHOOLS + "/<school_id>/tach", methods=["GET", "POST"])
def split_school(school_id: str) -> Response:
    """One school becomes two; the chosen people go with the second."""
    viewer, row = _keeper(), queries.find_organization(school_id)
    form = Form(Split(), {"first_name": row.name, "from_year": present_year()})

    def page(form: Form) -> Response:
        options = [(person.id, person.name) for person in queries.people_of_school(row.id)]
        return _page(
            "organizations/split.html",
            form,
            whole=row,
            options=options,
            back=f"{SCHOOLS}/{row.id}",
            is_school=True,
        )

    def split(values: dict[str, Any]) -> None:
        people_of_second = frozenset(values["second"])
        parts = [
            redrawing.SchoolPart(_alike(row, values["first_name"])),
            redrawing.SchoolPart(_alike(row, values["second_name"]), people_of_second),
        ]
        redrawing.split_school(viewer, row, parts, values["from_year"])

    return _sent(form, split, SCHOOLS, page) if request.method == "POST" else page(form)


def _alike(school: Organization, name: str) -> OrganizationDetails:
    return OrganizationDetails(
        name=name, kind=school.kind, institution_type=school.institution_type, levels=tuple(school.levels),
        commune_id=school.commune_id, managing_body_id=school.managing_body_id,
    )  # fmt: skip


@blueprint.route(CLUSTERS, methods=["GET", "POST"])
def clusters() -> Response:
    """The clusters, those of earlier years too, and a form for one more."""
    viewer, form = _keeper(), Form(ClusterForm())
    if request.method == "POST":
        return _sent(form, lambda values: service.create_cluster(viewer, **values), CLUSTERS, _clusters_page)
    return _clusters_page(form)


def _clusters_page(form: Form) -> Response:
    typed = request.args.get("q", "")
    return _page("organizations/clusters.html", form, clusters=queries.clusters(typed), typed=typed)


@blueprint.route(CLUSTERS + "/<cluster_id>", methods=["GET", "POST"])
def cluster(cluster_id: str) -> Response:
    """One cluster: the decision, its schools and leads, what it came from and became."""
    viewer, row = _keeper(), queries.find_cluster(cluster_id)
    if request.method == "POST":
        return _sent(
            Form(ClusterForm()), lambda values: service.change_cluster(viewer, row, **values), request.path,
            lambda form: _cluster_page(row, form),
        )  # fmt: skip
    return _cluster_page(row, Form(ClusterForm(), _as_typed(row)))


def _cluster_page(row: Cluster, form: Form, joining: Form | None = None) -> Response:
    memberships = [found for found in queries.memberships_of(cluster_id=row.id) if found.user_id is None]
    schools = {school.id: school for school in queries.organizations(*SCHOOL_KINDS)}
    return _page(
        "organizations/cluster.html", form, cluster=row, memberships=memberships, schools=schools,
        joining=joining or Form(Joining(), {"from_year": present_year()}), is_present=queries.is_present,
        leads=queries.leads_of(row.id), successors=queries.successors_of(row),
    )  # fmt: skip


def _as_typed(row: Cluster) -> dict[str, Any]:
    names = ("name", "decision_number", "decision_date", "direct_manager_id", "host_id")
    fields = [scope.value for scope in row.scopes if scope.kind == "linh-vuc"]
    scopes = [f"{scope.kind}:{scope.value}" for scope in row.scopes if scope.kind != "linh-vuc"]
    return {
        **{name: getattr(row, name) for name in names},
        "scopes": scopes,
        "field_scope": "".join(fields[:1]),
    }


@blueprint.post(CLUSTERS + "/<cluster_id>/truong")
def join(cluster_id: str) -> Response:
    """A school becomes a member of the cluster."""
    viewer, row = _keeper(), queries.find_cluster(cluster_id)

    def add(values: dict[str, Any]) -> None:
        school = queries.find_organization(values["organization_id"])
        service.join_cluster(viewer, row, school, values["from_year"])

    def page(joining: Form) -> Response:
        answer = _cluster_page(row, Form(ClusterForm(), _as_typed(row)), joining)
        answer.status_code = 422
        return answer

    return _sent(Form(Joining()), add, f"{CLUSTERS}/{row.id}", page)


@blueprint.post("/so/thanh-vien/<membership_id>/ket-thuc")
def leave(membership_id: str) -> Response:
    """A school is no longer a member, from this school year on or after it."""
    viewer, membership = _keeper(), find_membership(membership_id, of_person=False)
    service.end_membership(viewer, membership, request.form.get("to_year") or None)
    flash(_("Đã ghi trường thôi tham gia cụm. Bài đã đóng góp vẫn còn trên kệ."))
    return redirect(f"{CLUSTERS}/{membership.cluster_id}")  # type: ignore[return-value]


@blueprint.route(CLUSTERS + "/sap-nhap", methods=["GET", "POST"])
def merge_clusters() -> Response:
    """Two or more clusters become one."""
    viewer, form = _keeper(), Form(MergedCluster(), {"from_year": present_year()})

    def page(form: Form) -> Response:
        return _page("organizations/merge_clusters.html", form, clusters=queries.clusters(present_only=True))

    def merge(values: dict[str, Any]) -> Cluster:
        merged = [queries.find_cluster(found) for found in values.pop("ids")]
        return redrawing.merge_clusters(viewer, merged, **values)

    return _sent(form, merge, CLUSTERS, page) if request.method == "POST" else page(form)


@blueprint.route(CLUSTERS + "/<cluster_id>/tach", methods=["GET", "POST"])
def split_cluster(cluster_id: str) -> Response:
    """One cluster becomes two; the chosen schools go with the second."""
    viewer, row = _keeper(), queries.find_cluster(cluster_id)
    form = Form(Split(), {"first_name": row.name, "from_year": present_year()})
    schools = queries.schools_of(row.id)

    def page(form: Form) -> Response:
        options = [(school.id, school.name) for school in schools]
        return _page(
            "organizations/split.html",
            form,
            whole=row,
            options=options,
            back=f"{CLUSTERS}/{row.id}",
            is_school=False,
        )

    def split(values: dict[str, Any]) -> None:
        second = frozenset(values["second"])
        first = frozenset(school.id for school in schools) - second
        scopes = tuple((scope.kind, scope.value) for scope in row.scopes)
        parts = [
            redrawing.ClusterPart(
                ClusterDetails(name, scopes, direct_manager_id=row.direct_manager_id), schools
            )
            for name, schools in ((values["first_name"], first), (values["second_name"], second))
        ]
        redrawing.split_cluster(viewer, row, parts, values["from_year"])

    return _sent(form, split, CLUSTERS, page) if request.method == "POST" else page(form)


def _keeper() -> Viewer:
    viewer = current_viewer()
    authorize(viewer, policy.KEEP.action)
    return viewer


def _sent(
    form: Form, act: Callable[[dict[str, Any]], object], done: str, page: Callable[[Form], Response]
) -> Response:
    """Do what a form asks; what does not fit brings the form back with everything typed."""
    try:
        act(form.load())
    except (InvalidInput, MoveNotAllowed) as error:
        form.refuse(error)
        return page(form)
    flash(_("Đã lưu."))
    return redirect(done)  # type: ignore[return-value]


def _page(template: str, form: Form, **values: Any) -> Response:
    words = vocabularies()
    year = SchoolYear.parse(present_year())
    body = render_template(
        template, form=form, words=words, communes=queries.organizations("xa"), departments=queries.organizations("so"),
        years=[year.key, SchoolYear(year.start + 1).key], **values,
    )  # fmt: skip
    return make_response(body, 422 if form.message else 200)
