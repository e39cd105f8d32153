"""The contribute form, new versions, corrections, and the questions asked before a work moves on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import current_viewer, signed_in_viewer
from repo_service.contributions import drafts, guesses, moves, receiving, service
from repo_service.contributions.schemas import DepositSchema, MoveSchema
from repo_service.contributions.turned_version import Brought, brought_files, drop_draft, new_version_link
from repo_service.core import clock
from repo_service.core.db import commit, current_session
from repo_service.core.errors import (
    InvalidInput,
    KhoError,
    MoveNotAllowed,
    NotFound,
    StaleVersion,
)
from repo_service.core.i18n import _
from repo_service.core.identifiers import is_id, new_id
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.urls import my_work_path, resource_path
from repo_service.curriculum.queries import vocabularies
from repo_service.derivatives.personal_data import FileFindings, personal_data_of
from repo_service.files.models import StoredFile
from repo_service.organizations.queries import clusters_for_contribution
from repo_service.resources import policy
from repo_service.resources.description import CORRECTABLE_FIELDS
from repo_service.resources.findable.near_copies import NearCopy, near_copies, same_bytes
from repo_service.resources.lifecycle import EDITABLE
from repo_service.resources.queries import (
    FileRow,
    files_of,
    find_resource,
    find_version,
    find_working,
)
from repo_service.resources.schemas import ResourceFields
from repo_service.resources.service import check_revision
from repo_service.reviews.queries import open_round_of
from repo_service.ui.forms import Form, read_form

blueprint = Blueprint("contributions", __name__, template_folder="templates")

SMALL_FILES = 64 * 1024 * 1024
"""Bytes of a form that carries its files itself (no script); larger files go in parts."""
VOCABULARIES = (
    "resource_types", "resource_subtypes", "grades", "subjects", "textbook_sets", "themes", "purposes", "audiences",
    "terms", "licences", "rights_bases", "ai_use", "reach",
    "personal_data",
)  # fmt: skip


class DraftForm(Form):
    """The contribute form: a resource's fields, its files, and the guesses it shows."""

    def __init__(
        self,
        resource_id: str,
        initial: dict[str, Any] | None = None,
        files: Sequence[FileRow] = (),
        revision: int | None = None,
    ) -> None:
        super().__init__(FormFields(), initial)
        self.resource_id, self.files, self.revision = resource_id, list(files), revision
        self.suggestion = guesses.Suggestion()
        self.uploads: list[str] = []
        self.alike: list[Any] = []
        self.near: list[NearCopy] = []
        self.personal_data: list[FileFindings] = []
        self.reading = False


class FormFields(ResourceFields):
    """The form's fields: those of a resource, the cluster when there is a choice, the work it is made from."""

    cluster = ResourceFields._declared_fields["licence_name"]
    based_on = DepositSchema._declared_fields["based_on"]


@blueprint.url_value_preprocessor
def allow_small_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Forms that may carry files themselves get a larger limit, before anything reads them."""
    if endpoint in ("contributions.save", "contributions.new_version"):
        request.max_content_length = SMALL_FILES


@blueprint.get("/dong-gop")
def contribute() -> str:
    """An empty form; the id of the draft-to-be goes with it, so that sending twice makes one resource.

    Whoever comes from a colleague's request finds its `subject` and `grade` filled in.
    """
    authorize(signed_in_viewer(), policy.CREATE.action)
    known = {name: request.args.get(name[:-1], "") for name in ("grades", "subjects")}
    lists = vocabularies()
    return _draw(
        DraftForm(new_id(), {name: [code] for name, code in known.items() if lists.knows(name, code)})
    )


@blueprint.get("/hoc-lieu/<resource_id>/sua")
def edit(resource_id: str) -> str:
    """The same form on a draft."""
    viewer = signed_in_viewer()
    resource, version = find_working(viewer, resource_id)
    if version.state not in EDITABLE:
        raise MoveNotAllowed(
            _("Bài đã gửi phản biện nên không sửa được nữa. Thu hồi về nháp, hoặc thêm phiên bản mới.")
        )
    form = DraftForm(
        resource.id, drafts.values_of(resource, version), files_of([version.id]), resource.revision
    )
    if resource.current_version_id is None:
        known = {resource.id, resource.based_on_id or ""}
        form.near = near_copies(viewer, [file.id for file in form.files], without=known)
    return _draw(form)


@blueprint.post("/dong-gop")
def save() -> Response | tuple[str, int]:
    """Save the draft, and send it for review when that button was pressed; wrong fields come back as typed."""
    viewer, sending = signed_in_viewer(), request.form.get("viec") == "gui"
    authorize(viewer, policy.CREATE.action)
    form, fields, files = _read_draft(viewer)
    try:
        resource, version = drafts.save_draft(viewer, form.resource_id, fields, files, form.revision)
        form.revision = resource.revision
        if drafts.is_worth_keeping(fields, files):
            commit(current_session())  # what arrived stays, also when the rest must be corrected
            form.files = files_of([version.id])
        if form.errors:
            raise InvalidInput(form.errors)
        if sending:
            service.submit_for_review(viewer, resource, version)
    except (InvalidInput, StaleVersion) as error:
        form.refuse(error)
        return _draw(form), 422
    except MoveNotAllowed:
        if sending and _was_sent(viewer, form.resource_id):
            return redirect(f"{resource_path(form.resource_id)}/da-gui", 303)  # the button was pressed twice
        raise
    if sending:
        return redirect(f"{resource_path(resource.id)}/da-gui", 303)
    flash(_("Đã lưu nháp."))
    return redirect(f"{resource_path(resource.id)}/{_after_saving(files)}", 303)


def _after_saving(files: Sequence[StoredFile]) -> str:
    """The draft again; Kho's offer to mask one of its files when that button was pressed."""
    wanted = request.form.get("viec", "").removeprefix("che:")
    return f"che/{wanted}" if wanted in {file.id for file in files} else "sua"


