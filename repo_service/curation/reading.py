"""Reading a round's queue, one item of it with its work, and every verdict that a work ever got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, select
from sqlalchemy.orm import aliased, contains_eager

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.curation import policy
from repo_service.curation.models import CurationItem, CurationRound, CurationVerdict
from repo_service.curation.queries import LAST_PAGE
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import EDIT, readable_by, reader_kind, reader_parameters
from repo_service.resources.policy import READ as READ_WORK


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue."""

    id: str
    resource_id: str
    title: str
    type: str | None
    subjects: list[str]
    grades: list[str]
    state: str
    risks: list[Any]
    urgency: int
    """Only for the order; no page and no answer says it (R26)."""
    verdict: str | None
    decided_by: str | None

    @property
    def order(self) -> tuple[int, str]:
        """Its place in the queue, beside those of others."""
        return -self.urgency, self.id


STATES = {"cho": ("waiting",), "xong": ("decided", "gone"), "tat-ca": ("waiting", "decided", "gone")}
"""What a list shows: what waits, what is done, all."""
QUEUE = 200


def queue(
    viewer: Viewer, found: CurationRound, show: str = "tat-ca", number: int = 1, size: int = QUEUE
) -> Page[QueueRow]:
    """The round's works the viewer may read: waiting ones first, the most urgent on top; one statement."""
    number = min(max(number, 1), LAST_PAGE)
    item, work = CurationItem, ResourceVersion
    statement = (
        select(
            item.id, item.resource_id, Resource.title, work.type, work.subjects, work.grades, item.state, item.risks,
            item.urgency, CurationVerdict.verdict, CurationVerdict.decided_by_id,
        )
        .join(Resource, Resource.id == item.resource_id)
        .join(work, work.id == Resource.current_version_id)
        .outerjoin(CurationVerdict, CurationVerdict.id == item.verdict_id)
        .where(item.round_id == found.id, item.state.in_(STATES[show]), listed(viewer, READ_WORK.action))
        .order_by(case((item.state == "waiting", 0), else_=1), item.urgency.desc(), item.id)
    )  # fmt: skip
    rows = current_session().execute(statement.limit(size + 1).offset((number - 1) * size)).all()
    return page_of([QueueRow(*row) for row in rows], number, size)


@dataclass(frozen=True)
class ItemAtHand:
    """An item with its round, its work and the version that readers see today."""

    item: CurationItem
    version: ResourceVersion
    awaits_update: bool
    """An earlier "needs update" is still its owner's task."""


def item_for(
    viewer: Viewer,
    round_id: str,
    item_id: str,
    action: str = policy.READ.action,
    *,
    deciding: bool = False,
) -> ItemAtHand:
    """The item if the viewer may do `action` to its round and read the work; one statement.

    `deciding` locks item, round and work, so that two curators wait for each other and the second sees what the
    first decided.
    """
    found = _items([item_id], round_id, deciding=deciding)
    if not found:
        raise NotFound()
    authorize(viewer, action, found[0].item.round)
    authorize(viewer, READ_WORK.action, found[0].item.resource)
    return found[0]


def items_for(
    viewer: Viewer, round_id: str, item_ids: Sequence[str], action: str = policy.READ.action
) -> list[ItemAtHand]:
    """Several items of one round, locked for deciding, in the queue's order; what is not the viewer's is left out."""
    found = _items(item_ids, round_id, deciding=True)
    for one in found[:1]:
        authorize(viewer, action, one.item.round)
    return [one for one in found if READ_WORK.check(viewer, one.item.resource)]


def _items(item_ids: Sequence[str], round_id: str, *, deciding: bool) -> list[ItemAtHand]:
    to_update = (
        select(CurationVerdict.id)
        .where(CurationVerdict.resource_id == CurationItem.resource_id, *is_to_update())
        .exists()
    )
    statement = (
        select(CurationItem, ResourceVersion, to_update)
        .join(CurationItem.round)
        .join(CurationRound.cluster)
        .join(CurationItem.resource)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .options(
            contains_eager(CurationItem.round)
            .contains_eager(CurationRound.cluster)
            .raiseload(Cluster.scopes),
            contains_eager(CurationItem.resource).joinedload(Resource.authors),
        )
        .where(CurationItem.id.in_(item_ids), CurationItem.round_id == round_id)
        .order_by(CurationItem.urgency.desc(), CurationItem.id)
    )
    if deciding:
        statement = statement.with_for_update(of=(CurationItem, CurationRound, Resource)).execution_options(
            populate_existing=True
        )
    return [ItemAtHand(*row) for row in current_session().execute(statement).unique()]


def is_to_update() -> tuple[Any, ...]:
    """The condition that a verdict is a task of the work's owner now."""
    return (
        CurationVerdict.verdict == "can-cap-nhat",
        CurationVerdict.settled_at.is_(None),
        CurationVerdict.undone_at.is_(None),
    )


@dataclass(frozen=True)
class Past:
    """One verdict of a work's history, with who gave it and on which version."""

    verdict: CurationVerdict
    by_name: str
    by_form: str
    version: int
    round_title: str
    successor_title: str | None


def history(viewer: Viewer, resource_id: str) -> list[Past]:
    """Every verdict that stands on a work, newest first; the caller has checked that the viewer may read the work."""
    successor = aliased(Resource)
    readable = readable_by(reader_kind(viewer), reader_parameters(viewer), work=successor)
    statement = (
        select(
            CurationVerdict, User.name, User.form_of_address, ResourceVersion.number, CurationRound.title,
            successor.title,
        )
        .join(User, User.id == CurationVerdict.decided_by_id)
        .join(ResourceVersion, ResourceVersion.id == CurationVerdict.version_id)
        .join(CurationRound, CurationRound.id == CurationVerdict.round_id)
        .outerjoin(successor, and_(successor.id == CurationVerdict.successor_id, readable))
        .where(CurationVerdict.resource_id == resource_id, CurationVerdict.undone_at.is_(None))
        .order_by(CurationVerdict.decided_at.desc(), CurationVerdict.id.desc())
    )  # fmt: skip
    return [Past(*row) for row in current_session().execute(statement)]


@dataclass(frozen=True)
class UpdateTask:
    """What a curator asked the owner of a work for."""

    resource_id: str
    title: str
    note: str
    reasons: list[str]
    asked_on: datetime
    by_name: str
    by_form: str


def update_tasks(viewer: Viewer, limit: int = 50) -> list[UpdateTask]:
    """Works of the viewer that a curator wants updated, until a new version is published; one statement."""
    statement = (
        select(
            Resource.id, Resource.title, CurationVerdict.note, CurationVerdict.reasons, CurationVerdict.decided_at,
            User.name, User.form_of_address,
        )
        .join(CurationVerdict, CurationVerdict.resource_id == Resource.id)
        .join(User, User.id == CurationVerdict.decided_by_id)
        .where(*is_to_update(), Resource.state == "active", listed(viewer, EDIT.action))
        .order_by(CurationVerdict.decided_at, CurationVerdict.id)
        .limit(limit)
    )  # fmt: skip
    return [UpdateTask(*row) for row in current_session().execute(statement)]
