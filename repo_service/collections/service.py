"""The verbs on collections; the only writer of their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.collections import policy
from repo_service.collections.models import Collection, CollectionItem
from repo_service.collections.queries import MOST_ITEMS, MOST_OWN, find_collection, items_by_work
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.resources.models import Resource
from repo_service.resources.policy import can_read_sql
from repo_service.resources.queries import find_resource


def create(viewer: Viewer, fields: Mapping[str, Any]) -> Collection:
    """A new collection of the viewer, private unless `fields` say otherwise."""
    authorize(viewer, policy.CREATE.action)
    assert viewer.id is not None
    _check_room(viewer.id)
    collection = Collection(
        id=new_id(), owner_id=viewer.id, title="", note="", visibility="rieng", is_default=False, revision=1
    )
    _write(viewer, collection, {"title": "", **fields})
    current_session().add(collection)
    current_session().flush()
    return collection


def change(
    viewer: Viewer, collection: Collection, fields: Mapping[str, Any], revision: int | None = None
) -> None:
    """Change title, note, who may open it, and what it is a starter kit for."""
    authorize(viewer, policy.CHANGE.action, collection)
    if revision is not None and revision != collection.revision:
        raise StaleVersion(_("Bộ sưu tập vừa được sửa ở nơi khác. Mở lại rồi sửa tiếp nhé."))
    _write(viewer, collection, fields)
    _touch(collection)


def delete(viewer: Viewer, collection: Collection) -> None:
    """Delete the collection; the works in it stay where they are."""
    authorize(viewer, policy.CHANGE.action, collection)
    if collection.visibility != "rieng":
        record(viewer.id, "collection.deleted", "collection", collection.id)
    current_session().delete(collection)


def add(viewer: Viewer, collection: Collection, resource_id: str, note: str | None = None) -> CollectionItem:
    """Put a published work that the viewer may read at the end, or change the note of one that is there."""
    authorize(viewer, policy.CHANGE.action, collection)
    items = items_by_work(collection)
    item = items.get(resource_id)
    if item is None:
        work = find_resource(viewer, resource_id)
        if work.current_version_id is None or work.state == "withdrawn":
            raise MoveNotAllowed(_("Bài chưa công bố hoặc đã gỡ nên không cho vào bộ sưu tập được."))
        if len(items) >= MOST_ITEMS:
            raise MoveNotAllowed(
                _("Một bộ sưu tập có nhiều nhất %(most)s bài. Lập thêm một bộ nữa nhé.", most=MOST_ITEMS)
            )
        last = max((each.position for each in items.values()), default=0)
        item = CollectionItem(
            collection_id=collection.id, resource_id=resource_id, position=last + 1, note=""
        )
        current_session().add(item)
    if note is not None:
        item.note = note
    _touch(collection)
    return item


def remove(viewer: Viewer, collection: Collection, resource_id: str) -> None:
    """Take a work out; nothing happens when it is not in it."""
    authorize(viewer, policy.CHANGE.action, collection)
    item = items_by_work(collection).get(resource_id)
    if item is not None:
        current_session().delete(item)
        _touch(collection)


def save(viewer: Viewer, resource_id: str) -> Collection:
    """One tap: into the collection "Bài đã lưu", which is made with the first work."""
    collection = default_collection(viewer)
    add(viewer, collection, resource_id)
    return collection


def default_collection(viewer: Viewer) -> Collection:
    """The viewer's "Bài đã lưu", made when there is none; two taps at once make one."""
    authorize(viewer, policy.CREATE.action)
    session = current_session()
    session.execute(select(User.id).where(User.id == viewer.id).with_for_update())
    own = select(Collection).where(Collection.owner_id == viewer.id, Collection.is_default)
    found = session.scalar(own.with_for_update())
    if found is None:
        found = create(viewer, {"title": str(_("Bài đã lưu"))})
        found.is_default = True
        session.flush()
    return found


def put_into(viewer: Viewer, resource_id: str, collection_ids: Sequence[str]) -> None:
    """Exactly these of the viewer's collections hold the work afterwards."""
    authorize(viewer, policy.CREATE.action)
    own = select(Collection.id).where(policy.can_change_sql(viewer)).order_by(Collection.id)
    holding = select(CollectionItem.collection_id).where(CollectionItem.resource_id == resource_id)
    for collection_id in current_session().scalars(own).all():
        if collection_id in collection_ids:
            add(viewer, _locked(viewer, collection_id), resource_id)
        elif collection_id in set(current_session().scalars(holding)):
            remove(viewer, _locked(viewer, collection_id), resource_id)


