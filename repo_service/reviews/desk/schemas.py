"""A remark as the API takes and answers it."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l
from repo_service.resources.schemas import CleanText
from repo_service.resources.schemas import text as bounded
from repo_service.reviews.desk.places import LONGEST_QUOTE
from repo_service.reviews.desk.remarks import LONGEST_TEXT

_NUMBER = {"invalid": _l("Ô này cần một con số.")}


class NewRemarkSchema(CleanText):
    """Words, and where they belong: `file` with `page` (from 1) or `paragraph` (from 0), or `place`, words there."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    text = bounded(LONGEST_TEXT, load_default="")
    place = bounded(LONGEST_QUOTE, load_default="")
    answers = bounded(16, allow_none=True, load_default=None)
    """Id of the remark that this answers; it stands where that one stands."""
    file = bounded(16, allow_none=True, load_default=None)
    page = fields.Integer(allow_none=True, load_default=None, error_messages=_NUMBER)
    paragraph = fields.Integer(allow_none=True, load_default=None, error_messages=_NUMBER)


class SaidBody(Schema):
    """One thing said."""

    id = fields.String()
    by = fields.String()
    text = fields.String()
    created_at = fields.DateTime()


class RemarkBody(SaidBody):
    """A remark with its answers, and where it stands in the version that this round reads.

    `gone`: the words it spoke of are in no file of this version any more. All null: it is about the whole.
    """

    round = fields.Integer(metadata={"description": "number of the round it was made in"})
    place = fields.String(metadata={"description": "the words it speaks of"})
    file = fields.String(allow_none=True)
    page = fields.Integer(allow_none=True)
    paragraph = fields.Integer(allow_none=True)
    gone = fields.Boolean()
    settled_at = fields.DateTime(allow_none=True)
    answers = fields.List(fields.Nested(SaidBody))


class RemarkListBody(Schema):
    """Every remark on the work up to this round."""

    items = fields.List(fields.Nested(RemarkBody))


def remark_body(thread: dict[str, Any]) -> dict[str, Any]:
    """A thread of the desk in the form of RemarkBody."""
    remark, spot = thread["remark"], thread["spot"]
    first, *answers = [
        {"id": note["id"], "by": note["author"], "text": note["text"], "created_at": note["created_at"]}
        for note in thread["notes"]
    ]
    return {
        **first, "round": thread["round"], "place": remark.place, "file": spot and spot.file_id,
        "page": spot and spot.page, "paragraph": spot and spot.paragraph, "gone": bool(spot and spot.gone),
        "settled_at": remark.settled_at, "answers": answers,
    }  # fmt: skip
