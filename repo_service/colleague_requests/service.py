"""The verbs on requests to colleagues; the only writer of their tables."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from indexer.vietnamese import normalise
from repo_service.accounts.models import User
from repo_service.colleague_requests import policy
from repo_service.colleague_requests.models import LONGEST, ColleagueAnswer, ColleagueRequest
from repo_service.colleague_requests.queries import count_asked_since, find_request, open_ones_of
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import load_viewer
from repo_service.organizations.queries import clusters
from repo_service.resources import policy as resources_policy
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource

MOST_A_DAY = 5
MOST_OPEN = 10
MOST_ANSWERS = 20
SHORTEST = 5
_RESOURCE_ID = re.compile(r"(?:^|/hoc-lieu/)([0-9a-z]{16})(?![0-9a-z])")


def ask(
    viewer: Viewer, text: str, cluster_id: str, subject: str | None = None, grade: str | None = None
) -> ColleagueRequest:
    """A new request to a cluster of this year; the colleagues of its subject are told in the background.

    Codes that the lists do not know are left out. Asking the same again answers with the request there is.
    InvalidInput names the field, and says when somebody asks too often.
    """
    authorize(viewer, policy.ASK.action)
    subject, grade = _known("subjects", subject), _known("grades", grade)
    text = " ".join(normalise(text).split())
    _check(text, cluster_id)
    current_session().execute(select(User.id).where(User.id == viewer.id).with_for_update())  # a double tap waits
    standing = open_ones_of(viewer)
    for request in standing:
        if (request.text, request.cluster_id) == (text, cluster_id):
            return request
    asked_today = count_asked_since(viewer, clock.now() - timedelta(days=1))
    if asked_today >= MOST_A_DAY or len(standing) >= MOST_OPEN:
        raise InvalidInput(
            {"text": [_("Thầy cô đang nhờ khá nhiều việc. Khép bớt lời nhờ đã xong, mai nhờ tiếp nhé.")]}
        )
    assert viewer.id is not None
    asked = ColleagueRequest(
        id=new_id(), cluster_id=cluster_id, asked_by_id=viewer.id, text=text, subject=subject, grade=grade,
        created_at=clock.now(), answers=[],
    )  # fmt: skip
    current_session().add(asked)
    emit("colleague_request.asked", asked.id)
    record(viewer.id, "colleague_request.asked", "request", asked.id, cluster=cluster_id)
    return asked


def _check(text: str, cluster_id: str) -> None:
    errors: dict[str, list[str]] = {}
    if len(text) < SHORTEST:
        errors["text"] = [_("Viết một câu thầy cô đang cần gì.")]
    elif len(text) > LONGEST:
        errors["text"] = [_("Viết gọn trong %(most)s chữ cái nhé.", most=LONGEST)]
    if cluster_id not in {each.id for each in clusters(present_only=True)}:
        errors["cluster"] = [_("Chọn một cụm trong danh sách.")]
    if errors:
        raise InvalidInput(errors)


def _known(vocabulary: str, code: str | None) -> str | None:
    return code if code and vocabularies().knows(vocabulary, code) else None


def answer(viewer: Viewer, request_id: str, work: str) -> ColleagueAnswer:
    """Send a published work, by its id or the address of its page; the asker is told. Sending it again does nothing.

    InvalidInput when there is no such work, or the asker may not read it; MoveNotAllowed on a closed request.
    """
    request = find_request(viewer, request_id, policy.ANSWER.action, changing=True)
    if not policy.is_open(request):
        raise MoveNotAllowed(_("Lời nhờ này đã khép. Cảm ơn thầy cô."))
    resource = _readable_for_both(viewer, request, work)
    for given in request.answers:
        if given.resource_id == resource.id:
            return given
    if len(request.answers) >= MOST_ANSWERS:
        raise MoveNotAllowed(_("Lời nhờ này đã nhận đủ bài. Cảm ơn thầy cô."))
    assert viewer.id is not None
    given = ColleagueAnswer(
        id=new_id(), request_id=request.id, resource_id=resource.id, answered_by_id=viewer.id,
        created_at=clock.now(),
    )  # fmt: skip
    request.answers.append(given)
    emit("colleague_request.answered", given.id)
    record(viewer.id, "colleague_request.answered", "request", request.id, resource=resource.id)
    return given


def _readable_for_both(viewer: Viewer, request: ColleagueRequest, work: str) -> Resource:
    named = _RESOURCE_ID.search(work.strip())
    try:
        resource = find_resource(viewer, named[1]) if named else None
    except NotFound:
        resource = None
    if resource is None or resource.current_version_id is None or resource.state != "active":
        raise InvalidInput(
            {"work": [_("Kho không thấy bài đã công bố nào ở đường dẫn này. Mở bài rồi chép đường dẫn nhé.")]}
        )
    if not may(load_viewer(request.asked_by_id), resources_policy.READ.action, resource):
        raise InvalidInput(
            {"work": [_("Người nhờ chưa đọc được bài này vì bài chỉ dành cho cụm hoặc trường của thầy cô.")]}
        )
    return resource


def close(viewer: Viewer, request_id: str) -> ColleagueRequest:
    """End a request: found, or no longer needed. Closing a closed one does nothing."""
    request = find_request(viewer, request_id, policy.CLOSE.action, changing=True)
    if request.closed_at is None:
        request.closed_at, request.closed_by_id = clock.now(), viewer.id
        record(viewer.id, "colleague_request.closed", "request", request.id)
    return request
