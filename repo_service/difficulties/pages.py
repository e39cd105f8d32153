"""The box of difficulties: file one, read, pass on, answer, take the list into the year's report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.core.school_year import SchoolYear
from repo_service.core.urls import difficulty_path
from repo_service.curriculum.queries import vocabularies
from repo_service.difficulties import exports, policy, queries, service
from repo_service.difficulties.lifecycle import DIFFICULTY_LABELS
from repo_service.difficulties.queries import Filters, Row
from repo_service.difficulties.schemas import AnswerSchema, FilingSchema
from repo_service.organizations.province_settings import current_school_year, shown_school_year
from repo_service.ui.forms import Form
from repo_service.ui.table_files import send_tables

blueprint = Blueprint("difficulties", __name__, template_folder="templates")

BOX = "/kho-khan"
ONE = f"{BOX}/<difficulty_id>"
YEARS = 4


@blueprint.get(BOX)
def box() -> str:
    """The viewer's box, and the form for who heads a school."""
    return _box(_reader(), Form(FilingSchema()))


@blueprint.post(BOX)
def file_one() -> AnyResponse | tuple[str, int]:
    """File a difficulty of one's school."""
    viewer = _reader()
    form = Form(FilingSchema())
    try:
        said = form.load()
        service.file_difficulty(viewer, said["school"], said["topic"], said["text"])
    except InvalidInput as error:
        form.refuse(error)
        return _box(viewer, form), error.status
    flash(_("Đã gửi. Kho báo cho thầy cô khi có trả lời."))
    return redirect(BOX, 303)


@blueprint.get(f"{BOX}.<kind>")
def box_file(kind: str) -> Response:
    """The box as xlsx, docx or csv, with the filters of the page."""
    filters = _filters()
    sheet = exports.sheet(queries.all_of(_reader(), filters))
    return send_tables(f"kho-khan-{filters.school_year}", kind, exports.title(filters.school_year), [], [sheet])


@blueprint.get(ONE)
def one(difficulty_id: str) -> str:
    """One difficulty with its way and answer."""
    return _one(signed_in_viewer(), difficulty_id, Form(AnswerSchema()))


@blueprint.post(f"{ONE}/tra-loi")
def answer(difficulty_id: str) -> AnyResponse | tuple[str, int]:
    """Answer it."""
    viewer = signed_in_viewer()
    found = queries.find_difficulty(viewer, difficulty_id, policy.ANSWER.action, changing=True)
    form = Form(AnswerSchema())
    try:
        service.answer(viewer, found, form.load()["answer"])
    except InvalidInput as error:
        form.refuse(error)
        return _one(viewer, difficulty_id, form), error.status
    except MoveNotAllowed as error:
        flash(error.message, "error")
        return redirect(difficulty_path(difficulty_id), 303)
    flash(_("Đã trả lời. Trường được báo tin."))
    return redirect(difficulty_path(difficulty_id), 303)


@blueprint.post(f"{ONE}/chuyen")
def pass_on(difficulty_id: str) -> AnyResponse:
    """Pass it on to the department."""
    viewer = signed_in_viewer()
    found = queries.find_difficulty(viewer, difficulty_id, changing=True)
    try:
        service.pass_on(viewer, found)
        flash(_("Đã chuyển Sở. Trường được báo tin."))
    except MoveNotAllowed as error:
        flash(error.message, "error")
    return redirect(difficulty_path(difficulty_id), 303)


def _reader() -> Viewer:
    viewer = signed_in_viewer()
    authorize(viewer, policy.OPEN.action)
    return viewer


def _filters() -> Filters:
    year = shown_school_year(request.args.get("school_year", ""))
    return Filters(year, request.args.get("topic", ""), request.args.get("state", ""))


def _box(viewer: Viewer, form: Form) -> str:
    filters, lists, start = _filters(), vocabularies(), current_school_year().start
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    years = dict.fromkeys([*(SchoolYear(start - back).key for back in range(YEARS)), filters.school_year])
    return render_template(
        "difficulties/box.html", page=queries.box(viewer, filters, number), filters=filters, form=form,
        exports=exports, schools=queries.schools_to_file_for(viewer), title=exports.title(filters.school_year),
        topics=lists.choices("difficulty_topics"), states=lists.choices("difficulty_states"),
        year_options=[(key, key.replace("-", "–")) for key in years], labels=DIFFICULTY_LABELS,
        query=request.query_string.decode("ascii", "replace"), **_errors(form),
    )  # fmt: skip


def _one(viewer: Viewer, difficulty_id: str, form: Form) -> str:
    found = queries.find_difficulty(viewer, difficulty_id)
    is_open = found.state != "da-tra-loi"
    return render_template(
        "difficulties/one.html", row=Row(found, *queries.names_of(found)), form=form, exports=exports,
        labels=DIFFICULTY_LABELS, may_answer=is_open and may(viewer, policy.ANSWER.action, found),
        may_pass_on=found.state == "moi" and may(viewer, policy.PASS_ON.action, found), **_errors(form),
    )  # fmt: skip


def _errors(form: Form) -> dict[str, Any]:
    return {"summary": [(name, text) for name, texts in form.errors.items() for text in texts]}
