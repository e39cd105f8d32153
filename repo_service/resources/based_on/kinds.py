"""The kinds of a work that begins with the files of another, and how a page's statement asks for them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from repo_service.resources import policy
from repo_service.resources.models import Resource

OWN_COPY, INCLUSION = "ban-rieng", "hoa-nhap"
"""An own copy; a version adapted for pupils in inclusive classes."""


def made_from(
    work: type[Resource], original_id: Any, kind: policy.ReaderKind
) -> tuple[ColumnElement[bool], ...]:
    """Published and standing works made from one, which a reader of this kind may read."""
    standing = work.current_version_id.is_not(None), work.state == "active"
    return work.based_on_id == original_id, *standing, policy.readable_by(kind, work=work)


def with_copies(statement: Select[*tuple[Any, ...]], kind: policy.ReaderKind) -> Select[*tuple[Any, ...]]:
    """The statement of a work's page, telling also the first adapted version and how many works rest on it."""
    first, adapted, copy = aliased(Resource), aliased(Resource), aliased(Resource)
    found = select(first.id).where(*made_from(first, Resource.id, kind), first.based_on_kind == INCLUSION)
    oldest = found.order_by(first.first_published_at, first.id).limit(1)
    count = select(func.count(copy.id)).where(*made_from(copy, Resource.id, kind))
    return statement.outerjoin(
        adapted, adapted.id == oldest.correlate(Resource).scalar_subquery()
    ).add_columns(
        adapted.id.label("adapted_id"),
        adapted.title.label("adapted_title"),
        count.correlate(Resource).scalar_subquery().label("copy_count"),
    )
