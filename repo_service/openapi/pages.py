"""The API for people: every call with its fields on one page, read from the document that machines read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template

blueprint = Blueprint("openapi", __name__, template_folder="templates")


@dataclass(frozen=True)
class Call:
    """One call: how it is made, what it takes and what it answers."""

    method: str
    path: str
    summary: str
    parameters: str
    takes: str
    answers: str


@blueprint.get("/api/docs")
def documentation() -> str:
    """All calls, one panel for each part of the API."""
    described = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    by_tag: dict[str, list[Call]] = {tag["name"]: [] for tag in described.get("tags", ())}
    for tag, call in _calls(described):
        by_tag[tag].append(call)
    parts = [
        (tag["name"], tag.get("description", ""), by_tag[tag["name"]]) for tag in described.get("tags", ())
    ]
    shapes = [(name, _names(schema)) for name, schema in sorted(described["components"]["schemas"].items())]
    return render_template("openapi/documentation.html", parts=parts, shapes=shapes)


def _calls(described: Mapping[str, Any]) -> Iterator[tuple[str, Call]]:
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            if method == "parameters":
                continue
            asked = [each["name"] for each in said.get("parameters", ()) if each["in"] != "path"]
            answers = {status: body for status, body in said["responses"].items() if status.startswith("2")}
            yield (
                said["tags"][0],
                Call(
                    method.upper(),
                    path,
                    said.get("summary", ""),
                    ", ".join(asked),
                    _shape(said.get("requestBody", {})),
                    ", ".join(f"{status} {_shape(body)}".strip() for status, body in answers.items()),
                ),
            )


def _shape(body: Mapping[str, Any]) -> str:
    """The name of a body's schema, "" for none or a nameless one."""
    contents: list[Mapping[str, Any]] = [*body.get("content", {}).values(), {}]
    schema = contents[0].get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _names(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", ())
    return ", ".join(f"{name}*" if name in required else name for name in schema.get("properties", ()))
