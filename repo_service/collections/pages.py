"""Collections: the own ones, one of them, saving a work with one tap, and starter kits for new colleagues."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.collections import policy, queries, service
from repo_service.collections.models import Collection
from repo_service.collections.paper import paper_of
from repo_service.collections.schemas import CollectionSchema, ItemSchema
from repo_service.collections.words import kit_words
from repo_service.core.errors import InvalidInput, NotFound, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import collection_path, is_local, starter_kits_path
from repo_service.curriculum.queries import vocabularies
from repo_service.office import write_docx
from repo_service.organizations.queries import clusters_for_contribution
from repo_service.resources.findable.card_facts import card_facts
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import Form

blueprint = Blueprint("collections", __name__, template_folder="templates")

PATH = "/bo-suu-tap/<collection_id>"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@blueprint.get("/bo-suu-tap")
def own() -> str:
    """The viewer's collections, and a line to begin a new one."""
    return _own_page(signed_in_viewer(), Form(CollectionSchema()))


@blueprint.post("/bo-suu-tap")
def create() -> AnyResponse | tuple[str, int]:
    """A new private collection."""
    viewer, form = signed_in_viewer(), Form(CollectionSchema())
    try:
        made = service.create(viewer, form.load())
    except InvalidInput as error:
        form.refuse(error)
        return _own_page(viewer, form), error.status
    return redirect(collection_path(made.id), 303)


@blueprint.get(PATH)
def collection(collection_id: str) -> str:
    """One collection: the works the viewer may read, in their newest versions."""
    viewer = signed_in_viewer()
    found = queries.find_collection(viewer, collection_id)
    owner, cluster = queries.names_of(found)
    items = [(card_facts(item.card), item) for item in queries.items_of(viewer, found)]
    return render_template(
        "collections/collection.html", collection=found, items=items, owner=owner, cluster=cluster,
        is_own=may(viewer, policy.CHANGE.action, found), kit=kit_words(found),
        reach=vocabularies().label("reach", found.visibility),
    )  # fmt: skip


@blueprint.route(f"{PATH}/sua", methods=["GET", "POST"])
def edit(collection_id: str) -> AnyResponse | str | tuple[str, int]:
    """Name, note, who may open it, and what it is a starter kit for."""
    viewer = signed_in_viewer()
    found = queries.find_collection(
        viewer, collection_id, policy.CHANGE.action, changing=request.method == "POST"
    )
    names = ("title", "note", "visibility", "kit_subject", "kit_grade")
    kept = {name: getattr(found, name) for name in names} | {"cluster": found.cluster_id}
    form = Form(CollectionSchema(), kept)
    if request.method == "POST":
        try:
            service.change(viewer, found, form.load(), request.form.get("revision", type=int))
            flash(_("Đã lưu bộ sưu tập."))
            return redirect(collection_path(found.id), 303)
        except (InvalidInput, StaleVersion) as error:
            form.refuse(error)
    lists = vocabularies()
    page = render_template(
        "collections/edit.html", collection=found, form=form, clusters=clusters_for_contribution(viewer),
        may_mark_kit=may(viewer, policy.MARK_KIT.action), subjects=lists.choices("subjects"),
        grades=lists.choices("grades"),
    )  # fmt: skip
    return (page, 422) if form.message else page


@blueprint.post(f"{PATH}/xoa")
def delete(collection_id: str) -> AnyResponse:
    """Delete it; the works stay."""
    service.delete(*_own(collection_id))
    flash(_("Đã xóa bộ sưu tập. Các bài trong đó vẫn còn trong Kho."))
    return redirect("/bo-suu-tap", 303)


@blueprint.post(f"{PATH}/chep")
def copy(collection_id: str) -> AnyResponse:
    """The viewer's own private copy."""
    viewer = signed_in_viewer()
    made = service.copy(viewer, queries.find_collection(viewer, collection_id))
    flash(_("Đã chép thành bộ sưu tập của thầy cô."))
    return redirect(collection_path(made.id), 303)


@blueprint.get(f"{PATH}/danh-sach.docx")
def paper(collection_id: str) -> Response:
    """The list as a Word document."""
    viewer = signed_in_viewer()
    found = queries.find_collection(viewer, collection_id)
    target = io.BytesIO()
    write_docx(target, paper_of(found, queries.names_of(found)[0], queries.items_of(viewer, found)))
    target.seek(0)
    return send_file(target, DOCX, as_attachment=True, download_name=f"{found.title[:120]}.docx")


