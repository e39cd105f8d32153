"""The index follows the database: after changes, after a loss, by command, and while the engine is away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select

from indexer import Delete, EngineUnavailable, ItemResult, Outcome, SearchRequest
from repo_service.background.words import REBUILD_TOPIC
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow, emit
from repo_service.derivatives.models import FileText
from repo_service.resources import service
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import find_resource, find_version
from repo_service.search import commands, jobs, upkeep
from tests.cast import Cast
from tests.factories import draft, published, viewer_of

Signer = Callable[[str], FlaskClient]
Work = Callable[[], None]


def titles(browser: FlaskClient, q: str, **more: Any) -> list[str]:
    answer = browser.get("/api/search", query_string={"q": q, **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [hit["title"] for hit in answer.get_json()["hits"]]


@pytest.fixture
def lesson(db: Database, cast: Cast, work: Work) -> str:
    """One published work of Lan; its id."""
    with db.transaction():
        made = published(cast.lan, cast.clusters["K2"], title="Hỗn số dương").id
    work()
    return made


def run(db: Database, *arguments: str) -> Result:
    return CliRunner().invoke(commands.index, list(arguments), obj=db)


def test_a_correction_is_found_after_the_next_work(
    lesson: str, db: Database, cast: Cast, work: Work, sign_in: Signer
) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        resource = find_resource(lan, lesson)
        current = find_version(resource, resource.current_version_id)
        service.correct_metadata(lan, resource, current, {"title": "Số thập phân hữu hạn"})
    work()
    assert titles(sign_in("lan"), "so thap phan") == ["Số thập phân hữu hạn"]
    assert titles(sign_in("lan"), '"hỗn số"') == []


def test_a_narrower_reach_leaves_the_index_at_once(
    lesson: str, db: Database, cast: Cast, work: Work, sign_in: Signer
) -> None:
    assert titles(sign_in("quang"), "hon so") == ["Hỗn số dương"]
    with db.transaction():
        lan = viewer_of(cast.lan)
        service.change_reach(lan, find_resource(lan, lesson), "rieng", "dung-chung-tinh")
    work()
    assert sign_in("quang").get("/api/search?q=hon+so").get_json()["total"] == 0


def test_the_text_of_a_file_is_found_once_it_was_read(
    lesson: str, db: Database, work: Work, sign_in: Signer
) -> None:
    with db.transaction() as session:
        file_id = session.scalars(select(VersionFile.file_id)).first()
        session.merge(FileText(file_id=file_id, text="Đong nếp bằng lon ở chợ phiên Măng Đen"))
        session.flush()
        jobs.reindex_holders_of_file(OutboxRow(topic="file.extracted", object_id=file_id, values={}))
    work()
    answer = sign_in("lan").get("/api/search?q=cho phien mang den").get_json()
    assert [hit["id"] for hit in answer["hits"]] == [lesson]
    assert "<mark>" in answer["hits"][0]["snippet"]


def test_a_draft_never_enters_the_index(db: Database, cast: Cast, work: Work, sign_in: Signer) -> None:
    with db.transaction():
        resource, version = draft(cast.lan, cast.clusters["K2"], title="Bản nháp bí mật")
        service.submit(viewer_of(cast.lan), resource, version)
    work()
    assert titles(sign_in("lan"), "bi mat") == []
    assert backends.search_engine().status().documents == 0


def test_a_refused_document_keeps_its_rows_waiting(
    lesson: str, db: Database, monkeypatch: pytest.MonkeyPatch, work: Work
) -> None:
    engine = backends.search_engine()
    refuse = lambda batch: [ItemResult(one.id, one.revision, Outcome.FAILED, "broken") for one in batch]  # noqa: E731
    with db.transaction():
        emit("resource.changed", lesson)
    with monkeypatch.context() as patched:
        patched.setattr(engine, "apply", refuse)
        work()
    with db.session(writing=False) as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).one()
        assert row.error is not None and "broken" in row.error


def test_an_index_that_is_gone_is_filled_from_the_database(
    lesson: str, db: Database, settings: Any, sign_in: Signer
) -> None:
    backends.configure(settings)  # an engine with nothing in it
    lan = sign_in("lan")
    assert lan.get("/api/search?q=hon+so").get_json()["by_title_only"] is True
    jobs.reconcile(db)
    answer = lan.get("/api/search?q=hon+so").get_json()
    assert answer["by_title_only"] is False and answer["total"] == 1


def test_reconciling_repairs_both_directions(
    lesson: str, db: Database, cast: Cast, work: Work, sign_in: Signer
) -> None:
    with db.transaction() as session:
        for title in ("Bài bị quên", "Bài còn sót"):
            published(cast.lan, cast.clusters["K2"], title=title)
    work()
    with db.transaction() as session:
        forgotten = find_by_title(session, "Bài bị quên")
        left_over = find_by_title(session, "Bài còn sót")
        backends.search_engine().apply([Delete(forgotten.id, forgotten.revision)])
        left_over.state = "withdrawn"  # behind the service's back: no outbox row
        left_over.revision += 1
    with db.session(writing=False):
        drift = upkeep.find_drift()
    assert len(drift.missing) == len(drift.surplus) == 1
    jobs.reconcile(db)
    with db.session(writing=False):
        assert not upkeep.find_drift()
    assert titles(sign_in("lan"), "bai bi quen")[0] == "Bài bị quên"
    found = backends.search_engine().search(SearchRequest(text="Bài còn sót", access=["tinh"], relax_below=0))
    assert found.total == 0


def test_a_document_that_is_older_than_its_row_is_found_and_renewed(
    lesson: str, db: Database, sign_in: Signer
) -> None:
    with db.transaction() as session:
        resource = session.get_one(Resource, lesson)
        session.get_one(ResourceVersion, resource.current_version_id).title = "Hỗn số âm"
        resource.revision += 1  # its outbox row was done, and the write lost afterwards
    with db.session(writing=False):
        assert upkeep.find_drift().stale == {lesson}
    assert "Cũ trong chỉ mục: 1." in run(db, "check").output
    jobs.reconcile(db)
    with db.session(writing=False):
        assert not upkeep.find_drift()
    assert titles(sign_in("lan"), "hon so am") == ["Hỗn số âm"]


def find_by_title(session: Any, title: str) -> Any:
    return session.scalars(select(Resource).where(Resource.title == title)).one()


def test_rebuild_check_and_status_say_what_they_did(lesson: str, db: Database) -> None:
    rebuilt = run(db, "rebuild")
    assert rebuilt.exit_code == 0 and rebuilt.output == "Chỉ mục đã lập lại: 1 học liệu.\n"
    assert run(db, "check").output == "Thiếu trong chỉ mục: 0. Thừa trong chỉ mục: 0. Cũ trong chỉ mục: 0.\n"
    status = run(db, "status").output
    assert "Trong chỉ mục: 1 / 1 học liệu" in status and "Chờ ghi vào chỉ mục: 0" in status


def test_check_ends_with_an_error_until_repaired(lesson: str, db: Database) -> None:
    backends.search_engine().apply([Delete(lesson, 1000)])
    assert run(db, "check").exit_code == 1
    with db.transaction() as session:
        find_by_title(session, "Hỗn số dương").revision = 1001
    assert run(db, "check", "--repair").exit_code == 0
    assert run(db, "check").exit_code == 0


def test_check_without_an_index_says_which_command_to_run(db: Database) -> None:
    answer = run(db, "check")
    assert answer.exit_code == 1 and "kho index rebuild" in answer.output


def test_rebuild_hands_over_to_the_process_that_holds_the_index(
    lesson: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, done = backends.search_engine(), []
    rebuild = engine.rebuild

    def held(documents: Any) -> int:
        if threading.current_thread() is threading.main_thread():
            raise EngineUnavailable("another process holds the writer")
        done.append(rebuild(documents))
        return done[0]

    def server() -> None:
        while not done:
            with db.session(writing=False) as session:
                row = session.scalars(
                    select(OutboxRow).where(OutboxRow.topic == REBUILD_TOPIC)
                ).first()
            if row is not None:
                jobs.rebuild(row, db)
                with db.transaction() as session:
                    session.get_one(OutboxRow, row.id).done_at = row.created_at

    monkeypatch.setattr(engine, "rebuild", held)
    beside = threading.Thread(target=server)
    beside.start()
    answer = run(db, "rebuild")
    beside.join(timeout=20)
    assert answer.exit_code == 0 and done == [1]


def test_a_rebuild_nobody_takes_ends_with_words(
    lesson: str, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_documents: object) -> int:
        raise EngineUnavailable("another process holds the writer")

    monkeypatch.setattr(backends.search_engine(), "rebuild", held)
    monkeypatch.setattr(commands, "PATIENCE_SECONDS", -1)
    answer = run(db, "rebuild")
    assert answer.exit_code == 1 and "kho serve" in answer.output
