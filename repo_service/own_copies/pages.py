"""Making an own copy of a work, and the list of what was made from it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import current_viewer, signed_in_viewer
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.identifiers import is_id, new_id
from repo_service.core.urls import edit_path
from repo_service.own_copies import service
from repo_service.own_copies.schemas import OwnCopySchema
from repo_service.resources import policy
from repo_service.resources.based_on.copies import copies_of
from repo_service.resources.based_on.kinds import INCLUSION
from repo_service.resources.findable.card_facts import card_facts
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import Form, asked_page

blueprint = Blueprint("own_copies", __name__, template_folder="templates")


@blueprint.route("/hoc-lieu/<resource_id>/tao-ban", methods=["GET", "POST"])
def copy(resource_id: str) -> Response | str | tuple[str, int]:
    """What a copy is, then the copy; the draft's id goes with the form, so that sending twice makes one."""
    viewer = signed_in_viewer()
    original = find_resource(viewer, resource_id, policy.COPY.action)
    form = Form(OwnCopySchema(), {"kind": request.args.get("kind", ""), "draft": new_id()})
    if request.method == "POST":
        try:
            said = form.load()
            draft_id = said["draft"] if said["draft"] and is_id(said["draft"]) else new_id()
            service.copy(viewer, resource_id, said["kind"], draft_id)
            flash(_("Bản của thầy cô đã có. Sửa hay thay tệp, rồi gửi đi khi muốn chia sẻ."))
            return redirect(edit_path(draft_id), 303)
        except AlreadyExists:
            return redirect(edit_path(draft_id), 303)
        except InvalidInput as error:
            form.refuse(error)
    page = render_template(
        "own_copies/copy.html", original=original, form=form, inclusion=form.value("kind") == INCLUSION
    )
    return (page, 422) if form.errors else page


@blueprint.get("/hoc-lieu/<resource_id>/ban-dua-tren")
def copies(resource_id: str) -> str:
    """The works made from this one that the viewer may read; for htmx the list alone."""
    viewer = current_viewer()
    resource, page = copies_of(viewer, resource_id, asked_page())
    cards = [card_facts(card, may_save=not viewer.is_guest) for card in page.items]
    template = "own_copies/list.html" if request.headers.get("HX-Request") else "own_copies/copies.html"
    return render_template(template, resource=resource, page=page, cards=cards)
