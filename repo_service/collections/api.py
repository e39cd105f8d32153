"""The API of collections and starter kits."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request
from flask.views import MethodView
from flask.wrappers import Response
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.collections import policy, queries, service
from repo_service.collections.models import Collection
from repo_service.collections.schemas import (
    CollectionBody,
    CollectionDetailBody,
    CollectionListBody,
    CollectionSchema,
    CopySchema,
    ItemSchema,
    OrderSchema,
    collection_body,
    item_bodies,
    listed_body,
)
from repo_service.core.permissions import Viewer
from repo_service.core.urls import collection_path
from repo_service.resources.api import expected_revision

blueprint = Blueprint(
    "collections_api",
    __name__,
    url_prefix="/api/collections",
    description="A person's own collections of works, and starter kits",
)
PATH = "/<collection_id>"


def _body(schema: type) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


@blueprint.route("")
class Collections(MethodView):
    """The caller's collections."""

    @blueprint.response(200, CollectionListBody)
    def get(self) -> dict[str, Any]:
        """The caller's own, the one changed last first."""
        return {"items": [listed_body(one) for one in queries.own_collections(signed_in_viewer())]}

    @blueprint.doc(requestBody=_body(CollectionSchema))
    @blueprint.response(201, CollectionBody)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Make one; private unless it says otherwise."""
        viewer = signed_in_viewer()
        made = service.create(viewer, CollectionSchema().load(_sent()))
        return collection_body(made, viewer.name), 201, _headers(made)


@blueprint.route("/starter-kits")
class StarterKits(MethodView):
    """Collections that colleagues chose for those who are new."""

    @blueprint.doc(
        parameters=[
            {"in": "query", "name": name, "schema": {"type": "string"}} for name in ("subject", "grade")
        ]
    )
    @blueprint.response(200, CollectionListBody)
    def get(self) -> dict[str, Any]:
        """Those the caller may open, of a subject and a class when asked."""
        subjects, grades = request.args.getlist("subject"), request.args.getlist("grade")
        found = queries.starter_kits(signed_in_viewer(), subjects, grades)
        return {"items": [listed_body(one) for one in found]}


@blueprint.route(PATH)
class OneCollection(MethodView):
    """One collection."""

    @blueprint.alt_response(200, schema=CollectionDetailBody, success=True)
    def get(self, collection_id: str) -> Response:
        """With the works in it that the caller may read, in the owner's order, in their newest versions."""
        return _answer(signed_in_viewer(), collection_id)

    @blueprint.doc(requestBody=_body(CollectionSchema))
    @blueprint.alt_response(200, schema=CollectionDetailBody, success=True)
    def patch(self, collection_id: str) -> Response:
        """Change it; `If-Match` carries the ETag that was read."""
        viewer, collection = _own(collection_id)
        revision = expected_revision()
        service.change(viewer, collection, CollectionSchema().load(_sent()), revision)
        return _answer(viewer, collection_id)

    @blueprint.response(204)
    def delete(self, collection_id: str) -> None:
        """Delete it; the works stay."""
        service.delete(*_own(collection_id))


@blueprint.route(f"{PATH}/copy")
class Copies(MethodView):
    """Copies of a collection."""

    @blueprint.doc(requestBody=_body(CopySchema))
    @blueprint.response(201, CollectionBody)
    def post(self, collection_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """The caller's own private copy of what they may read of it."""
        viewer = signed_in_viewer()
        found = queries.find_collection(viewer, collection_id)
        made = service.copy(viewer, found, CopySchema().load(_sent()).get("title"))
        return collection_body(made, viewer.name), 201, _headers(made)


@blueprint.route(f"{PATH}/items")
class Order(MethodView):
    """The order of a collection."""

    @blueprint.doc(requestBody=_body(OrderSchema))
    @blueprint.alt_response(200, schema=CollectionDetailBody, success=True)
    def put(self, collection_id: str) -> Response:
        """Arrange the works; those not named follow in their present order."""
        viewer, collection = _own(collection_id)
        service.arrange(viewer, collection, OrderSchema().load(_sent())["items"])
        return _answer(viewer, collection_id)


@blueprint.route(f"{PATH}/items/<resource_id>")
class Items(MethodView):
    """A work in a collection."""

    @blueprint.doc(requestBody=_body(ItemSchema))
    @blueprint.alt_response(200, schema=CollectionDetailBody, success=True)
    def put(self, collection_id: str, resource_id: str) -> Response:
        """Put a published work in, or change what is written beside it."""
        viewer, collection = _own(collection_id)
        service.add(viewer, collection, resource_id, ItemSchema().load(_sent()).get("note"))
        return _answer(viewer, collection_id)

    @blueprint.response(204)
    def delete(self, collection_id: str, resource_id: str) -> None:
        """Take it out."""
        service.remove(*_own(collection_id), resource_id)


def _own(collection_id: str) -> tuple[Viewer, Collection]:
    viewer = signed_in_viewer()
    return viewer, queries.find_collection(viewer, collection_id, policy.CHANGE.action, changing=True)


def _answer(viewer: Viewer, collection_id: str) -> Response:
    collection = queries.find_collection(viewer, collection_id)
    items = item_bodies(queries.items_of(viewer, collection))
    owner = queries.names_of(collection)[0]
    answer = jsonify(CollectionDetailBody().dump(collection_body(collection, owner) | {"items": items}))
    answer.set_etag(str(collection.revision))
    return answer


def _headers(collection: Collection) -> dict[str, str]:
    return {"Location": collection_path(collection.id), "ETag": f'"{collection.revision}"'}


def _sent() -> dict[str, Any]:
    sent = request.get_json(silent=True) if request.data else {}
    return sent if isinstance(sent, dict) else {"": sent}
