"""A list of people from a spreadsheet: every line's fate first, accounts and links when the list is confirmed."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, make_response, render_template, request

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import authorize
from repo_service.core.urls import absolute
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations import policy
from repo_service.organizations.rosters import planning, reading, service
from repo_service.ui.security_headers import unkept

blueprint = Blueprint("rosters", __name__)

PATH = "/nguoi/danh-sach"
SAMPLE = "Họ và tên;Trường;Vai trò;Email;Xưng hô\nNguyễn Thị Lan;THCS Bờ Xe Nước;Giáo viên;lannt@truong.edu.vn;cô\n"


@blueprint.get(PATH)
def choose() -> str:
    """What a list looks like, and where to choose one."""
    authorize(signed_in_viewer(), policy.PEOPLE.action)
    return _page()


@blueprint.get(PATH + "/mau.csv")
def sample() -> Response:
    """A list to begin with, as a spreadsheet opens it."""
    authorize(signed_in_viewer(), policy.PEOPLE.action)
    headers = {"Content-Disposition": "attachment; filename=danh-sach-mau.csv"}
    return Response("\ufeff" + SAMPLE, mimetype="text/csv", headers=headers)


@blueprint.post(PATH)
def send() -> Response | tuple[str, int]:
    """A chosen file is looked at; the list that was looked at and confirmed is carried out."""
    viewer = signed_in_viewer()
    authorize(viewer, policy.PEOPLE.action)
    if "bang" in request.form:
        return _sheet(request.form["bang"])
    confirmed = request.form.get("danh_sach")
    try:
        text = reading.decoded(_sent()) if confirmed is None else confirmed
        lines = reading.read_lines(text)
    except InvalidInput as error:
        return _page(wrong=error.errors["file"][0]), 422
    if confirmed is None:
        return make_response(_page(fates=planning.plan(viewer, lines), text=text))
    fates, invitations = service.carry_out(viewer, lines)
    sheet = service.links_sheet(invitations, absolute(""))
    page = _page(
        fates=fates,
        invitations=invitations,
        address=absolute(""),
        sheet=base64.b64encode(sheet).decode(),
        done=True,
    )
    return unkept(make_response(page))


def _sheet(encoded: str) -> Response:
    """The links of the page one is on, as a file: Kho has kept only their hashes, so the page sends them along."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise NotFound() from None
    headers = {"Content-Disposition": "attachment; filename=lien-ket-kho.csv", "Cache-Control": "no-store"}
    return Response(content, mimetype="text/csv", headers=headers)


def _sent() -> bytes:
    file = request.files.get("tep")
    content = file.read(reading.MOST_BYTES + 1) if file else b""
    if not content:
        raise InvalidInput({"file": [_("Chọn một tệp CSV rồi bấm Xem trước.")]})
    return content


def _page(**shown: object) -> str:
    fates = shown.get("fates") or []
    assert isinstance(fates, list)
    counts = {
        kind: sum(fate.kind == kind for fate in fates)
        for kind in (planning.NEW, planning.MORE, planning.KNOWN, planning.WRONG)
    }
    return render_template("organizations/roster.html", counts=counts, words=vocabularies(), **shown)
