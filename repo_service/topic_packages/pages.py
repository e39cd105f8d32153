"""Beginning a topic package and putting its works in order; it is read, sent and published as any other work."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.collections import queries as collections
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.urls import arrange_package_path, new_package_path
from repo_service.organizations.queries import clusters_for_contribution
from repo_service.resources.bundles.members import PACKAGE, members_of
from repo_service.resources.findable.title_search import search_titles
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import CREATE
from repo_service.resources.queries import Card, find_resource
from repo_service.topic_packages import queries, service
from repo_service.topic_packages.schemas import PackageSchema
from repo_service.ui.forms import Form

blueprint = Blueprint("topic_packages", __name__, template_folder="templates")

PATH = "/goi-chu-de/<resource_id>/soan"
FOUND = 8


@blueprint.route("/goi-chu-de/moi", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    """A title and, with several clusters, a choice; works may come from a collection, or one from its page."""
    viewer = signed_in_viewer()
    authorize(viewer, CREATE.action)
    taken = _works_to_take(viewer)
    form = Form(PackageSchema(), {"title": taken[0]})
    if request.method == "POST":
        try:
            said = form.load()
            cluster = said["cluster"] or None
            made = service.start(viewer, said["title"], cluster, works=taken[1])
            return redirect(arrange_package_path(made.id), 303)
        except InvalidInput as error:
            form.refuse(error)
    page = render_template(
        "topic_packages/new.html", form=form, clusters=clusters_for_contribution(viewer), count=len(taken[1]),
        here=new_package_path(collection=request.args.get("collection"), work=request.args.get("work")),
    )  # fmt: skip
    return (page, 422) if form.message else page


@blueprint.get(PATH)
def arrange(resource_id: str) -> str:
    """The works in their order, with a line to find more."""
    viewer = signed_in_viewer()
    return _page(viewer, *queries.find_package(viewer, resource_id))


@blueprint.post(PATH)
def change(resource_id: str) -> Response | tuple[str, int]:
    """Add, take out, move, write beside, take a newer version over."""
    viewer = signed_in_viewer()
    found = queries.find_package(viewer, resource_id, changing=True)
    work, verb = request.form.get("work", ""), request.form.get("viec", "")
    try:
        _do(viewer, found, verb, work.rstrip("/").rpartition("/")[2])
    except InvalidInput as error:
        return _page(viewer, *found, error), error.status
    if verb == "ban-moi":
        flash(_("Đã lấy bản mới. Gửi phản biện thì đồng nghiệp mới thấy."))
    return redirect(arrange_package_path(resource_id) + ("#tim" if verb == "them" else "#cac-bai"), 303)


@blueprint.route("/hoc-lieu/<resource_id>/vao-goi", methods=["GET", "POST"])
def put_into(resource_id: str) -> Response | str:
    """Into which of the viewer's packages a work goes; or a new one with it."""
    viewer = signed_in_viewer()
    work = find_resource(viewer, resource_id)
    if request.method == "POST":
        package = queries.find_package(viewer, request.form.get("package", ""), changing=True)
        try:
            service.add(viewer, *package, work.id)
            flash(_("Đã thêm bài vào gói."))
        except InvalidInput as error:
            flash(error.errors["work"][0], "error")
        return redirect(arrange_package_path(package[0].id), 303)
    return render_template(
        "topic_packages/put_into.html", work=work, packages=queries.own_packages(viewer),
        new_path=new_package_path(work=work.id),
    )  # fmt: skip


def _do(viewer: Viewer, found: tuple[Resource, ResourceVersion], verb: str, work: str) -> None:
    match verb:
        case "them":
            service.add(viewer, *found, work)
        case "bo":
            service.remove(viewer, *found, work)
        case "len" | "xuong":
            service.move(viewer, *found, work, -1 if verb == "len" else 1)
        case "ghi-chu":
            service.annotate(viewer, *found, work, request.form.get("note", ""))
        case "bo-an":
            service.drop_hidden(viewer, *found)
        case "ban-moi":
            service.take_newer(viewer, *found, work)
        case _:
            raise NotFound()


def _works_to_take(viewer: Viewer) -> tuple[str, list[tuple[str, str]]]:
    """(title, works with notes) of the collection or the work that the form was opened from."""
    collection_id, work_id = request.args.get("collection"), request.args.get("work")
    if collection_id:
        collection = collections.find_collection(viewer, collection_id)
        items = collections.items_of(viewer, collection)
        return collection.title, [(item.card.resource.id, item.note) for item in items]
    return "", [(find_resource(viewer, work_id).id, "")] if work_id else []


def _page(
    viewer: Viewer, resource: Resource, version: ResourceVersion, error: InvalidInput | None = None
) -> str:
    asked = request.args.get("q", "").strip()
    members = members_of(viewer, version)
    held = {member.resource.id for member in members}
    cards, too_slow = _found(viewer, asked)
    told: dict[str, Any] = {
        "found": [card for card in cards if card.resource.id not in held], "q": asked, "too_slow": too_slow,
        "lists": collections.own_collections(viewer)[:5],
    }  # fmt: skip
    return render_template(
        "topic_packages/arrange.html", resource=resource, version=version, members=members, error=error,
        here=arrange_package_path(resource.id), hidden=len(version.members) - len(members), **told,
    )  # fmt: skip


def _found(viewer: Viewer, asked: str) -> tuple[list[Card], bool]:
    """Published works by their titles; whether the search took too long."""
    if not asked:
        return [], False
    try:
        cards = search_titles(viewer, asked, {}, FOUND + 2)
    except OperationalError:
        return [], True
    return [card for card in cards if card.version.type != PACKAGE][:FOUND], False