@blueprint.post("/dong-gop/luu")
def autosave() -> str:
    """Save what fits while the teacher is still typing; one line says when."""
    viewer = signed_in_viewer()
    form, fields, files = _read_draft(viewer)
    if not drafts.is_worth_keeping(fields, files):
        return render_template("contributions/saved.html", form=form, moment=None)
    resource, _version = drafts.save_draft(viewer, form.resource_id, fields, files, form.revision)
    form.revision = resource.revision
    return render_template("contributions/saved.html", form=form, moment=clock.now())


@blueprint.post("/dong-gop/doan")
def guess() -> str:
    """The fields with guesses filled in, from the files that arrived so far."""
    viewer = signed_in_viewer()
    form = _form()
    files = receiving.files_of_uploads(viewer, request.form.getlist("uploads"))
    _guess(viewer, form, files, request.form.getlist("names"))
    return render_template("contributions/fields.html", **_words(viewer, form))


@blueprint.get("/hoc-lieu/<resource_id>/da-gui")
def sent(resource_id: str) -> str:
    """Who reads it and by when."""
    resource, version = find_working(signed_in_viewer(), resource_id)
    return render_template(
        "contributions/sent.html",
        resource=resource,
        version=version,
        review_round=open_round_of(resource),
        my_work=my_work_path(),
    )


@blueprint.route("/hoc-lieu/<resource_id>/phien-ban-moi", methods=["GET", "POST"])
def new_version(resource_id: str) -> Response | str | tuple[str, int]:
    """A new version: what changed, which files stay, which come; then the same form as a draft."""
    viewer = signed_in_viewer()
    resource = find_resource(viewer, resource_id, policy.EDIT.action, changing=request.method == "POST")
    base = service.version_to_continue(resource)
    form = Form(FormFields(only=("change_note",)))
    brought = Brought(
        request.values.get("draft", ""), request.values.getlist("brought"), request.values.get("replaces", "")
    )
    coming = brought_files(viewer, brought)
    if request.method == "POST":
        try:
            fields, kept = form.load(), request.form.getlist("kept")
            files = [*_files(viewer, resource.id), *(file for file in coming if file.id in kept)]
            service.add_version(viewer, resource, fields, files)
            drop_draft(viewer, brought, kept)
            return redirect(f"{resource_path(resource.id)}/sua", 303)
        except InvalidInput as error:
            form.refuse(error)
    page = render_template(
        "contributions/new_version.html", resource=resource, base=base, form=form, brought=brought,
        files=[*files_of([base.id]), *coming],
    )  # fmt: skip
    return (page, 422) if form.errors else page


@blueprint.route("/hoc-lieu/<resource_id>/sua-thong-tin", methods=["GET", "POST"])
def correct(resource_id: str) -> Response | str | tuple[str, int]:
    """Correct what is said about a published work; its files stay as they are."""
    viewer = signed_in_viewer()
    resource = find_resource(viewer, resource_id, policy.CORRECT.action, changing=request.method == "POST")
    if resource.current_version_id is None:
        raise NotFound()
    version = find_version(resource, resource.current_version_id)
    form = DraftForm(resource.id, drafts.values_of(resource, version), revision=resource.revision)
    if request.method == "POST":
        try:
            fields = form.load()
            check_revision(resource, request.form.get("revision", type=int))
            allowed = {
                name: value
                for name, value in fields.items()
                if name in (*CORRECTABLE_FIELDS, "visibility", "school_year")
            }
            service.change(viewer, resource, version, allowed, None)
            flash(_("Đã sửa thông tin."))
            return redirect(resource_path(resource.id), 303)
        except (InvalidInput, StaleVersion) as error:
            form.refuse(error)
    page = render_template("contributions/correct.html", resource=resource, **_words(viewer, form))
    return (page, 422) if form.message else page


