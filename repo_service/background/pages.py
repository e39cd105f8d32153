"""*Quản lí › Việc nền*: what waits, runs and failed, for the administrator."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from repo_service.accounts.sessions import current_viewer
from repo_service.background import policy, progress, queries, service, words
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.permissions import authorize

blueprint = Blueprint("background", __name__, template_folder="templates")

PATH = "/so/viec-nen"


@blueprint.get(PATH)
def work() -> str:
    """The whole page."""
    _operator()
    return _page()


@blueprint.get(PATH + "/dang-lam")
def under_way() -> str:
    """What waits and runs, alone: asked for again and again while there is any."""
    _operator()
    return render_template("background/under_way.html", **_under_way())


@blueprint.post(PATH + "/thu-lai")
def retry_all() -> Response:
    """Every failed piece of work once more."""
    count = service.retry_all(_operator())
    return _done(_("Đã xếp lại %(count)s việc.", count=count))


@blueprint.post(PATH + "/<int:row_id>/thu-lai")
def retry(row_id: int) -> Response:
    """One failed piece of work once more."""
    service.retry(_operator(), row_id)
    return _done(_("Đã xếp lại việc này."))


@blueprint.post(PATH + "/<int:row_id>/bo")
def drop(row_id: int) -> Response:
    """Give one up, with a reason."""
    operator = _operator()
    try:
        service.drop(operator, row_id, request.form.get("reason", ""))
    except InvalidInput as error:
        return make_response(_page(refused=row_id, error=error.errors["reason"][0]), error.status)
    return _done(_("Đã bỏ việc này và ghi lại lí do."))


@blueprint.post(PATH + "/lap-lai-chi-muc")
def rebuild() -> Response:
    """Fill the search index anew, in the background."""
    try:
        service.ask_for_rebuild(_operator())
    except AlreadyExists as error:
        return _done(error.message)
    return _done(_("Đã xếp việc lập lại chỉ mục. Tìm kiếm vẫn chạy trong lúc ấy."))


@blueprint.post(PATH + "/doc-lai-tep")
def remake() -> Response:
    """Another look at files that could not be read or drawn, in the background."""
    try:
        service.ask_for_remaking(_operator())
    except AlreadyExists as error:
        return _done(error.message)
    return _done(_("Đã xếp việc đọc lại các tệp trước đây chưa đọc được."))


def _operator() -> str | None:
    viewer = current_viewer()
    authorize(viewer, policy.TEND.action)
    return viewer.id


def _done(said: str) -> Response:
    flash(said)
    return redirect(PATH, 303)  # type: ignore[return-value]


def _under_way() -> dict[str, Any]:
    topics = queries.by_topic()
    return {"topics": topics, "jobs": progress.running(), "words": words, "path": PATH}


def _page(refused: int | None = None, error: str = "") -> str:
    number = max(1, min(request.args.get("trang", 1, type=int), 10_000))
    told = _under_way()
    return render_template(
        "background/work.html", **told, page=queries.failed(number), refused=refused, error=error,
        failed=sum(topic.failed for topic in told["topics"]),
    )  # fmt: skip
