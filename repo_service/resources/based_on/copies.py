"""The list of what was made from a work, for who may read it."""

from __future__ import annotations

from sqlalchemy import case, select

from repo_service.core.db import current_session
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer
from repo_service.resources import policy
from repo_service.resources.based_on.kinds import INCLUSION, made_from
from repo_service.resources.models import Resource
from repo_service.resources.queries import Card, cards, find_resource

PAGE = 20


def copies_of(viewer: Viewer, resource_id: str, number: int = 1) -> tuple[Resource, Page[Card]]:
    """The work and a page of the works made from it, adapted ones first, then the newest; with the viewer's rights."""
    resource = find_resource(viewer, resource_id)
    wanted = made_from(Resource, resource.id, policy.reader_kind(viewer))
    is_other = case((Resource.based_on_kind == INCLUSION, 0), else_=1)
    ordered = select(Resource.id).where(*wanted).order_by(is_other, Resource.first_published_at.desc(), Resource.id)
    some = ordered.offset((number - 1) * PAGE).limit(PAGE + 1)
    page = page_of(current_session().scalars(some, policy.reader_parameters(viewer)).all(), number, PAGE)
    return resource, Page(cards(page.items, viewer) if page.items else [], number, PAGE, page.next)