def move(viewer: Viewer, collection: Collection, resource_id: str, steps: int) -> None:
    """Move a work `steps` places down (or up, negative) among those the viewer sees; the ends are the ends."""
    authorize(viewer, policy.CHANGE.action, collection)
    items = items_by_work(collection)
    if resource_id not in items:
        raise NotFound()
    readable = select(Resource.id).where(Resource.id.in_(items), can_read_sql(viewer))
    seen = set(current_session().scalars(readable))
    order = [each for each in items if each in seen]
    if resource_id not in order:
        raise NotFound()
    place = order.index(resource_id)
    target = order[min(max(place + steps, 0), len(order) - 1)]
    whole = [each for each in items if each != resource_id]
    at = whole.index(target) + (steps > 0) if target != resource_id else list(items).index(resource_id)
    arrange(viewer, collection, [*whole[:at], resource_id, *whole[at:]])


def arrange(viewer: Viewer, collection: Collection, order: Sequence[str]) -> None:
    """Put the works in this order; those that are not named keep theirs, after the named ones."""
    authorize(viewer, policy.CHANGE.action, collection)
    items = items_by_work(collection)
    named = [each for each in dict.fromkeys(order) if each in items]
    for position, resource_id in enumerate(dict.fromkeys([*named, *items]), 1):
        items[resource_id].position = position
    _touch(collection)


def follow_successor(viewer: Viewer, collection: Collection, resource_id: str) -> None:
    """Put the work that replaced one in its place, with its note."""
    authorize(viewer, policy.CHANGE.action, collection)
    items = items_by_work(collection)
    if resource_id not in items:
        raise NotFound()
    successor = find_resource(viewer, find_resource(viewer, resource_id).successor_id or "")
    old = items[resource_id]
    if successor.id not in items:
        held = {"position": old.position, "note": old.note, "added_at": old.added_at}
        current_session().add(CollectionItem(collection_id=collection.id, resource_id=successor.id, **held))
    current_session().delete(old)
    _touch(collection)


def copy(viewer: Viewer, collection: Collection, title: str | None = None) -> Collection:
    """The viewer's own, private copy: the works they may read, with the notes; named alike unless told."""
    authorize(viewer, policy.OPEN.action, collection)
    made = create(viewer, {"title": collection.title if title is None else title, "note": collection.note})
    made.copied_from_id = collection.id
    items = items_by_work(collection)
    readable = select(Resource.id).where(Resource.id.in_(items), can_read_sql(viewer))
    seen = set(current_session().scalars(readable))
    current_session().add_all(
        CollectionItem(
            collection_id=made.id, resource_id=item.resource_id, position=item.position, note=item.note
        )
        for item in items.values()
        if item.resource_id in seen
    )
    return made


def _write(viewer: Viewer, collection: Collection, fields: Mapping[str, Any]) -> None:
    before = (collection.visibility, collection.kit_subject, collection.kit_grade)
    for name in ("title", "note", "visibility", "cluster_id", "kit_subject", "kit_grade"):
        if name in fields:
            setattr(collection, name, fields[name])
    if collection.visibility != "cum":
        collection.cluster_id = None
    problems = _problems(viewer, collection, before)
    if problems:
        if collection in current_session():
            current_session().expire(collection)  # what the page reads next must not write the refused values
        raise InvalidInput(problems)
    after = (collection.visibility, collection.kit_subject, collection.kit_grade)
    if after != before:
        record(viewer.id, "collection.shared", "collection", collection.id, before=before, after=after)


def _problems(viewer: Viewer, collection: Collection, before: tuple[Any, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if not collection.title.strip():
        found["title"] = [_("Đặt tên cho bộ sưu tập.")]
    if collection.visibility == "cum" and not (
        collection.cluster_id in viewer.cluster_ids or (viewer.is_department and collection.cluster_id)
    ):
        found["cluster"] = [_("Chọn một cụm mà thầy cô đang tham gia.")]
    kit = (collection.kit_subject, collection.kit_grade)
    if kit != (None, None) and kit != before[1:] and not may(viewer, policy.MARK_KIT.action):
        found["kit_subject"] = [
            _("Bộ khởi đầu do tổ trưởng, giáo viên cốt cán, lãnh đạo trường hoặc cụm chọn.")
        ]
    elif None in kit and kit != (None, None):
        found["kit_grade"] = [_("Bộ khởi đầu cần cả môn và lớp.")]
    elif None not in kit and collection.visibility == "rieng":
        found["visibility"] = [_("Bộ khởi đầu phải chia sẻ thì đồng nghiệp mới thấy.")]
    return found


def _check_room(owner_id: str) -> None:
    count = select(func.count()).select_from(Collection).where(Collection.owner_id == owner_id)
    if (current_session().scalar(count) or 0) >= MOST_OWN:
        raise MoveNotAllowed(
            _("Mỗi người có nhiều nhất %(most)s bộ sưu tập. Xóa bớt một bộ rồi lập nhé.", most=MOST_OWN)
        )


def _locked(viewer: Viewer, collection_id: str) -> Collection:
    return find_collection(viewer, collection_id, policy.CHANGE.action, changing=True)


def _touch(collection: Collection) -> None:
    collection.revision += 1
    collection.updated_at = clock.now()
