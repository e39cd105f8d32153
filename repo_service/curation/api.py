"""The API of curation rounds. Rights are judged before the body is read: who may not decide learns nothing."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import KhoError, NotFound
from repo_service.core.permissions import Viewer, authorize
from repo_service.curation import policy, queries, reading, service, verdicts
from repo_service.curation.models import CurationRound
from repo_service.curation.representation import (
    CurationHistoryBody,
    CurationItemListBody,
    CurationRoundBody,
    CurationRoundListBody,
    CurationSummaryBody,
    item_bodies,
    past_bodies,
    round_body,
    summary_body,
)
from repo_service.curation.results.summary import summary_of
from repo_service.curation.schemas import (
    CurationArrangementSchema,
    CurationOpeningSchema,
    CurationVerdictSchema,
    CurationVerdictsSchema,
    plan_of,
)
from repo_service.curation.verdicts import Judgement
from repo_service.curation.works.scope import Scope
from repo_service.resources.api import expected_revision
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "curation_api", __name__, url_prefix="/api/curation", description="Curation rounds: open, read, decide"
)
ROUND = "/rounds/<round_id>"
LARGEST_PAGE = 200
_PAGE = [{"in": "query", "name": name, "schema": {"type": "integer"}} for name in ("page", "size")]
_STATE = {"in": "query", "name": "state", "schema": {"type": "string", "enum": list(reading.STATES)}}


def _body(schema: type) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


@blueprint.route("/rounds")
class Rounds(MethodView):
    """The rounds of the clusters that the caller looks after."""

    @blueprint.doc(parameters=_PAGE)
    @blueprint.response(200, CurationRoundListBody)
    def get(self) -> dict[str, Any]:
        """Open ones first, by their date."""
        page = queries.rounds_for(signed_in_viewer(), request.args.get("page", 1, type=int), _size(20))
        return {"items": [round_body(found) for found in page.items], "next": page.next}

    @blueprint.doc(requestBody=_body(CurationOpeningSchema))
    @blueprint.response(201, CurationRoundBody)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Open a round; its works are fixed now. 422 when its scope holds none, 409 for a cluster merged away."""
        viewer = signed_in_viewer()
        sent = request.get_json(silent=True)
        asked = str(sent.get("cluster", "")) if isinstance(sent, dict) else ""
        authorize(viewer, policy.OPEN.action, asked)
        cluster, people = queries.cluster_with_curators(asked)
        plan = plan_of(read_json(CurationOpeningSchema()))
        found = service.open_round(viewer, cluster, plan, [person.id for person in people])
        return round_body(found), 201, {"Location": f"/api/curation/rounds/{found.id}"}


@blueprint.route(ROUND)
class Round(MethodView):
    """One round."""

    @blueprint.response(200, CurationRoundBody)
    def get(self, round_id: str) -> dict[str, Any]:
        """For leads and curators of its cluster, and the department."""
        return round_body(queries.round_for(signed_in_viewer(), round_id))

    @blueprint.doc(requestBody=_body(CurationArrangementSchema))
    @blueprint.response(200, CurationRoundBody)
    def patch(self, round_id: str) -> dict[str, Any]:
        """Change name, date and curators; `If-Match` carries the revision that was read."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.ARRANGE.action, changing=True)
        revision = expected_revision()
        _cluster, people = queries.cluster_with_curators(found.cluster_id)
        plan = plan_of(read_json(CurationArrangementSchema()), Scope.read(found.scope))
        service.arrange(viewer, found, plan, [person.id for person in people], revision)
        return round_body(found)


@blueprint.route(f"{ROUND}/cancel")
class Cancellation(MethodView):
    """Giving a round up."""

    @blueprint.response(200, CurationRoundBody)
    def post(self, round_id: str) -> dict[str, Any]:
        """Verdicts given so far stand."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.ARRANGE.action, changing=True)
        service.cancel(viewer, found)
        return round_body(found)


