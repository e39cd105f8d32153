"""Forms: what was typed comes in, a clean value or sentences per field come out, nothing typed is lost."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from repo_service.core.errors import InvalidInput, KhoError

LAST_PAGE = 10_000
"""Nobody turns so far; larger numbers would not fit every database."""


def asked_page() -> int:
    """The page of a list that the address asks for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


class Form:
    """One submitted or fresh form: `typed` fills the fields again, `errors` stand beside them."""

    def __init__(self, schema: Schema, initial: dict[str, Any] | None = None) -> None:
        self._schema = schema
        self.typed: dict[str, Any] = dict(initial or {})
        self.errors: dict[str, list[str]] = {}
        self.message = ""

    def value(self, name: str, default: Any = "") -> Any:
        """What the field shows: as typed, else as it was."""
        found = self.typed.get(name, default)
        return default if found is None else found

    def chosen(self, name: str) -> list[str]:
        """The chosen values of a field that takes several."""
        found = self.typed.get(name) or []
        return [found] if isinstance(found, str) else [str(item) for item in found]

    def load(self) -> dict[str, Any]:
        """Read the request's form through the schema; raises InvalidInput, which `refuse` remembers."""
        self.typed = read_form(self._schema, request.form)
        try:
            return dict(self._schema.load(self.typed))
        except ValidationError as error:
            refused = InvalidInput(flat_errors(error.messages_dict))
            self.refuse(refused)
            raise refused from None

    def refuse(self, error: KhoError) -> None:
        """Keep an error for the page that is drawn again."""
        self.message = error.message
        if isinstance(error, InvalidInput):
            self.errors = error.errors


def read_form(schema: Schema, sent: MultiDict[str, str]) -> dict[str, Any]:
    """Form values by field: lists where the schema wants lists, empty texts left out."""
    values: dict[str, Any] = {}
    for name, field in schema.load_fields.items():
        key = field.data_key or name
        if type(field).__name__ in ("List", "Codes"):
            if key in sent or f"{key}__shown" in sent:
                values[key] = [item for item in sent.getlist(key) if item.strip()]
        elif type(field).__name__ == "Boolean":
            if key in sent or f"{key}__shown" in sent:
                values[key] = sent.get(key, "") not in ("", "0", "false")
        elif key in sent:
            text = sent[key].strip() if key != "password" else sent[key]
            values[key] = text if text or type(field).__name__ == "String" else None
    return values


def read_json(schema: Schema) -> dict[str, Any]:
    """The clean values of this request's JSON; a body that is no object counts as an empty one."""
    sent = request.get_json(silent=True)
    return dict(schema.load(sent if isinstance(sent, dict) else {}))


def flat_errors(messages: dict[Any, Any], prefix: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages as one flat map: field -> sentences."""
    flat: dict[str, list[str]] = {}
    for name, found in messages.items():
        key = f"{prefix}.{name}" if prefix else str(name)
        if isinstance(found, dict):
            flat.update(flat_errors(found, key))
            continue
        # what is wrong with one value of a list is said at the list, where the person looks for it
        place = prefix if isinstance(name, int) else key
        flat.setdefault(place, []).extend(
            str(text) for text in (found if isinstance(found, list) else [found])
        )
    return flat
