"""Reading comments with the rights of the work: threads newest first, answers below in the order they came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select

from repo_service.accounts.models import User
from repo_service.comments import policy
from repo_service.comments.models import WorkComment
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource

PAGE = 20
MOST_ANSWERS = 50
"""Answers of one thread; who has more to say begins a new one."""


@dataclass
class CommentRow:
    """A comment as a reader sees it: no words once taken back or hidden, no name once the account was closed."""

    comment: WorkComment
    by: str | None
    by_form: str
    text: str | None
    answers: list[CommentRow] = field(default_factory=list)


def threads(viewer: Viewer, resource_id: str, number: int = 1) -> tuple[Resource, Page[CommentRow]]:
    """The work and a page of its threads; three statements. NotFound alike for missing and forbidden."""
    resource = find_resource(viewer, resource_id, policy.SEE.action)
    top = _rows().where(WorkComment.resource_id == resource.id, WorkComment.parent_id.is_(None))
    newest = top.order_by(WorkComment.created_at.desc(), WorkComment.id.desc())
    found = current_session().execute(newest.offset((number - 1) * PAGE).limit(PAGE + 1))
    page = page_of([_row(viewer, resource, *each) for each in found], number, PAGE)
    _add_answers(viewer, resource, page.items)
    return resource, page


def _add_answers(viewer: Viewer, resource: Resource, rows: Sequence[CommentRow]) -> None:
    by_id = {row.comment.id: row for row in rows}
    if not by_id:
        return
    below = _rows().where(WorkComment.parent_id.in_(by_id))
    for each in current_session().execute(below.order_by(WorkComment.created_at, WorkComment.id)):
        row = _row(viewer, resource, *each)
        by_id[str(row.comment.parent_id)].answers.append(row)


def row_of(viewer: Viewer, resource: Resource, comment: WorkComment) -> CommentRow:
    """One comment as the viewer sees it, without its answers."""
    found = current_session().execute(_rows().where(WorkComment.id == comment.id)).one()
    return _row(viewer, resource, *found)


def find_comment(
    viewer: Viewer, comment_id: str, *, action: str = policy.CHANGE.action, changing: bool = False
) -> tuple[Resource, WorkComment]:
    """A comment and its work, for its author or (MODERATE) who looks after the work. `changing` locks the work."""
    comment = current_session().get(WorkComment, comment_id)
    if comment is None:
        raise NotFound()
    of_work = action if action == policy.MODERATE.action else policy.SEE.action
    resource = find_resource(viewer, comment.resource_id, of_work, changing=changing)
    if changing:
        current_session().refresh(comment)
    if action != of_work:
        authorize(viewer, action, comment)
    return resource, comment


def answer_count(comment: WorkComment) -> int:
    """How many answers stand below it, hidden ones too."""
    below = select(func.count()).where(WorkComment.parent_id == comment.id)
    return current_session().scalar(below) or 0


def visible_count(resource: Resource) -> int:
    """How many comments and answers of a work can be read."""
    seen = WorkComment.deleted_at.is_(None), WorkComment.hidden_at.is_(None)
    statement = select(func.count()).where(WorkComment.resource_id == resource.id, *seen)
    return current_session().scalar(statement) or 0


def in_thread(comment: WorkComment) -> set[str]:
    """Accounts that spoke in the thread up to this comment."""
    top = comment.parent_id or comment.id
    spoke = select(WorkComment.author_id).where((WorkComment.id == top) | (WorkComment.parent_id == top))
    before = WorkComment.deleted_at.is_(None), WorkComment.created_at <= comment.created_at
    return set(current_session().scalars(spoke.where(*before)))


def _rows() -> Select[WorkComment, str, str, bool]:
    person = User.name, User.form_of_address, User.is_active
    return select(WorkComment, *person).join(User, User.id == WorkComment.author_id)


def _row(
    viewer: Viewer, resource: Resource, comment: WorkComment, name: str, form: str, is_active: bool
) -> CommentRow:
    text: str | None = comment.text
    if comment.deleted_at is not None:
        text = None
    elif comment.hidden_at is not None and comment.author_id != viewer.id:
        text = comment.text if policy.can_moderate(viewer, resource) else None
    return CommentRow(comment, name if is_active else None, form, text)
