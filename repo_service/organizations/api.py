"""The API of clusters: who works together on what, for everybody; no people, no boards (guests may ask)."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.urls import cluster_path
from repo_service.organizations import queries
from repo_service.organizations.models import Cluster, Organization

blueprint = Blueprint("organizations_api", __name__, url_prefix="/api", description="Clusters of schools")


class ClusterQuery(Schema):
    """What narrows the list."""

    q = fields.String(load_default="", metadata={"description": "words of the present or an old name"})

    class Meta:
        """Other parameters are none of ours."""

        unknown = EXCLUDE


class ScopeBody(Schema):
    """One scope: its kind (cap-hoc, mon-hoc, nhom-mon-hoc, linh-vuc, dia-ban) and a value of that kind."""

    kind = fields.String()
    value = fields.String()


class SchoolBody(Schema):
    """A member school."""

    id = fields.String()
    name = fields.String()


class ClusterBody(Schema):
    """A cluster as lists show it."""

    id = fields.String()
    name = fields.String()
    state = fields.String(metadata={"description": "dang-hoat-dong or da-sap-xep-lai"})
    scopes = fields.List(fields.Nested(ScopeBody))
    from_year = fields.String()
    to_year = fields.String(allow_none=True)
    successors = fields.List(fields.String(), metadata={"description": "ids of the clusters that took over"})
    url = fields.String()


class ClusterDetailBody(ClusterBody):
    """A cluster with its schools of this year."""

    old_names = fields.List(fields.String())
    schools = fields.List(fields.Nested(SchoolBody))


class ClusterListBody(Schema):
    """The clusters of this school year in the order of the alphabet, all on one page."""

    items = fields.List(fields.Nested(ClusterBody))
    next = fields.Integer(allow_none=True)


@blueprint.route("/clusters")
class Clusters(MethodView):
    """Clusters of this school year."""

    @blueprint.arguments(ClusterQuery, location="query")
    @blueprint.response(200, ClusterListBody)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """All of them; `q` narrows by name, with or without marks."""
        found = queries.clusters(asked["q"][:200], present_only=True)
        return {"items": [_cluster(cluster) for cluster in found], "next": None}


@blueprint.route("/clusters/<cluster_id>")
class OneCluster(MethodView):
    """One cluster, one of earlier years too."""

    @blueprint.response(200, ClusterDetailBody)
    def get(self, cluster_id: str) -> dict[str, Any]:
        """A cluster with its member schools of this year."""
        cluster = queries.find_cluster(cluster_id)
        schools = [_school(school) for school in queries.schools_of(cluster_id)]
        return _cluster(cluster) | {"old_names": cluster.old_names, "schools": schools}


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return {
        "id": cluster.id,
        "name": cluster.name,
        "state": cluster.state,
        "scopes": [{"kind": scope.kind, "value": scope.value} for scope in cluster.scopes],
        "from_year": cluster.from_year,
        "to_year": cluster.to_year,
        "successors": cluster.successor_ids,
        "url": cluster_path(cluster.id),
    }


def _school(school: Organization) -> dict[str, Any]:
    return {"id": school.id, "name": school.name}
