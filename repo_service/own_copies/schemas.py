"""The question before a copy, as form and JSON."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema

from repo_service.resources.based_on.kinds import OWN_COPY
from repo_service.resources.schemas import text


class OwnCopySchema(Schema):
    """`ban-rieng` for an own copy, `hoa-nhap` for a version adapted for inclusion; `draft` is the id a form chose."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    kind = text(20, load_default=OWN_COPY)
    draft = text(16, allow_none=True, load_default=None)
