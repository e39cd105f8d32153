"""The curators' list of nearly equal works: look at two side by side, let one replace the other, or tell them apart."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import current_viewer
from repo_service.core.errors import NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.core.urls import near_duplicates_path
from repo_service.near_duplicates import policy, queries, service
from repo_service.resources.findable.card_facts import card_facts
from repo_service.resources.policy import CURATE

blueprint = Blueprint("near_duplicates", __name__, template_folder="templates")

LAST_PAGE = 1000


@blueprint.get("/ra-soat/bai-gan-giong")
def near_duplicates() -> str:
    """Groups of works with nearly the same text, in what the viewer looks after."""
    viewer = _curator()
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    page = queries.groups_for(viewer, number)
    return render_template(
        "near_duplicates/groups.html", groups=[_shown(viewer, group) for group in page.items], page=page,
        path=near_duplicates_path(),
    )  # fmt: skip


@blueprint.post("/ra-soat/bai-gan-giong/<first_id>/<second_id>")
def tell_apart(first_id: str, second_id: str) -> Response:
    """These two are no duplicates."""
    viewer = _curator()
    service.tell_apart(viewer, queries.find_pair(viewer, first_id, second_id))
    flash(_("Kho nhớ rồi: hai bài này không trùng nhau."))
    return redirect(near_duplicates_path(), 303)


def _shown(viewer: Viewer, group: queries.Group) -> dict[str, Any]:
    works = [
        {"card": card_facts(card), "may_replace": may(viewer, CURATE.action, card.resource)}
        for card in group.cards
    ]
    return {"works": works, "pairs": [(card_facts(one), card_facts(other)) for one, other in group.pairs]}


def _curator() -> Viewer:
    viewer = current_viewer()
    if viewer.is_guest:
        raise NotSignedIn()
    authorize(viewer, policy.SEE.action)
    return viewer
