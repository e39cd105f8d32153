"""The API of annual products and duties. Rights are judged before the body is read."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_products import board, policy, queries, service
from repo_service.annual_products.schemas import (
    ChoiceSchema,
    DutyListSchema,
    ProductSchema,
    duty_body,
    product_body,
)
from repo_service.core.urls import annual_product_path
from repo_service.organizations.province_settings import school_year_asked
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "annual_products_api",
    __name__,
    url_prefix="/api",
    description="A cluster's product of the school year, and duties",
)


@blueprint.route("/clusters/<cluster_id>/annual-products")
class Products(MethodView):
    """The products of a cluster."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": ChoiceSchema}}})
    @blueprint.response(201, ProductSchema)
    def post(self, cluster_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Choose the product of a year: the cluster's lead; 409 when the year has one."""
        viewer = signed_in_viewer()
        cluster = queries.find_cluster(viewer, cluster_id, policy.CHOOSE.action)
        said = read_json(ChoiceSchema())
        product = service.choose(
            viewer,
            cluster,
            said["school_year"],
            said["resource"],
            said["local_fit"],
            said["use"],
            said["carry_over_note"],
        )
        return product_body(product), 201, {"Location": annual_product_path(cluster.id, product.school_year)}


@blueprint.route("/clusters/<cluster_id>/annual-products/<product_id>/publish")
class Publication(MethodView):
    """Locking a product."""

    @blueprint.response(200, ProductSchema)
    @blueprint.alt_response(202, schema=ProductSchema, success=True)
    def post(self, cluster_id: str, product_id: str) -> tuple[dict[str, Any], int]:
        """Lock it with a manifest of versions and SHA-256s; 422 says what is missing.

        202: its files are read again first; see `check`, and send the same request when it is clean.
        """
        viewer = signed_in_viewer()
        cluster = queries.find_cluster(viewer, cluster_id, policy.CHOOSE.action, holding=True)
        product = queries.find_product(cluster, product_id, locking=True)
        locked = service.publish(viewer, cluster, product)
        return product_body(product), 200 if locked else 202


@blueprint.route("/clusters/<cluster_id>/annual-products/<product_id>")
class Product(MethodView):
    """One product."""

    @blueprint.response(200, ProductSchema)
    def get(self, cluster_id: str, product_id: str) -> dict[str, Any]:
        """A product for whoever sees the cluster's duties: its state, its manifest, how the reading of files went."""
        cluster = queries.cluster_of_duties(signed_in_viewer(), cluster_id)
        return product_body(queries.find_product(cluster, product_id))


@blueprint.route("/duties")
class Duties(MethodView):
    """Which clusters have their product of the year."""

    @blueprint.doc(
        parameters=[
            {"in": "query", "name": name, "schema": {"type": "string"}} for name in ("school_year", "level")
        ]
    )
    @blueprint.response(200, DutyListSchema)
    def get(self) -> dict[str, Any]:
        """Computed from rows; the department sees all, others the clusters they belong to or look after."""
        viewer = signed_in_viewer()
        year = school_year_asked(request.args.get("school_year"))
        found = board.duties(viewer, year, request.args.get("level"))
        return {"school_year": year, "items": [duty_body(duty) for duty in found]}