@blueprint.route("/hoc-lieu/<resource_id>/viec/<path>", methods=["GET", "POST"])
def move(resource_id: str, path: str) -> Response | str | tuple[str, int]:
    """The question before a move, and the move itself."""
    viewer = signed_in_viewer()
    name = next((name for name, found in moves.MOVES.items() if found.path == path), None)
    if name is None:
        raise NotFound()
    asked, form = moves.MOVES[name], Form(MoveSchema(), {"successor": request.args.get("successor", "")})
    resource = find_resource(viewer, resource_id, asked.rule.action)
    if request.method == "POST":
        try:
            moves.make(viewer, name, resource_id, form.load())
            flash(str(asked.done))
            return redirect(my_work_path() if name == "delete" else resource_path(resource_id), 303)
        except InvalidInput as error:
            form.refuse(error)
    page = render_template("contributions/question.html", resource=resource, move=asked, form=form)
    return (page, 422) if form.errors else page


def _form() -> DraftForm:
    """The form as it was sent."""
    resource_id = request.form.get("draft", "")
    form = DraftForm(
        resource_id if is_id(resource_id) else new_id(), revision=request.form.get("revision", type=int)
    )
    form.typed = read_form(FormFields(), request.form)
    form.typed["links"] = [link for link in form.typed.get("links", []) if link.strip()]
    form.uploads = request.form.getlist("uploads")
    return form


def _read_draft(viewer: Viewer) -> tuple[DraftForm, dict[str, Any], list[StoredFile]]:
    form = _form()
    fields, form.errors = drafts.load_what_fits(FormFields(), form.typed)
    return form, fields, _files(viewer, form.resource_id)


def _files(viewer: Viewer, resource_id: str) -> list[StoredFile]:
    """The files of a form: those kept, those uploaded in parts, those the form carries itself."""
    kept = receiving.kept_files(resource_id, request.form.getlist("kept"))
    sent = receiving.files_of_uploads(viewer, request.form.getlist("uploads"))
    carried = [
        receiving.store_small(viewer, part.filename, part.stream)
        for part in request.files.getlist("file")
        if part.filename
    ]
    return [*kept, *sent, *carried]


def _guess(viewer: Viewer, form: DraftForm, files: Sequence[StoredFile], names: Sequence[str]) -> None:
    suggestion = guesses.suggest([*(file.name for file in files), *names], *receiving.read_so_far(files))
    form.typed, form.suggestion = guesses.fill_in(form.typed, request.form.get("guessed", ""), suggestion)
    form.reading = any(file.text_state == "waiting" and file.state == "ready" for file in files)
    found = (same_bytes(viewer, file.sha256) for file in files if file.sha256)
    form.alike = [resource for resource in found if resource is not None and resource.id != form.resource_id]
    told = {form.resource_id, *(resource.id for resource in form.alike)}
    form.near = near_copies(viewer, [file.id for file in files], without=told)
    form.personal_data = personal_data_of({file.id: file.name for file in [*_kept(viewer, form), *files]})


def _kept(viewer: Viewer, form: DraftForm) -> list[StoredFile]:
    """The draft's files that stay, where the viewer may work on it."""
    try:
        find_working(viewer, form.resource_id)
    except KhoError:
        return []
    return receiving.kept_files(form.resource_id, request.form.getlist("kept"))


def _was_sent(viewer: Viewer, resource_id: str) -> bool:
    try:
        _resource, version = find_working(viewer, resource_id)
    except KhoError:
        return False
    return version.state == "in_review"


def _draw(form: DraftForm) -> str:
    viewer = current_viewer()
    form.personal_data = personal_data_of({file.id: file.name for file in form.files})
    return render_template("contributions/contribute.html", **_words(viewer, form))


def _words(viewer: Viewer, form: DraftForm) -> dict[str, Any]:
    lists = vocabularies()
    choices = {
        name: [(code, term.label) for code, term in lists.terms(name).items() if term.active_to is None]
        for name in VOCABULARIES
    }
    clusters = clusters_for_contribution(viewer, form.chosen("grades"), form.chosen("subjects"))
    return {
        "form": form,
        "choices": choices,
        "clusters": clusters,
        "may_edit": lambda resource: policy.can_edit(viewer, resource),
        "add_to": lambda resource, replaced="": new_version_link(
            resource.id, Brought(form.resource_id, form.uploads, replaced)
        ),
    }