@blueprint.route(f"{ROUND}/items")
class Items(MethodView):
    """The works of a round."""

    @blueprint.doc(parameters=[*_PAGE, _STATE])
    @blueprint.response(200, CurationItemListBody)
    def get(self, round_id: str) -> dict[str, Any]:
        """In the queue's order, each with its reasons in words; `state`: cho (waiting), xong (done), tat-ca (all)."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id)
        show = request.args.get("state", "tat-ca")
        if show not in reading.STATES:
            raise NotFound()
        page = reading.queue(viewer, found, show, request.args.get("page", 1, type=int), _size(50))
        return {"items": item_bodies(found.id, page.items), "next": page.next}


@blueprint.route(f"{ROUND}/items/<item_id>/verdict")
class Verdict(MethodView):
    """The verdict on one work."""

    @blueprint.doc(requestBody=_body(CurationVerdictSchema))
    @blueprint.response(200, CurationRoundBody)
    def post(self, round_id: str, item_id: str) -> dict[str, Any]:
        """409 when a colleague decided it or the work left use meanwhile, 412 when it has a newer version."""
        viewer = signed_in_viewer()
        at_hand = reading.item_for(viewer, round_id, item_id, deciding=True)
        said = read_json(CurationVerdictSchema())
        verdicts.decide(viewer, at_hand, _judgement(viewer, said))
        return round_body(at_hand.item.round)


@blueprint.route(f"{ROUND}/verdicts")
class Verdicts(MethodView):
    """One verdict on several works."""

    @blueprint.doc(requestBody=_body(CurationVerdictsSchema))
    @blueprint.response(200, CurationRoundBody)
    def post(self, round_id: str) -> dict[str, Any]:
        """All of them or, when one cannot take it, none."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id)
        said = read_json(CurationVerdictsSchema())
        for at_hand in reading.items_for(viewer, round_id, said["items"][: reading.QUEUE]):
            verdicts.decide(viewer, at_hand, _judgement(viewer, said))
            found = at_hand.item.round
        return round_body(found)


@blueprint.route(f"{ROUND}/undo")
class Undo(MethodView):
    """The caller's last verdict."""

    @blueprint.response(200, CurationRoundBody)
    def post(self, round_id: str) -> dict[str, Any]:
        """Take it back; 409 when there is none or the work moved on."""
        viewer = signed_in_viewer()
        queries.round_for(viewer, round_id)
        return round_body(verdicts.undo_last(viewer, round_id).item.round)


@blueprint.route(f"{ROUND}/summary")
class Summary(MethodView):
    """What a round came to."""

    @blueprint.response(200, CurationSummaryBody)
    def get(self, round_id: str) -> dict[str, Any]:
        """Counts per verdict and reason."""
        viewer = signed_in_viewer()
        found: CurationRound = queries.round_for(viewer, round_id)
        return summary_body(summary_of(viewer, found))


@blueprint.route("/resources/<resource_id>/verdicts")
class History(MethodView):
    """The curation history of a work."""

    @blueprint.response(200, CurationHistoryBody)
    def get(self, resource_id: str) -> dict[str, Any]:
        """Every verdict that stands, newest first: for its authors and those who look after it."""
        viewer = signed_in_viewer()
        resource = find_resource(viewer, resource_id)
        if not policy.may_see_history(viewer, resource):
            raise NotFound()
        return {"items": past_bodies(reading.history(viewer, resource.id))}


def _judgement(viewer: Viewer, said: dict[str, Any]) -> Judgement:
    wanted = said["successor"] if said["verdict"] == verdicts.REPLACE else None
    return Judgement(
        said["verdict"], said["reasons"], said["note"], _successor(viewer, wanted), said["version"]
    )


def _successor(viewer: Viewer, resource_id: str | None) -> Resource | None:
    """None as well when the caller may not read it: the answer says to choose another."""
    try:
        return find_resource(viewer, resource_id, changing=True) if resource_id else None
    except KhoError:
        return None


def _size(usual: int) -> int:
    return min(max(request.args.get("size", usual, type=int), 1), LARGEST_PAGE)
