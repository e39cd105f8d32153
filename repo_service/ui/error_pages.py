"""The one place where errors become answers: a page for people, a problem document for the API (RFC 9457)."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from marshmallow import ValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, HTTPException, UnprocessableEntity

from indexer import SearchError
from repo_service.core.errors import (
    AlreadyExists,
    InvalidInput,
    KhoError,
    NotSignedIn,
    OutOfSpace,
    TemporarilyUnavailable,
    TooManyRequests,
)
from repo_service.core.i18n import _, _l, language
from repo_service.core.urls import sign_in_path
from repo_service.ui.forms import flat_errors
from storage_adapters import StorageError, StorageFull

log = structlog.get_logger()

RETRY_SECONDS = 30
"""When to ask again while a part of Kho is down (Retry-After)."""


def register_error_pages(app: Flask) -> None:
    """Handle every error of the tree, of the libraries below, and the unexpected."""
    app.register_error_handler(KhoError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(
        ValidationError, lambda error: answer(InvalidInput(flat_errors(error.messages_dict)))
    )
    app.register_error_handler(
        IntegrityError, lambda _error: answer(AlreadyExists(_("Việc này vừa được làm rồi.")))
    )
    for gone in (OperationalError, PoolTimeout):
        app.register_error_handler(gone, _down)
    # half a character (a lone surrogate) or a NUL, which no database keeps, and JSON nested deeper than anybody writes
    for unreadable in (UnicodeEncodeError, RecursionError, DataError):
        app.register_error_handler(unreadable, lambda _error: _http(BadRequest()))
    app.register_error_handler(StorageError, _storage)
    app.register_error_handler(SearchError, _down)
    app.register_error_handler(Exception, _unexpected)


def answer(error: KhoError) -> Response:
    """The reply to one of our errors, in the form the asker reads."""
    if not _wants_problem() and isinstance(error, NotSignedIn) and request.method == "GET":
        return redirect(sign_in_path(request.full_path.rstrip("?")))  # type: ignore[return-value]
    errors = getattr(error, "errors", None)
    if _wants_problem():
        response = problem(error.status, error.code, error.message, errors)
    else:
        response = _page(error.status, error.message, errors)
    if isinstance(error, TemporarilyUnavailable | TooManyRequests):
        response.headers["Retry-After"] = str(getattr(error, "retry_after", RETRY_SECONDS))
    return response


def problem(status: int, code: str, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """A problem document; `errors` maps fields to sentences (RFC 9457, section 3)."""
    body: dict[str, Any] = {
        "type": f"/api/problems/{code}",
        "title": code,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _wants_problem() -> bool:
    """Programs do, of the API; a person's browser that follows a link to a file there asks for a page."""
    follows_a_link = request.method == "GET" and "text/html" in request.accept_mimetypes.values()
    return request.path.startswith("/api/") and not follows_a_link


def _page(status: int, message: str, errors: dict[str, list[str]] | None = None) -> Response:
    template = "errors/fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    values = {"status": status, "message": message, "errors": errors or {}}
    try:
        page = render_template(template, **values)
    except SQLAlchemyError:  # the frame asks which province this is, and the database is gone: without a frame then
        page = current_app.jinja_env.get_template(template).render(values, lang=language())
    response = current_app.make_response(page)
    response.status_code = status
    return response


SENTENCES = {
    400: _l("Yêu cầu này Kho chưa đọc được. Tải lại trang rồi thử lần nữa."),
    401: _l("Thầy cô đăng nhập rồi làm tiếp nhé."),
    404: _l("Không thấy trang này, hoặc bài dành cho cụm khác."),
    405: _l("Trang này không nhận cách gửi ấy."),
    413: _l("Nội dung gửi lên lớn quá mức Kho nhận trong một lần."),
    415: _l("Gửi dưới dạng JSON (Content-Type: application/json)."),
    422: _l("Còn chỗ cần sửa, xem từng ô bên dưới."),
    429: _l("Thầy cô thử hơi nhiều lần. Đợi vài phút rồi thử lại nhé."),
}


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    fields = _field_errors(error) if isinstance(error, UnprocessableEntity) else None
    message = str(SENTENCES.get(status, _("Kho chưa làm được việc này. Thầy cô thử lại sau ít phút.")))
    response = (
        problem(status, _code(error), message, fields) if _wants_problem() else _page(status, message, fields)
    )
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _code(error: HTTPException) -> str:
    return error.name.lower().replace(" ", "-")


def _field_errors(error: UnprocessableEntity) -> dict[str, list[str]]:
    """webargs keeps the schema's messages under the place they came from: {"json": {...}}."""
    by_place = getattr(error, "data", {}).get("messages", {})
    return {
        name: texts
        for found in by_place.values()
        if isinstance(found, dict)
        for name, texts in flat_errors(found).items()
    }


def _storage(error: StorageError) -> Response:
    if isinstance(error, StorageFull):
        return answer(OutOfSpace())
    return _down(error)


def _down(error: Exception) -> Response:
    request.environ["kho.down"] = type(error).__name__
    log.error("backend_down", route=_route(), error=type(error).__name__, text=str(error)[:500])
    return answer(TemporarilyUnavailable())


def _route() -> str:
    """Not the path: one-time links are secrets, and ids say who read what."""
    return request.url_rule.rule if request.url_rule else ""


def _unexpected(error: Exception) -> Response:
    log.error("unexpected_error", route=_route(), exc_info=error)
    if current_app.testing and current_app.config.get("RAISE_UNEXPECTED", True):
        raise error
    message = _("Kho gặp trục trặc, việc vừa rồi chưa được ghi. Thầy cô thử lại sau ít phút.")
    return problem(500, "unexpected", message) if _wants_problem() else _page(500, message)
