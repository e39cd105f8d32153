"""Pages of the controlled lists and of the province's settings."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from marshmallow import EXCLUDE, Schema, fields

from repo_service.accounts.sessions import current_viewer
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _, _l
from repo_service.core.permissions import Viewer, authorize
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations import policy, queries
from repo_service.organizations.lists import service
from repo_service.organizations.lists.titles import TITLES
from repo_service.organizations.province_settings import (
    DEFINITIONS,
    all_province_settings,
    change_province_setting,
)
from repo_service.ui.forms import Form

blueprint = Blueprint("lists", __name__)
LISTS, SETTINGS = "/so/danh-muc", "/so/cai-dat"


class TermForm(Schema):
    """The words of a term; `aliases` are separated by semicolons."""

    class Meta:
        unknown = EXCLUDE

    label = fields.String(required=True, error_messages={"required": _l("Ô này đang trống.")})
    aliases = fields.String(load_default="")
    position = fields.Integer(load_default=0, error_messages={"invalid": _l("Ghi một số.")})


@blueprint.get(LISTS)
def lists() -> str:
    """Every controlled list."""
    _keeper()
    sizes = [
        (name, TITLES.get(name, name), len(terms)) for name, terms in sorted(vocabularies().lists.items())
    ]
    return render_template("organizations/lists.html", lists=sizes)


@blueprint.route(LISTS + "/<vocabulary>", methods=["GET", "POST"])
def one_list(vocabulary: str) -> Response:
    """One list, and a form for one more term."""
    viewer, form = _keeper(), Form(TermForm())
    if request.method == "POST":
        try:
            values = form.load()
            service.add_term(viewer, vocabulary, values["label"], _split(values["aliases"]))
        except (InvalidInput, MoveNotAllowed) as error:
            form.refuse(error)
        else:
            return _done(vocabulary)
    return _list_page(vocabulary, form)


@blueprint.post(LISTS + "/<vocabulary>/<code>")
def change(vocabulary: str, code: str) -> Response:
    """New words or another place for a term."""
    viewer, form = _keeper(), Form(TermForm())
    try:
        values = form.load()
        service.change_term(
            viewer,
            vocabulary,
            code,
            label=values["label"],
            aliases=_split(values["aliases"]),
            position=values["position"],
        )
    except InvalidInput as error:
        form.refuse(error)
        return _list_page(vocabulary, form)
    return _done(vocabulary)


@blueprint.post(LISTS + "/<vocabulary>/<code>/ngung")
def retire(vocabulary: str, code: str) -> Response:
    """A term is no longer offered."""
    try:
        service.retire_term(_keeper(), vocabulary, code)
    except InvalidInput as error:
        form = Form(TermForm())
        form.refuse(error)
        return _list_page(vocabulary, form)
    return _done(vocabulary)


@blueprint.post(LISTS + "/<vocabulary>/<code>/dung-lai")
def restore(vocabulary: str, code: str) -> Response:
    """A term is offered again."""
    service.restore_term(_keeper(), vocabulary, code)
    return _done(vocabulary)


@blueprint.route(SETTINGS, methods=["GET", "POST"])
def settings() -> Response:
    """The settings of domain.md A6; only what differs from before is changed and audited."""
    viewer, errors = _keeper(), dict[str, list[str]]()
    before = {name: str(value) for name, value in all_province_settings().items()}
    typed = {name: request.form.get(name, value).strip() for name, value in before.items()}
    if request.method == "POST":
        for name, text in typed.items():
            try:
                if text != before[name]:
                    change_province_setting(viewer, name, text)
            except InvalidInput as error:
                errors |= error.errors
        if not errors:
            flash(_("Đã lưu cài đặt."))
            return redirect(SETTINGS)  # type: ignore[return-value]
    body = render_template("organizations/settings.html", definitions=DEFINITIONS, typed=typed, errors=errors)
    return make_response(body, 422 if errors else 200)


def _keeper() -> Viewer:
    viewer = current_viewer()
    authorize(viewer, policy.KEEP.action)
    return viewer


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _done(vocabulary: str) -> Response:
    flash(_("Đã lưu danh mục."))
    return redirect(f"{LISTS}/{vocabulary}")  # type: ignore[return-value]


def _list_page(vocabulary: str, form: Form) -> Response:
    terms = queries.vocabulary_terms(vocabulary)
    body = render_template(
        "organizations/list.html",
        form=form,
        vocabulary=vocabulary,
        title=TITLES.get(vocabulary, vocabulary),
        terms=terms,
        fixed=vocabulary in service.FIXED,
    )
    return make_response(body, 422 if form.message else 200)
