"""Pictures of files, by signed links: the page that may show a file hands out the link to its pictures."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from repo_service.core import clock
from repo_service.core.backends import readable
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.derivatives.models import PDF_PAGE
from repo_service.derivatives.queries import find_picture, find_shown_picture
from repo_service.files import signed_links
from repo_service.files.models import StoredFile
from repo_service.files.pages import file_response, report_lost, stored_response

blueprint = Blueprint("derivatives", __name__)

PDF = "application/pdf"
_DAY = 24 * 3600


def picture_url(file_id: str, page: int = 0) -> str:
    """Link to a thumbnail (page 0) or page picture, the same for a whole day so that browsers keep it.

    It works until the end of the following day. Only for viewers who may read the file.
    """
    moment = clock.now().timestamp()
    until = (int(moment) // _DAY + 2) * _DAY
    ticket = signed_links.sign(_secret(), "picture", [file_id, page], until - int(moment))
    return f"/hinh/{file_id}/{page}.webp?ticket={ticket}"


def thumbnail_url(file_id: str) -> str | None:
    """Link to the thumbnail for a list; none for people who asked to save data."""
    return None if request.headers.get("Save-Data") == "on" else picture_url(file_id)


def pdf_response(file: StoredFile, name: str, *, inline: bool) -> Response:
    """A PDF as it is, or the one made of an Office file; NotFound where there is none."""
    if file.media_type == PDF:
        return file_response(file, name, inline=inline)
    made = find_picture(file.id, PDF_PAGE) if file.state == "ready" else None
    if made is None:
        raise NotFound(_("Tệp này chưa có bản PDF."))
    etag = f"{file.sha256}-pdf-{file.made_with}-{made.size}"
    title = f"{name.rpartition('.')[0] or name}.pdf"
    return stored_response(file.id, made.key, made.size, PDF, title, etag=etag, inline=inline)


@blueprint.route("/hinh/<file_id>/<int:page>.webp")
def show_picture(file_id: str, page: int) -> Response:
    """One picture; the link is the permission."""
    if signed_links.read(_secret(), "picture", request.args.get("ticket", "")) != [file_id, page]:
        raise NotFound()
    picture = find_shown_picture(file_id, page)
    if picture is None:
        raise NotFound()
    store = readable(picture.key, picture.size, lambda: report_lost(file_id, picture.key))
    with store.open(picture.key) as reader:
        body = reader.read()  # at most a few hundred kilobytes: we drew it
    response = Response(body, mimetype=picture.media_type)
    response.headers["Cache-Control"] = f"private, max-age={_DAY}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


show_picture.signed_by_url = True  # type: ignore[attr-defined]


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