@blueprint.post(f"{PATH}/bai/<resource_id>")
def item(collection_id: str, resource_id: str) -> AnyResponse:
    """Move a work up or down, write beside it, take it out, or put its successor in its place."""
    viewer, found = _own(collection_id)
    match request.form.get("viec"):
        case "len" | "xuong" as way:
            service.move(viewer, found, resource_id, -1 if way == "len" else 1)
        case "ghi-chu":
            service.add(viewer, found, resource_id, Form(ItemSchema()).load().get("note", ""))
        case "bo":
            service.remove(viewer, found, resource_id)
            return redirect(collection_path(found.id), 303)
        case "thay":
            service.follow_successor(viewer, found, resource_id)
            return redirect(collection_path(found.id), 303)
        case _:
            raise NotFound()
    return redirect(f"{collection_path(found.id)}#bai-{resource_id}", 303)


@blueprint.get("/hoc-lieu/<resource_id>/luu")
def choose(resource_id: str) -> str:
    """In which of the viewer's collections a work stands."""
    viewer = signed_in_viewer()
    work = find_resource(viewer, resource_id)
    return render_template(
        "collections/choose.html", resource=work, collections=queries.own_collections(viewer),
        holding=queries.holding(viewer, work.id),
    )  # fmt: skip


@blueprint.post("/hoc-lieu/<resource_id>/luu")
def save(resource_id: str) -> AnyResponse | str:
    """One tap: into "Bài đã lưu", or out of it again; htmx puts the answer in the button's place."""
    viewer, out = signed_in_viewer(), "bo" in request.args
    work = find_resource(viewer, resource_id)
    if out:
        found = service.default_collection(viewer)
        service.remove(viewer, found, work.id)
    else:
        found = service.save(viewer, work.id)
    if request.headers.get("HX-Request"):
        large = "large" in request.form
        return render_template("collections/saved.html", resource=work, saved=not out, large=large)
    flash(
        _("Đã bỏ khỏi “%(name)s”.", name=found.title)
        if out
        else _("Đã lưu vào “%(name)s”.", name=found.title)
    )
    return redirect(_back(collection_path(found.id)), 303)


@blueprint.post("/hoc-lieu/<resource_id>/bo-suu-tap")
def put(resource_id: str) -> AnyResponse:
    """Put a work into exactly the ticked collections, and into a new one when it was given a name."""
    viewer = signed_in_viewer()
    work = find_resource(viewer, resource_id)
    chosen = request.form.getlist("chosen")
    name = request.form.get("title", "").strip()
    if name:
        chosen.append(service.create(viewer, CollectionSchema(only=("title",)).load({"title": name})).id)
    service.put_into(viewer, work.id, chosen)
    flash(_("Đã ghi bài vào các bộ sưu tập thầy cô chọn."))
    return redirect(collection_path(chosen[-1]) if name else "/bo-suu-tap", 303)


@blueprint.get("/bo-khoi-dau")
def starter_kits() -> Response:
    """Starter kits of a subject and class, or of all."""
    viewer, lists = signed_in_viewer(), vocabularies()
    subject, grade = request.args.get("subject", ""), request.args.get("grade", "")
    found = queries.starter_kits(viewer, [subject] if subject else (), [grade] if grade else ())
    template = "collections/kits_part.html" if request.headers.get("HX-Request") else "collections/kits.html"
    page = render_template(
        template, kits=[(one, kit_words(one.collection)) for one in found], subject=subject,
        grade=grade, subjects=lists.choices("subjects"), grades=lists.choices("grades"),
        may_mark_kit=may(viewer, policy.MARK_KIT.action), all_kits=starter_kits_path(),
    )  # fmt: skip
    response = make_response(page)
    response.vary.add("HX-Request")
    return response


def _own_page(viewer: Viewer, form: Form) -> str:
    lists = [(one, kit_words(one.collection)) for one in queries.own_collections(viewer)]
    reach = dict(vocabularies().choices("reach"))
    return render_template("collections/own.html", collections=lists, form=form, reach=reach)


def _own(collection_id: str) -> tuple[Viewer, Collection]:
    viewer = signed_in_viewer()
    return viewer, queries.find_collection(viewer, collection_id, policy.CHANGE.action, changing=True)


def _back(otherwise: str) -> str:
    """The page of this site where the button was pressed."""
    came_from = urlsplit(request.referrer or "")
    path = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return path if came_from.netloc == request.host and is_local(path) else otherwise
