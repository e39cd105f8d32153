"""Groups of nearly equal works in what the viewer looks after; counted nowhere, ranked nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, listed
from repo_service.near_duplicates.models import NearDuplicate
from repo_service.resources.models import Resource
from repo_service.resources.policy import CURATE, READ
from repo_service.resources.queries import Card, cards

GROUPS, MOST_PAIRS = 10, 200
"""Groups of a page, and pairs of these groups that are read at most."""


@dataclass(frozen=True)
class Group:
    """Works that hang together, the oldest first, and the pairs among them."""

    cards: Sequence[Card]
    pairs: Sequence[tuple[Card, Card]]


def groups_for(viewer: Viewer, number: int) -> Page[Group]:
    """A page of groups, those with the newest find first; four statements."""
    newest = (
        select(NearDuplicate.group_id)
        .where(*_visible(viewer))
        .group_by(NearDuplicate.group_id)
        .order_by(func.max(NearDuplicate.found_at).desc(), NearDuplicate.group_id)
        .offset((number - 1) * GROUPS)
        .limit(GROUPS + 1)
    )
    page = page_of(list(current_session().scalars(newest)), number, GROUPS)
    pairs = _pairs_of(viewer, page.items) if page.items else []
    ids = list({work: None for pair in pairs for work in (pair.first_id, pair.second_id)})
    known = {card.resource.id: card for card in cards(ids, viewer)} if ids else {}
    return Page([_group(each, pairs, known) for each in page.items], page.number, page.size, page.next)


def find_pair(viewer: Viewer, first_id: str, second_id: str) -> NearDuplicate:
    """The pair that the viewer may judge, locked; NotFound otherwise."""
    one, other = sorted((first_id, second_id))
    statement = select(NearDuplicate).where(
        NearDuplicate.first_id == one, NearDuplicate.second_id == other, *_visible(viewer)
    )
    pair = current_session().scalar(statement.with_for_update(of=NearDuplicate))
    if pair is None:
        raise NotFound()
    return pair


def _pairs_of(viewer: Viewer, group_ids: Sequence[str]) -> Sequence[NearDuplicate]:
    """The first pairs of each group: one large group leaves room for the others."""
    order = NearDuplicate.first_id, NearDuplicate.second_id
    place = func.row_number().over(partition_by=NearDuplicate.group_id, order_by=order).label("place")
    ranked = select(*order, place).where(NearDuplicate.group_id.in_(group_ids), *_visible(viewer)).subquery()
    same = (ranked.c.first_id == NearDuplicate.first_id) & (ranked.c.second_id == NearDuplicate.second_id)
    statement = select(NearDuplicate).join(ranked, same).where(ranked.c.place <= MOST_PAIRS // GROUPS)
    return current_session().scalars(statement.order_by(*order)).all()


def _visible(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Both works in use and within the viewer's reach, one of them under the viewer's care, nobody told them apart."""
    first, second = NearDuplicate.first_id, NearDuplicate.second_id
    return (
        NearDuplicate.told_apart_at.is_(None),
        *(_is_readable(viewer, work) for work in (first, second)),
        or_(
            *(exists().where(Resource.id == work, listed(viewer, CURATE.action)) for work in (first, second))
        ),
    )


def _is_readable(viewer: Viewer, work: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    in_use = (Resource.state == "active", Resource.current_version_id.is_not(None))
    return exists().where(Resource.id == work, *in_use, listed(viewer, READ.action))


def _group(group_id: str, pairs: Sequence[NearDuplicate], known: dict[str, Card]) -> Group:
    own = [
        (known[pair.first_id], known[pair.second_id])
        for pair in pairs
        if pair.group_id == group_id and pair.first_id in known and pair.second_id in known
    ]
    works = {card.resource.id: card for pair in own for card in pair}
    oldest_first = sorted(works.values(), key=lambda card: str(card.resource.first_published_at))
    return Group(oldest_first, own)
