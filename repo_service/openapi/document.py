"""The API's own document: OpenAPI 3.1 at /api/openapi.json, made from the schemas that check requests."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api


def register_openapi(app: Flask) -> Api:
    """Attach flask-smorest; each feature's api.py registers its blueprint on the returned Api."""
    app.config.update(
        API_TITLE="Kho học liệu dùng chung",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Deposit, review, publish, find and download teaching resources. Errors are RFC 9457 problem documents."
            },
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    return Api(app)
