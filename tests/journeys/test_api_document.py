"""The API describes itself: to machines as OpenAPI 3.1, to people on a page."""

from __future__ import annotations

from openapi_spec_validator import validate

from tests.journeys.conftest import Programs

NOTHING_TO_SEND = ("/publish", "/reviews", "/{verb}", "/cancel", "/undo")
"""Moves that say everything with their address."""


def test_the_document_describes_every_route(program: Programs) -> None:
    described = program(None).get("/api/openapi.json").json
    assert described["openapi"].startswith("3.1")
    validate(described)
    documented = {
        (method.upper(), path) for path, methods in described["paths"].items() for method in methods
    }
    for call in (
        "POST /api/uploads",
        "GET /api/uploads/{upload_id}",
        "DELETE /api/uploads/{upload_id}",
        "POST /api/uploads/{upload_id}/complete",
        "POST /api/resources",
        "GET /api/resources/{resource_id}",
        "PATCH /api/resources/{resource_id}",
        "POST /api/resources/{resource_id}/versions",
        "GET /api/resources/{resource_id}/versions",
        "GET /api/resources/{resource_id}/package.zip",
        "GET /api/resources/{resource_id}/files/{file_id}",
        "POST /api/resources/{resource_id}/reviews",
        "GET /api/reviews",
        "POST /api/reviews/{round_id}/assign",
        "POST /api/reviews/{round_id}/decision",
        "GET /api/search",
        "GET /api/suggest",
        "GET /api/clusters",
        "GET /api/clusters/{cluster_id}",
        "POST /api/clusters/{cluster_id}/annual-products",
        "POST /api/clusters/{cluster_id}/annual-products/{product_id}/publish",
        "GET /api/duties",
        "GET /api/search-history",
        "DELETE /api/search-history",
        "GET /api/saved-searches",
        "POST /api/saved-searches",
        "PATCH /api/saved-searches/{search_id}",
        "DELETE /api/saved-searches/{search_id}",
        "POST /api/colleague-requests",
        "GET /api/colleague-requests/{request_id}",
        "POST /api/colleague-requests/{request_id}/answers",
    ):
        assert tuple(call.split()) in documented, call
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            if method in ("post", "patch") and not path.endswith(NOTHING_TO_SEND):
                assert "requestBody" in said, (method, path)


def test_people_read_about_the_api(program: Programs) -> None:
    page = program(None).get("/api/docs")
    assert page.status == 200 and "text/html" in page.headers["Content-Type"]
    assert "POST /api/resources" in page.content.decode() and "<script>" not in page.content.decode()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
