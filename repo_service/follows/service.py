"""The verbs on what people follow; the only writer of their table."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, NotFound, NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer
from repo_service.curriculum.queries import vocabularies
from repo_service.follows.models import CLUSTER, SUBJECT, WORK, Follow
from repo_service.follows.queries import find_follow, own_follow
from repo_service.organizations.queries import find_cluster
from repo_service.resources.queries import find_resource

MOST = 100
"""Things one person may follow."""


def follow(viewer: Viewer, kind: str, target: str, grade: str = "") -> Follow:
    """Follow a subject (of a class), a cluster or a work the viewer may read; what is followed already stays.

    NotFound for what does not exist or is out of reach, AlreadyExists beyond MOST.
    """
    if viewer.id is None:
        raise NotSignedIn()
    grade = grade if kind == SUBJECT else ""
    _check(viewer, kind, target, grade)
    session = current_session()
    found = own_follow(viewer, kind, target, grade)
    if found is not None:
        return found
    count = session.scalar(select(func.count()).select_from(Follow).where(Follow.user_id == viewer.id)) or 0
    if count >= MOST:
        raise AlreadyExists(
            _("Thầy cô đang theo dõi %(most)s điều. Bỏ bớt rồi theo dõi tiếp nhé.", most=MOST)
        )
    made = Follow(
        id=new_id(), user_id=viewer.id, kind=kind, target=target, grade=grade, created_at=clock.now()
    )
    session.add(made)
    session.flush()
    return made


def _check(viewer: Viewer, kind: str, target: str, grade: str) -> None:
    lists = vocabularies()
    match kind:
        case "mon" if target in dict(lists.choices("subjects")):
            if grade and grade not in dict(lists.choices("grades")):
                raise NotFound()
        case "cum":
            find_cluster(target)
        case "bai" if find_resource(viewer, target).current_version_id:
            pass
        case _:
            raise NotFound()


def unfollow(viewer: Viewer, follow_id: str) -> None:
    """Stop following one thing of one's own; NotFound for anybody else's."""
    current_session().delete(find_follow(viewer, follow_id))


def forget_person(user_id: str) -> None:
    """Delete all that a closed account followed."""
    current_session().execute(delete(Follow).where(Follow.user_id == user_id))


__all__ = ["CLUSTER", "MOST", "SUBJECT", "WORK", "follow", "forget_person", "unfollow"]
