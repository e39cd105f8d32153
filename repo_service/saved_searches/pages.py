"""One's own saved searches: kept with one tap on the search page, listed, followed, opened, deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from indexer import SearchError
from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core import clock
from repo_service.core.errors import InvalidInput, KhoError, NotFound
from repo_service.core.i18n import _
from repo_service.core.urls import saved_searches_path, search_path
from repo_service.resources.findable.card_facts import card_facts
from repo_service.saved_searches import queries, service
from repo_service.saved_searches.models import SavedSearch
from repo_service.search.schemas import read_params
from repo_service.search.service import newly_published

blueprint = Blueprint("saved_searches", __name__, template_folder="templates")


@blueprint.get("/tim-da-luu")
def saved() -> str:
    """All of one's own, with what may be done to each."""
    rows = queries.saved_searches(signed_in_viewer())
    return render_template("saved_searches/list.html", rows=rows, most=service.MOST, search_path=search_path)


@blueprint.post("/tim-da-luu")
def save() -> Response | str:
    """Keep the search of the page, or follow it; htmx gets one line back, without a script the page comes again."""
    viewer, follow = signed_in_viewer(), request.form.get("viec") == "theo-doi"
    params = read_params(MultiDict(parse_qsl(request.form.get("search", ""))))
    back = search_path(
        q=params.q, **params.filters, **params.ranges, bo=list(params.ignored), sort=params.sort
    )
    try:
        kept, _is_new = service.save(viewer, params, follow=follow)
        words = _said(kept)
    except KhoError as error:
        words = _first_sentence(error)
    if request.headers.get("HX-Request"):
        return render_template("saved_searches/said.html", words=words, href=saved_searches_path())
    flash(words)
    return redirect(back, 303)


@blueprint.post("/tim-da-luu/<search_id>")
def change(search_id: str) -> Response:
    """Rename, follow, stop following or delete one, as the pressed button says."""
    viewer, doing = signed_in_viewer(), request.form.get("viec")
    try:
        match doing:
            case "doi-ten":
                service.change(viewer, search_id, name=request.form.get("name", ""))
                flash(_("Đã đổi tên."))
            case "theo-doi" | "thoi":
                kept = service.change(viewer, search_id, follow=doing == "theo-doi")
                flash(_said(kept))
            case "xoa":
                service.remove(viewer, search_id)
                flash(_("Đã bỏ lần tìm này."))
            case _:
                raise NotFound()
    except InvalidInput as error:
        flash(_first_sentence(error), "error")
    return redirect(saved_searches_path(), 303)


@blueprint.get("/tim-da-luu/<search_id>/moi")
def new_finds(search_id: str) -> Response | str:
    """Works published since a moment (`tu`, epoch seconds) that answer the search, with the rights of now."""
    viewer = signed_in_viewer()
    try:
        kept = queries.find_saved(viewer, search_id)
    except NotFound:
        flash(_("Thầy cô đã bỏ lần tìm này rồi."))
        return redirect(saved_searches_path(), 303)
    since = _moment(request.args.get("tu", ""))
    try:
        found = newly_published(service.params_of(kept.query), viewer, since, clock.now())
    except SearchError:
        found = None
    shown: dict[str, Any] = {"cards": None if found is None else [card_facts(card) for card in found]}
    href = search_path(**{**kept.query, "sort": "newest"})
    return render_template("saved_searches/new.html", kept=kept, since=since, href=href, **shown)


def _said(kept: SavedSearch) -> str:
    if kept.follows:
        return _("Đã lưu “%(name)s”. Có bài mới khớp, Kho báo ở trang Thông báo.", name=kept.name)
    return _("Đã lưu “%(name)s”.", name=kept.name)


def _first_sentence(error: KhoError) -> str:
    sentences = (
        [text for texts in error.errors.values() for text in texts] if isinstance(error, InvalidInput) else []
    )
    return sentences[0] if sentences else error.message


def _moment(seconds: str) -> datetime:
    """The moment that an address names; the beginning of time for one that names none."""
    known = int(seconds) if seconds.isdecimal() and len(seconds) <= 11 else 0
    return datetime.fromtimestamp(min(known, 2**36), UTC)
