"""Where a work was taught: the list that opens on a tap, the short form, one's own notes to change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.classroom_use import policy, queries, service
from repo_service.classroom_use.models import LONGEST_CHANGE, LONGEST_CLASS, LONGEST_OUTCOME
from repo_service.classroom_use.schemas import TeachingSchema
from repo_service.core import clock
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import teachings_path
from repo_service.curriculum.queries import vocabularies
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource, find_version
from repo_service.ui.forms import Form, asked_page

blueprint = Blueprint("classroom_use", __name__, template_folder="templates")

LIMITS = {"class": LONGEST_CLASS, "change": LONGEST_CHANGE, "outcome": LONGEST_OUTCOME}


@blueprint.get("/hoc-lieu/<resource_id>/da-day")
def teachings(resource_id: str) -> str:
    """The notes of a work by date, a page of them; for htmx the list alone."""
    viewer = signed_in_viewer()
    resource, page = queries.teachings_of(viewer, resource_id, asked_page())
    if request.headers.get("HX-Request"):
        return render_template("classroom_use/notes.html", resource=resource, page=page)
    form = Form(TeachingSchema(), {"taught_on": clock.today().isoformat(), "class_name": _class_of(resource)})
    return _draw(viewer, resource, form, page=page)


@blueprint.post("/hoc-lieu/<resource_id>/da-day")
def tell(resource_id: str) -> Response | tuple[str, int]:
    """Leave a note; sent twice it is one."""
    viewer, form = signed_in_viewer(), Form(TeachingSchema())
    resource = find_resource(viewer, resource_id, policy.TELL.action)
    try:
        service.tell(viewer, resource_id, form.load())
    except InvalidInput as error:
        form.refuse(error)
        return _draw(viewer, resource, form, page=queries.teachings_of(viewer, resource_id)[1]), error.status
    flash(_("Đã ghi. Cảm ơn thầy cô đã kể lại."))
    return redirect(teachings_path(resource_id), 303)


@blueprint.route("/da-day/<teaching_id>", methods=["GET", "POST"])
def change(teaching_id: str) -> Response | str | tuple[str, int]:
    """One's own note again in the form."""
    viewer = signed_in_viewer()
    resource, teaching = queries.find_teaching(viewer, teaching_id)
    kept = {name: getattr(teaching, name) for name in ("class_name", "change", "outcome")}
    form = Form(
        TeachingSchema(), kept | {"school": teaching.school_id, "taught_on": teaching.taught_on.isoformat()}
    )
    if request.method == "POST":
        try:
            service.change(viewer, teaching_id, form.load())
            flash(_("Đã sửa."))
            return redirect(teachings_path(resource.id), 303)
        except (InvalidInput, AlreadyExists) as error:
            form.refuse(error)
            return _draw(viewer, resource, form, own=teaching), error.status
    return _draw(viewer, resource, form, own=teaching)


@blueprint.post("/da-day/<teaching_id>/xoa")
def delete(teaching_id: str) -> Response:
    """Take one's own note away."""
    resource = service.delete(signed_in_viewer(), teaching_id)
    flash(_("Đã xóa."))
    return redirect(teachings_path(resource.id), 303)


def _class_of(resource: Resource) -> str:
    """ "Lớp 6" when the work is of one grade: most teachers only add a letter."""
    grades = find_version(resource, resource.current_version_id).grades
    return vocabularies().label("grades", grades[0]) if len(grades) == 1 else ""


def _draw(viewer: Viewer, resource: Resource, form: Form, **more: Any) -> str:
    return render_template(
        "classroom_use/taught.html", resource=resource, form=form, limits=LIMITS, today=clock.today().isoformat(),
        schools=queries.schools_of_viewer(viewer), may_tell=may(viewer, policy.TELL.action, resource), **more,
    )  # fmt: skip
