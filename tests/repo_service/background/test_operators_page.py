"""*Việc nền*: the administrator sees what waits, runs and failed, tries it again or drops it; nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from repo_service import worker
from repo_service.background.commands import outbox as command
from repo_service.background.progress import Progress, Reporter
from repo_service.background.queries import PAGE_SIZE
from repo_service.background.words import TOPICS
from repo_service.core import clock, outbox
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from tests.cast import Cast
from tests.factories import counted_statements

SignIn = Callable[[str], FlaskClient]
PATH = "/so/viec-nen"
POLLING = "data-hx-trigger"


def dead(db: Database, *names: str, error: str = "IndexingFailed: x: mapper_parsing_exception") -> list[int]:
    """Rows of these objects on the dead-letter list; their numbers."""
    rows = [
        OutboxRow(topic="resource.changed", object_id=name, attempts=8, dead_at=clock.now(), error=error)
        for name in names
    ]
    with db.transaction() as session:
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def row_of(db: Database, row_id: int) -> OutboxRow:
    with db.session(writing=False) as session:
        return session.get_one(OutboxRow, row_id)


def audits(db: Database) -> list[AuditEntry]:
    with db.session(writing=False) as session:
        entries = select(AuditEntry).where(AuditEntry.object_kind == "outbox")
        return list(session.scalars(entries.order_by(AuditEntry.id)))


def test_every_topic_of_the_workers_has_words() -> None:
    assert set(TOPICS) == {*worker.TOPICS, *worker.INDEX_TOPICS, *worker.SLOW_TOPICS}


@pytest.mark.parametrize("who", ["lan", "minh", "tuan"])
def test_others_find_neither_the_page_nor_its_verbs(sign_in: SignIn, db: Database, who: str) -> None:
    (row_id,) = dead(db, "a")
    browser = sign_in(who)
    assert [browser.get(path).status_code for path in (PATH, f"{PATH}/dang-lam")] == [404, 404]
    verbs = ("thu-lai", f"{row_id}/thu-lai", f"{row_id}/bo", "lap-lai-chi-muc")
    assert [browser.post(f"{PATH}/{verb}", data={"reason": "x"}).status_code for verb in verbs] == [404] * 4
    assert row_of(db, row_id).dead_at is not None and audits(db) == []
    assert PATH not in browser.get("/so").get_data(as_text=True)


def test_a_guest_is_asked_to_sign_in(client: FlaskClient, db: Database) -> None:
    assert client.get(PATH).status_code == 302


def test_the_page_tells_what_waits_and_what_failed_in_words(sign_in: SignIn, db: Database) -> None:
    with db.transaction() as session:
        session.add_all(OutboxRow(topic="file.stored", object_id=name) for name in ("f1", "f2"))
    dead(db, "a<b>")
    browser = sign_in("quantri")
    page = browser.get(PATH).get_data(as_text=True)
    for text in (
        str(TOPICS["file.stored"]),
        "Bộ máy tìm không nhận nội dung này.",
        "đã thử 8 lần",
        "a&lt;b&gt;",
    ):
        assert text in page, text
    assert "Thử lại tất cả" not in page, "one piece of work has its own button"
    assert PATH in browser.get("/so").get_data(as_text=True)


def test_a_long_list_comes_in_pages_for_three_statements(sign_in: SignIn, db: Database) -> None:
    dead(db, *(f"thing{number:02}" for number in range(PAGE_SIZE + 1)))
    browser = sign_in("quantri")
    browser.get(PATH)
    with counted_statements(db) as seen:
        first = browser.get(PATH).get_data(as_text=True)
    assert len(seen) <= 4, seen  # one is the session's
    second = browser.get(f"{PATH}?trang=2").get_data(as_text=True)
    assert "thing20" in first and "thing00" not in first and "thing00" in second
    assert "thing" not in browser.get(f"{PATH}?trang=999999999999").get_data(as_text=True)


def test_failed_work_is_tried_again_and_audited(
    sign_in: SignIn, db: Database, cast: Cast, work: Callable[[], None]
) -> None:
    first, second = dead(db, "a", "b")
    assert sign_in("quantri").post(f"{PATH}/{first}/thu-lai").status_code == 303
    assert row_of(db, first).attempts == 0 and row_of(db, second).dead_at is not None
    work()
    assert row_of(db, first).done_at is not None
    (entry,) = audits(db)
    assert (entry.actor_id, entry.action, entry.object_id) == (cast.quantri, "background.retried", str(first))


def test_everything_is_tried_again_at_one_click(
    sign_in: SignIn, db: Database, work: Callable[[], None]
) -> None:
    rows = dead(db, "a", "b", "c")
    browser = sign_in("quantri")
    assert "Thử lại tất cả" in browser.get(PATH).get_data(as_text=True)
    browser.post(f"{PATH}/thu-lai")
    work()
    assert all(row_of(db, row_id).done_at for row_id in rows)
    assert [entry.values for entry in audits(db)] == [{"topics": {"resource.changed": 3}}]


def test_work_is_dropped_with_a_reason_only(sign_in: SignIn, db: Database) -> None:
    (row_id,) = dead(db, "a")
    browser = sign_in("quantri")
    for reason in ("", "   ", "x" * 501):
        refused = browser.post(f"{PATH}/{row_id}/bo", data={"reason": reason})
        assert refused.status_code == 422 and "Ghi lí do" in refused.get_data(as_text=True)
    browser.post(f"{PATH}/{row_id}/bo", data={"reason": "tệp hỏng từ đầu"})
    with db.session(writing=False) as session:
        assert outbox.dead(session) == [] and outbox.waiting(session) == 0
    (entry,) = audits(db)
    assert entry.action == "background.dropped" and entry.values["reason"] == "tệp hỏng từ đầu"
    assert browser.post(f"{PATH}/{row_id}/thu-lai").status_code == 404, "it is no longer on the list"


def test_the_index_is_rebuilt_at_a_click_and_asked_for_once(
    sign_in: SignIn, db: Database, work: Callable[[], None]
) -> None:
    browser = sign_in("quantri")
    for _ in range(2):
        browser.post(f"{PATH}/lap-lai-chi-muc")
    with db.session(writing=False) as session:
        assert session.scalars(select(OutboxRow.topic)).all() == ["index.rebuild"]
        assert outbox.waiting(session) == 1
    work()
    with db.session(writing=False) as session:
        assert outbox.waiting(session) == 0 and outbox.dead(session) == []


def test_progress_is_polled_while_there_is_any(
    sign_in: SignIn, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repo_service.background.progress.EVERY_SECONDS", 0)
    browser = sign_in("quantri")
    assert POLLING not in browser.get(f"{PATH}/dang-lam").get_data(as_text=True)
    with Reporter(db, "index.rebuild:index", total=200) as report:
        report(50)
        shown = browser.get(f"{PATH}/dang-lam").get_data(as_text=True)
        assert POLLING in shown and 'value="25"' in shown and "Lập lại chỉ mục" in shown
    assert POLLING not in browser.get(f"{PATH}/dang-lam").get_data(as_text=True)


def test_short_work_tells_nothing(db: Database) -> None:
    with Reporter(db, "file.stored:f", total=2) as report:
        report(1)
        with db.session(writing=False) as session:
            assert session.scalars(select(Progress)).all() == []


def test_the_same_list_is_kept_from_the_command_line(db: Database) -> None:
    first, second = dead(db, "a", "b", error="KeyError: 'x'")

    def kho(*arguments: str) -> str:
        done = CliRunner().invoke(command, arguments, obj=db)
        return f"{done.exit_code} {done.output}"

    listed = kho("list")
    assert f"{first}\tresource.changed\ta\t8" in listed and "KeyError: 'x'" in listed
    assert kho("retry").startswith("2 ") and kho("retry", "999999").startswith("1 ")
    assert kho("retry", str(first)).startswith("0 ") and row_of(db, first).dead_at is None
    assert kho("drop", str(second), "--reason", " ").startswith("1 ")
    assert kho("drop", str(second), "--reason", "thử").startswith("0 ")
    assert kho("retry", "--all") == "0 Đã xếp lại 0 việc.\n"
    with db.transaction() as session:
        session.execute(delete(OutboxRow))
    assert kho("list") == "0 "
