"""What must not be possible between rounds: old approvals, hidden editors, halves of a refused change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database, current_session
from repo_service.core.errors import InvalidInput, KhoError, NotFound
from repo_service.core.outbox import OutboxRow
from repo_service.resources.queries import find_version
from repo_service.reviews import queries, readers, service
from repo_service.reviews.models import ReviewAssignment, ReviewRound
from tests.cast import Cast
from tests.factories import viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
Work = Callable[[], None]


def _act(db: Database, user_id: str, round_id: str, verb: Callable[..., object], *given: object) -> None:
    with db.transaction():
        viewer = viewer_of(user_id)
        verb(viewer, queries.round_for(viewer, round_id, deciding=True), *given)


def test_an_approval_before_a_recall_does_not_count_for_what_is_sent_next(
    two_needed: None, db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    decide("hoa", round_id)
    with db.transaction():
        lan = viewer_of(cast.lan)
        resource = queries.round_for(lan, round_id).resource
        version = find_version(resource, resource.working_version_id)
        service.recall(lan, resource, version)
        assert version.reviewed is None
        from repo_service.resources import service as resources

        resources.edit_draft(lan, resource, version, {"summary": "Viết lại phần đầu."})
        resources.submit(lan, resource, version)
        second = service.open_round(lan, resource, version).id
    with db.session(writing=False):
        assert queries.approvals([read_round(second).version_id]) == {}
    decide("hoa", second)
    decide("minh", second)
    found = read_round(second)
    assert (found.version.state, found.resource.review_count) == ("published", 2)
    assert found.version.reviewed == {"on": "2026-11-16", "schools": ["THCS Dốc Nắng", "TH&THCS Sóng Xanh"]}


def test_an_editor_in_between_never_approves(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    """A colleague who joined the group, edited the recalled draft and left the group again is still its last editor."""
    round_id = submitted()
    from repo_service.resources import service as resources

    with db.transaction():
        lan, hoa = viewer_of(cast.lan), viewer_of(cast.hoa)
        resource = queries.round_for(lan, round_id).resource
        version = find_version(resource, resource.working_version_id)
        service.recall(lan, resource, version)
        lan_alone = [resources.Author("Lan", cast.lan)]
        resources.set_authors(lan, resource, [*lan_alone, resources.Author("Hoa", cast.hoa)])
        current_session().flush()
        resources.edit_draft(hoa, resource, version, {"summary": "Sửa giúp."})
        resources.set_authors(lan, resource, lan_alone)
        resources.submit(lan, resource, version)
        second = service.open_round(lan, resource, version).id
    with pytest.raises(NotFound):
        decide("hoa", second)
    with pytest.raises(InvalidInput):
        _act(db, cast.minh, second, readers.ask, [cast.hoa])


def test_every_change_of_readers_is_audited_and_refusals_leave_nothing(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    before = _counts(db)
    for name, verb, given in (
        ("lan", readers.hand_back, "x"), ("thao", readers.hand_back, "x"), ("minh", readers.release, cast.thao),
        ("thao", readers.assign, None), ("minh", readers.ask, []),
    ):  # fmt: skip
        with pytest.raises(KhoError):
            _act(db, cast.people[name], round_id, verb, given)
    assert _counts(db) == before
    _act(db, cast.hoa, round_id, readers.hand_back, "bận")
    assert _counts(db) == (before[0] + 1, before[1] + 1, before[2])


def _counts(db: Database) -> tuple[int, ...]:
    with db.session(writing=False) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (AuditEntry, OutboxRow, ReviewAssignment)
        )
