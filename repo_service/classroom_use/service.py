"""The verbs on notes of lessons; the only writer of their table. The number of schools goes to the work itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from repo_service.classroom_use import policy, queries
from repo_service.classroom_use.models import Teaching
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource
from repo_service.resources.service import following
from repo_service.resources.succession import count_schools

OLDEST = timedelta(days=3660)
"""A lesson of ten years ago followed another programme."""

_SAID = ("class_name", "taught_on", "change", "outcome", "school_id")


def tell(viewer: Viewer, resource_id: str, said: Mapping[str, Any]) -> Teaching:
    """ "Tôi đã dạy bài này": the authors hear of it. The same lesson told twice is one note, the later words stay.

    NotFound for a work out of reach, under embargo, private or withdrawn; InvalidInput names the field.
    """
    resource = find_resource(viewer, resource_id, policy.TELL.action, changing=True)
    assert viewer.id is not None
    lesson = _checked(viewer, said, None)
    known = queries.note_of_lesson(resource.id, viewer.id, lesson["taught_on"], lesson["class_name"])
    if known is not None:
        _write(known, lesson)
        record(viewer.id, "teaching.changed", "resource", resource.id, teaching=known.id)
        return known
    teaching = Teaching(id=new_id(), resource_id=resource.id, user_id=viewer.id, created_at=clock.now())
    _write(teaching, lesson)
    current_session().add(teaching)
    record(viewer.id, "teaching.told", "resource", resource.id, teaching=teaching.id)
    _count(resource)
    emit("classroom_use.told", teaching.id)
    return teaching


def change(viewer: Viewer, teaching_id: str, said: Mapping[str, Any]) -> Teaching:
    """Change one's own note; AlreadyExists when it would tell of a lesson that another note tells of."""
    resource, teaching = queries.find_teaching(viewer, teaching_id)
    lesson = _checked(viewer, said, teaching)
    other = queries.note_of_lesson(
        resource.id, teaching.user_id, lesson["taught_on"], lesson["class_name"]
    )
    if other is not None and other.id != teaching.id:
        raise AlreadyExists(_("Thầy cô đã ghi tiết dạy này rồi: cùng lớp, cùng ngày."))
    _write(teaching, lesson)
    record(viewer.id, "teaching.changed", "resource", resource.id, teaching=teaching.id)
    _count(resource)
    return teaching


def delete(viewer: Viewer, teaching_id: str) -> Resource:
    """Take one's own note away; the work it was about."""
    resource, teaching = queries.find_teaching(viewer, teaching_id)
    current_session().delete(teaching)
    record(viewer.id, "teaching.deleted", "resource", resource.id, teaching=teaching.id)
    _count(resource)
    return resource


def count_again(resource: Resource) -> None:
    """A work came to stand in another's place, or does so no more: the schools of both are counted anew."""
    _count(resource)


def _checked(viewer: Viewer, said: Mapping[str, Any], before: Teaching | None) -> dict[str, Any]:
    """The whole note after what was said now; InvalidInput names what cannot be."""
    kept = {name: getattr(before, name) for name in _SAID} if before else {}
    lesson = {"class_name": "", "taught_on": clock.today(), "change": "", "outcome": "", **kept, **said}
    lesson["class_name"] = " ".join(lesson["class_name"].split())
    lesson["change"] = " ".join(lesson["change"].split())
    schools = dict(queries.schools_of_viewer(viewer))
    errors: dict[str, list[str]] = {}
    if not lesson["class_name"]:
        errors["class_name"] = [_("Thầy cô dạy lớp nào?")]
    if lesson["taught_on"] > clock.today():
        errors["taught_on"] = [_("Ngày ấy chưa tới. Dạy xong rồi kể nhé.")]
    elif lesson["taught_on"] < clock.today() - OLDEST:
        errors["taught_on"] = [_("Ngày ấy xa quá, xem lại năm giúp Kho.")]
    if said.get("school") and said["school"] not in schools:
        errors["school"] = [_("Chọn trường thầy cô đang dạy.")]
    if errors:
        raise InvalidInput(errors)
    lesson["school_id"] = lesson.get("school") or lesson.get("school_id") or next(iter(schools), None)
    return lesson


def _write(teaching: Teaching, lesson: Mapping[str, Any]) -> None:
    for name in _SAID:
        setattr(teaching, name, lesson[name])
    teaching.updated_at = clock.now()


def _count(resource: Resource) -> None:
    """The schools that taught it, or a work it replaced, are a column of the work: pages and index read it there."""
    current_session().flush()
    for work in (resource, *following(resource)):
        count_schools(work, queries.schools_that_taught(work))
