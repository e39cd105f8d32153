"""Something followed, as the API takes and answers it."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from repo_service.core.i18n import _l
from repo_service.follows.models import CLUSTER, SUBJECT, WORK
from repo_service.follows.queries import Followed
from repo_service.resources.schemas import CleanText
from repo_service.resources.schemas import text as bounded

_KINDS = _l("Theo dõi được môn (mon), cụm (cum) hoặc bài (bai).")
_KIND = validate.OneOf((SUBJECT, CLUSTER, WORK), error=_KINDS)


class NewFollow(CleanText):
    """What to follow: `kind` is mon, cum or bai; `target` the subject's code or the id; `grade` narrows a subject."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    kind = fields.String(required=True, validate=_KIND, error_messages={"required": _KINDS, "invalid": _KINDS})
    target = bounded(60, load_default="")
    grade = bounded(20, load_default="")


class FollowBody(Schema):
    """Something followed; `name` is empty for a work that the caller may not read any more."""

    id = fields.String()
    kind = fields.String()
    target = fields.String()
    grade = fields.String()
    name = fields.String()
    created_at = fields.DateTime()


class FollowListBody(Schema):
    """All that one follows."""

    items = fields.List(fields.Nested(FollowBody))


def follow_body(row: Followed) -> dict[str, Any]:
    """A follow as FollowBody says."""
    follow = row.follow
    return {
        "id": follow.id, "kind": follow.kind, "target": follow.target, "grade": follow.grade, "name": row.name,
        "created_at": follow.created_at,
    }  # fmt: skip
