"""The verbs on difficulties: file, pass on, answer; the only writer of their table."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.curriculum.queries import vocabularies
from repo_service.difficulties import policy, queries
from repo_service.difficulties.lifecycle import next_difficulty_state
from repo_service.difficulties.models import LONGEST, Difficulty
from repo_service.organizations.models import Organization

MOST_A_DAY = 10


def file_difficulty(viewer: Viewer, school_id: str, topic: str, text: str) -> Difficulty:
    """A new difficulty of a school; it goes to the school's managing body, to the department where there is none.

    Whoever heads one school only need not name it.
    InvalidInput names the field, and says when a school files too many in one day.
    """
    headed = policy.schools_headed_by(viewer)
    wanted = school_id or (headed[0] if len(headed) == 1 else "")
    statement = select(Organization).where(Organization.id == wanted).with_for_update()
    school = current_session().scalar(statement)
    if school is None:
        raise NotFound()
    authorize(viewer, policy.FILE.action, school)
    text = _checked(text, "text", _("Viết một vài câu về điều đang vướng."))
    if not vocabularies().knows("difficulty_topics", topic):
        raise InvalidInput({"topic": [_("Chọn một nhóm vấn đề trong danh sách.")]})
    if queries.filed_since(school.id, clock.now() - timedelta(days=1)) >= MOST_A_DAY:
        raise InvalidInput({"text": [_("Hôm nay trường đã gửi khá nhiều. Gộp lại rồi mai gửi tiếp nhé.")]})
    body = current_session().get(Organization, school.managing_body_id) if school.managing_body_id else None
    body = body or queries.department()
    assert viewer.id is not None
    filed = Difficulty(
        id=new_id(), school_id=school.id, body_id=body.id, for_department=body.kind == "so", topic=topic, text=text,
        state="moi", filed_by_id=viewer.id, filed_at=clock.now(),
    )  # fmt: skip
    current_session().add(filed)
    record(viewer.id, "difficulty.filed", "difficulty", filed.id, school=school.id, body=body.id)
    emit("difficulty.filed", filed.id)
    return filed


def pass_on(viewer: Viewer, found: Difficulty) -> None:
    """The commune hands it to the department, and keeps reading it."""
    authorize(viewer, policy.PASS_ON.action, found)
    found.state = next_difficulty_state(found.state, "pass_on")
    found.for_department, found.passed_on_by_id, found.passed_on_at = True, viewer.id, clock.now()
    record(viewer.id, "difficulty.passed_on", "difficulty", found.id)
    emit("difficulty.passed_on", found.id)


def answer(viewer: Viewer, found: Difficulty, text: str) -> None:
    """Answer it; the school is told."""
    authorize(viewer, policy.ANSWER.action, found)
    state = next_difficulty_state(found.state, "answer")
    found.answer = _checked(text, "answer", _("Viết câu trả lời cho trường."))
    found.state, found.answered_by_id, found.answered_at = state, viewer.id, clock.now()
    record(viewer.id, "difficulty.answered", "difficulty", found.id)
    emit("difficulty.answered", found.id)


def _checked(text: str, field: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput({field: [missing]})
    if len(text) > LONGEST:
        raise InvalidInput({field: [_("Viết gọn trong %(most)s chữ cái nhé.", most=LONGEST)]})
    return text
