"""Reading collections: access-checked loaders, lists, and the works in one that the viewer may read."""

from __future__ import annotations

from collections.abc import Collection as Container
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.collections import policy
from repo_service.collections.models import Collection, CollectionItem
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource
from repo_service.resources.policy import READ
from repo_service.resources.queries import Card, cards_statement, with_files

MOST_ITEMS, MOST_OWN = 100, 100
"""Works of a collection and collections of a person: enough for a year of a subject, and shown on one page."""
KITS = 60


@dataclass(frozen=True)
class Item:
    """A work in a collection with what the owner wrote beside it."""

    card: Card
    note: str


@dataclass(frozen=True)
class Listed:
    """A line of a list of collections."""

    collection: Collection
    owner: str
    cluster: str | None
    count: int
    """Of the works in it that the viewer may read."""


def find_collection(
    viewer: Viewer, collection_id: str, action: str = policy.OPEN.action, *, changing: bool = False
) -> Collection:
    """The collection, if `viewer` may do `action` to it; NotFound otherwise. `changing` locks it."""
    statement = select(Collection).where(Collection.id == collection_id)
    if changing:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    collection = current_session().scalar(statement)
    if collection is None:
        raise NotFound()
    authorize(viewer, action, collection)
    return collection


def items_of(viewer: Viewer, collection: Collection) -> list[Item]:
    """The works that the viewer may read, in the owner's order, in their newest versions; two statements.

    A withdrawn or replaced work stays in its place and says so; one out of reach is not spoken of.
    """
    statement = (
        cards_statement()
        .add_columns(CollectionItem.note)
        .join(CollectionItem, CollectionItem.resource_id == Resource.id)
        .where(CollectionItem.collection_id == collection.id, listed(viewer, READ.action))
        .order_by(CollectionItem.position, CollectionItem.added_at, Resource.id)
        .limit(MOST_ITEMS)
    )
    rows = current_session().execute(statement).all()
    cards = {card.resource.id: card for card in with_files(rows)}
    return [Item(cards[row[0].id], row.note) for row in rows]


def names_of(collection: Collection) -> tuple[str, str | None]:
    """(owner, cluster it is shared with); one statement."""
    statement = (
        select(User.name, Cluster.name)
        .outerjoin(Cluster, Cluster.id == collection.cluster_id)
        .where(User.id == collection.owner_id)
    )
    owner, cluster = current_session().execute(statement).one()
    return owner, cluster


def own_collections(viewer: Viewer) -> list[Listed]:
    """The viewer's collections, the one changed last first; one statement."""
    return _listed(viewer, (listed(viewer, policy.CHANGE.action),), Collection.updated_at.desc(), MOST_OWN)


def holding(viewer: Viewer, resource_id: str) -> set[str]:
    """Ids of the viewer's collections that hold a work."""
    statement = (
        select(CollectionItem.collection_id)
        .join(Collection, Collection.id == CollectionItem.collection_id)
        .where(CollectionItem.resource_id == resource_id, listed(viewer, policy.CHANGE.action))
    )
    return set(current_session().scalars(statement))


def starter_kits(
    viewer: Viewer, subjects: Container[str] = (), grades: Container[str] = (), limit: int = KITS
) -> list[Listed]:
    """Starter kits that the viewer may open, of some subjects and classes or of all; one statement.

    In the order of subject, class and title: they are never ranked. Codes that no list knows find nothing.
    """
    lists = vocabularies()
    conditions = [Collection.kit_subject.is_not(None), listed(viewer, policy.OPEN.action)]
    if subjects:
        known = [code for code in subjects if lists.knows("subjects", code)]
        conditions.append(Collection.kit_subject.in_(known))
    if grades:
        conditions.append(Collection.kit_grade.in_([code for code in grades if lists.knows("grades", code)]))
    return _listed(viewer, conditions, Collection.kit_subject, limit)


def _listed(viewer: Viewer, conditions: Sequence[object], order: object, limit: int) -> list[Listed]:
    count = (
        select(func.count())
        .select_from(CollectionItem)
        .join(Resource, Resource.id == CollectionItem.resource_id)
        .where(CollectionItem.collection_id == Collection.id, listed(viewer, READ.action))
    )
    statement = (
        select(Collection, User.name, Cluster.name, count.scalar_subquery())
        .join(User, User.id == Collection.owner_id)
        .outerjoin(Cluster, Cluster.id == Collection.cluster_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(order, Collection.kit_grade, Collection.title, Collection.id)  # type: ignore[arg-type]
        .limit(limit)
    )
    return [Listed(*row) for row in current_session().execute(statement)]


def items_by_work(collection: Collection) -> Mapping[str, CollectionItem]:
    """Every item by its work, in order, for changes by the owner."""
    statement = select(CollectionItem).where(CollectionItem.collection_id == collection.id)
    ordered = statement.order_by(CollectionItem.position, CollectionItem.added_at)
    return {item.resource_id: item for item in current_session().scalars(ordered)}
