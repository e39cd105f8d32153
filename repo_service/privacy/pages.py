"""One's own data: what may be asked, the package; and for the department the requests with their days."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from repo_service.accounts.queries import find_user
from repo_service.accounts.sessions import signed_in_viewer
from repo_service.background.progress import running
from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import own_data_path
from repo_service.notifications.service import notify
from repo_service.privacy import policy, queries, retention, service
from repo_service.privacy.clocks import KINDS
from repo_service.privacy.models import PrivacyRequest

blueprint = Blueprint("privacy", __name__, template_folder="templates")

DESK = "/so/du-lieu-ca-nhan"


@blueprint.get("/tai-khoan/du-lieu")
def own() -> str:
    """What Kho keeps of the person and how long, the package, and requests with where they stand."""
    viewer = signed_in_viewer()
    package = queries.latest_package(viewer)
    at_work = running(service.job_name(package.id)) if package and package.ready_at is None else []
    return render_template(
        "privacy/own.html", package=package, percent=at_work[0].percent if at_work else None, kinds=KINDS,
        requests=queries.own_requests(viewer), rules=retention.RULES, most=service.LONGEST_WORDS,
    )  # fmt: skip


@blueprint.post("/tai-khoan/du-lieu")
def ask() -> AnyResponse:
    """A request about one's own data."""
    viewer = signed_in_viewer()
    try:
        service.ask(viewer, request.form.get("kind", ""), request.form.get("words", ""))
        flash(_("Đã gửi Sở. Kho ghi hạn trả lời ngay ở trang này."))
    except (AlreadyExists, InvalidInput) as error:
        texts = error.errors.values() if isinstance(error, InvalidInput) else [[error.message]]
        flash(next(iter(texts))[0], "error")
    return redirect(own_data_path(), 303)


@blueprint.post("/tai-khoan/du-lieu/goi")
def ask_for_package() -> AnyResponse:
    """Have the package made."""
    service.ask_for_package(signed_in_viewer())
    flash(_("Kho đang gói dữ liệu của thầy cô. Xong thì có tin ở trang Thông báo."))
    return redirect(own_data_path(), 303)


@blueprint.get("/tai-khoan/du-lieu/<package_id>.zip")
def package(package_id: str) -> Response:
    """The package, streamed, to its owner alone."""
    found = queries.find_package(signed_in_viewer(), package_id)
    assert found.key is not None
    name = f"du-lieu-kho-{clock.local(found.asked_at):%Y-%m-%d}.zip"
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(storage().open(found.key), mimetype="application/zip", headers=headers)


@blueprint.get(DESK)
def desk() -> str:
    """Requests that wait, the most urgent first; what was closed lately on the other tab."""
    viewer, closed = signed_in_viewer(), request.args.get("xem") == "xong"
    rows = queries.requests_to_handle(viewer, closed=closed)
    return render_template(
        "privacy/desk.html", rows=rows, closed=closed, kinds=KINDS, now=clock.now(),
        may_erase=may(viewer, policy.ERASE.action),
    )  # fmt: skip


@blueprint.post(DESK + "/<request_id>")
def handle(request_id: str) -> AnyResponse:
    """Answer, put off, close, refuse or erase, as the pressed button says."""
    viewer = signed_in_viewer()
    found = queries.find_request(viewer, request_id)
    try:
        _do(viewer, found, request.form.get("viec", ""), request.form.get("words", ""))
    except InvalidInput as error:
        flash(next(iter(error.errors.values()))[0], "error")
    else:
        flash(_("Đã ghi."))
    return redirect(DESK, 303)


def _do(viewer: Viewer, found: PrivacyRequest, doing: str, words: str) -> None:
    match doing:
        case "nhan":
            service.answer(viewer, found)
        case "gia-han":
            service.extend(viewer, found, words)
        case "xong" | "tu-choi":
            service.close(viewer, found, words, refused=doing == "tu-choi")
        case "xoa" if found.kind == "xoa":
            service.close(viewer, found, words or _("Đã xóa."))
            service.erase(viewer, find_user(found.user_id))
            return  # nobody is left to tell
        case _:
            raise NotFound()
    notify([found.user_id], "privacy.request_moved", own_data_path(), _origin(found))


def _origin(found: PrivacyRequest) -> str:
    return f"privacy:{found.id}:{found.state}:{bool(found.extension_reason)}"
