"""The form and the JSON of collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from repo_service.collections.models import Collection
from repo_service.collections.queries import MOST_ITEMS, Item, Listed
from repo_service.core.i18n import _l
from repo_service.core.urls import collection_path, resource_path
from repo_service.resources.schemas import CleanText, Code, text

REACH = ("rieng", "cum", "tinh")
_SHAPE = {"unknown": _l("Không có ô này."), "type": _l("Gửi một đối tượng JSON.")}


class CollectionSchema(CleanText):
    """What the owner may say; absent fields stay as they are."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    title = text(200)
    note = text(2000)
    visibility = fields.String(
        validate=validate.OneOf(REACH, error=_l("Chọn một trong: rieng, cum, tinh.")),
        metadata={"description": "rieng: the owner; cum: members of `cluster`; tinh: everybody signed in"},
    )
    cluster = text(16, allow_none=True, attribute="cluster_id")
    kit_subject = Code("subjects", allow_none=True)
    kit_grade = Code("grades", allow_none=True)


class CopySchema(CleanText):
    """How a copy is named."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    title = text(200)


class ItemSchema(CleanText):
    """A work's place: what is written beside it."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    note = text(500)


class OrderSchema(Schema):
    """The works in their new order."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    items = fields.List(
        text(16), required=True, validate=validate.Length(max=MOST_ITEMS),
        error_messages={
            "required": _l("Gửi danh sách mã bài theo thứ tự mới."), "invalid": _l("Gửi một danh sách mã."),
        },
    )  # fmt: skip


class ItemBody(Schema):
    """A work in a collection; `state` is that of the work: replaced and withdrawn ones stay and say so."""

    resource = fields.String()
    title = fields.String()
    type = fields.String(allow_none=True)
    state = fields.String()
    successor = fields.String(allow_none=True)
    version = fields.Integer(metadata={"description": "the newest published one"})
    note = fields.String()
    url = fields.String()


class CollectionBody(Schema):
    """A collection; a starter kit has both kit_subject and kit_grade."""

    id = fields.String()
    title = fields.String()
    note = fields.String()
    visibility = fields.String()
    cluster = fields.String(allow_none=True)
    kit_subject = fields.String(allow_none=True)
    kit_grade = fields.String(allow_none=True)
    owner = fields.String(metadata={"description": "the owner's name"})
    copied_from = fields.String(allow_none=True)
    updated_at = fields.DateTime()
    url = fields.String()


class ListedBody(CollectionBody):
    """A line of a list; `count` is of the works that the caller may read."""

    count = fields.Integer()


class CollectionDetailBody(CollectionBody):
    """A collection with the works in it that the caller may read."""

    items = fields.List(fields.Nested(ItemBody))


class CollectionListBody(Schema):
    """Collections."""

    items = fields.List(fields.Nested(ListedBody))


def collection_body(collection: Collection, owner: str) -> dict[str, Any]:
    """A collection in the form of CollectionBody."""
    return {
        "id": collection.id, "title": collection.title, "note": collection.note,
        "visibility": collection.visibility, "cluster": collection.cluster_id,
        "kit_subject": collection.kit_subject, "kit_grade": collection.kit_grade, "owner": owner,
        "copied_from": collection.copied_from_id, "updated_at": collection.updated_at,
        "url": collection_path(collection.id),
    }  # fmt: skip


def listed_body(listed: Listed) -> dict[str, Any]:
    """A line in the form of ListedBody."""
    return collection_body(listed.collection, listed.owner) | {"count": listed.count}


def item_bodies(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Works in the form of ItemBody."""
    return [
        {
            "resource": item.card.resource.id, "title": item.card.version.title, "type": item.card.version.type,
            "state": item.card.resource.state, "successor": item.card.resource.successor_id,
            "version": item.card.version.number, "note": item.note, "url": resource_path(item.card.resource.id),
        }
        for item in items
    ]  # fmt: skip
