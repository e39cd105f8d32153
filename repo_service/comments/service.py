"""The verbs on comments; the only writer of their table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from repo_service.comments import policy, queries
from repo_service.comments.models import LONGEST_REASON, LONGEST_TEXT, WorkComment
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer
from repo_service.curriculum.queries import vocabularies
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource
from repo_service.resources.succession import count_comments

MOST_A_DAY = 60
DOUBLE_SENT = timedelta(minutes=10)
"""The same words of the same person within this time are one comment: the button was pressed twice."""


def say(viewer: Viewer, resource_id: str, purpose: str | None, text: str) -> WorkComment:
    """A comment with its purpose; the authors hear of it. NotFound for a work out of reach; InvalidInput."""
    resource = find_resource(viewer, resource_id, policy.WRITE.action, changing=True)
    problems = _text_problems(text)
    if not purpose or not vocabularies().knows("comment_purposes", purpose):
        problems["purpose"] = [_("Chọn một: góp ý, đã dạy thử hay hỏi.")]
    if problems:
        raise InvalidInput(problems)
    return _add(viewer, resource, text, purpose, None)


def answer(viewer: Viewer, comment_id: str, text: str) -> WorkComment:
    """An answer in the thread of a comment, one level deep; the people of the thread and the authors hear of it."""
    asked = current_session().get(WorkComment, comment_id)
    if asked is None:
        raise NotFound()
    resource = find_resource(viewer, asked.resource_id, policy.WRITE.action, changing=True)
    top = current_session().get_one(WorkComment, asked.parent_id) if asked.parent_id else asked
    if top.hidden_at is not None or top.deleted_at is not None:
        raise MoveNotAllowed(_("Lời này không còn ở đây nên không trả lời được nữa."))
    problems = _text_problems(text)
    if problems:
        raise InvalidInput(problems)
    if queries.answer_count(top) >= queries.MOST_ANSWERS:
        raise MoveNotAllowed(_("Lời này đã có nhiều trả lời. Thầy cô mở một lời mới giúp nhé."))
    return _add(viewer, resource, text, None, top.id)


def edit(viewer: Viewer, comment_id: str, text: str, purpose: str | None = None) -> WorkComment:
    """Change one's own words; everybody sees that they were changed."""
    resource, comment = queries.find_comment(viewer, comment_id, changing=True)
    problems = _text_problems(text)
    if purpose is not None and comment.purpose and not vocabularies().knows("comment_purposes", purpose):
        problems["purpose"] = [_("Chọn một: góp ý, đã dạy thử hay hỏi.")]
    if problems:
        raise InvalidInput(problems)
    comment.text, comment.edited_at = text.strip(), clock.now()
    if comment.purpose and purpose:
        comment.purpose = purpose
    record(viewer.id, "comment.changed", "resource", resource.id, comment=comment.id)
    return comment


def delete(viewer: Viewer, comment_id: str) -> Resource:
    """Take one's own words back: the row goes, or only its words while others answered."""
    resource, comment = queries.find_comment(viewer, comment_id, changing=True)
    if queries.answer_count(comment):
        comment.text, comment.deleted_at = "", clock.now()
    else:
        current_session().delete(comment)
    record(viewer.id, "comment.deleted", "resource", resource.id, comment=comment.id)
    _count(resource)
    return resource


def hide(viewer: Viewer, comment_id: str, reason: str) -> WorkComment:
    """Put a comment out of sight, with a reason that its author and readers see; a lead or the department."""
    resource, comment = queries.find_comment(
        viewer, comment_id, action=policy.MODERATE.action, changing=True
    )
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput({"reason": [_("Ghi một dòng lí do để người viết hiểu.")]})
    if comment.deleted_at is None and comment.hidden_at is None:
        comment.hidden_at, comment.hidden_by_id, comment.hidden_reason = clock.now(), viewer.id, reason
        record(viewer.id, "comment.hidden", "resource", resource.id, comment=comment.id)
        emit("comment.hidden", comment.id)
        _count(resource)
    return comment


def show(viewer: Viewer, comment_id: str) -> WorkComment:
    """Back into sight."""
    resource, comment = queries.find_comment(
        viewer, comment_id, action=policy.MODERATE.action, changing=True
    )
    if comment.hidden_at is not None:
        comment.hidden_at = comment.hidden_by_id = comment.hidden_reason = None
        record(viewer.id, "comment.shown", "resource", resource.id, comment=comment.id)
        _count(resource)
    return comment


def _add(
    viewer: Viewer, resource: Resource, text: str, purpose: str | None, parent_id: str | None
) -> WorkComment:
    text = text.strip()
    lately = select(WorkComment).where(
        WorkComment.author_id == viewer.id, WorkComment.resource_id == resource.id, WorkComment.text == text,
        WorkComment.created_at > clock.now() - DOUBLE_SENT, WorkComment.deleted_at.is_(None),
        WorkComment.parent_id.is_(None) if parent_id is None else WorkComment.parent_id == parent_id,
    )  # fmt: skip
    same = current_session().scalar(lately.limit(1))
    if same is not None:
        return same
    today = WorkComment.author_id == viewer.id, WorkComment.created_at > clock.now() - timedelta(days=1)
    if (current_session().scalar(select(func.count()).where(*today)) or 0) >= MOST_A_DAY:
        raise InvalidInput({"text": [_("Hôm nay thầy cô đã viết rất nhiều rồi, mai viết tiếp nhé.")]})
    assert viewer.id is not None
    comment = WorkComment(
        id=new_id(), resource_id=resource.id, parent_id=parent_id, author_id=viewer.id, purpose=purpose, text=text,
        created_at=clock.now(),
    )  # fmt: skip
    current_session().add(comment)
    record(viewer.id, "comment.written", "resource", resource.id, comment=comment.id)
    _count(resource)
    emit("comment.written", comment.id)
    return comment


def _text_problems(text: str) -> dict[str, list[str]]:
    if not text.strip():
        return {"text": [_("Viết một dòng cho đồng nghiệp.")]}
    if len(text.strip()) > LONGEST_TEXT:
        return {"text": [_("Dài quá %(most)s chữ cái, rút ngắn lại giúp Kho.", most=LONGEST_TEXT)]}
    return {}


def _count(resource: Resource) -> None:
    current_session().flush()
    count_comments(resource, queries.visible_count(resource))
