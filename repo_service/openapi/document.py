"""The API's own document: OpenAPI 3.1 at /api/openapi.json, made from the schemas that check requests."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api
from marshmallow import Schema, fields


class ProblemSchema(Schema):
    """A problem document (RFC 9457, `application/problem+json`); `detail` is a Vietnamese sentence."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class KhoApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest, with the errors that Kho really answers."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        """Errors have a media type of their own."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = "application/problem+json"
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = Api.DEFAULT_RESPONSE_CONTENT_TYPE


def register_openapi(app: Flask) -> KhoApi:
    """Attach flask-smorest; each feature's api.py registers its blueprint on the returned Api."""
    app.config.update(
        API_TITLE="Kho học liệu dùng chung",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Deposit, review, publish, find and download teaching resources. "
                "Errors are RFC 9457 problem documents."
            },
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    return KhoApi(app)
