"""Where a virus scanner is set nobody gets a file before it was scanned, whatever the scanner does (A33, I5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.cli import cli
from repo_service.core import backends, clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.outbox import OutboxRow
from repo_service.files import scanning
from repo_service.files.models import StoredFile
from repo_service.files.scanning import clamd, jobs
from repo_service.notifications.models import Notification
from repo_service.resources.models import VersionFile
from repo_service.settings import ConfigurationError, Settings
from repo_service.worker import SCHEDULES
from tests import databases
from tests.cast import Cast
from tests.clamd_stand_in import StandIn, listening
from tests.factories import published, stored_file
from tests.repo_service.files.conftest import Upload

SignIn = Callable[[str], FlaskClient]
Work = Callable[[], None]
GOOD, EVIL = "Bài học về phân số".encode(), b"mot dong EVIL-MARKER trong bai"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, storage_url=f"file:{settings.data / 'files'}")


@pytest.fixture
def clam(app: KhoFlask, settings: Settings) -> Iterator[StandIn]:
    """A clamd that answers, and an installation that asks it."""
    with listening() as stand_in:
        backends.configure(replace(settings, scanner_url=stand_in.url))
        yield stand_in
    backends.configure(settings)


@pytest.fixture
def kho(settings: Settings, clam: StandIn) -> Callable[..., Result]:
    def run(*arguments: str, **more: str) -> Result:
        env = {
            "KHO_DATA": str(settings.data), "STORAGE_URL": settings.storage_url, "SCANNER_URL": clam.url,
            **databases.environment(settings.data), **more,
        }  # fmt: skip
        answer = CliRunner().invoke(cli, list(arguments), env=env)
        backends.configure(replace(settings, scanner_url=clam.url))
        return answer

    return run


def a_work(db: Database, cast: Cast, content: bytes) -> tuple[str, StoredFile]:
    """A published work whose one file waits for its scan, like one that was just uploaded."""
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"])
        file = stored_file(cast.lan, "phan-so.txt", content)
        file.state = "checking"
        session.execute(
            update(VersionFile).where(VersionFile.version_id == resource.current_version_id).values(file_id=file.id)
        )
        session.add(OutboxRow(topic="file.stored", object_id=file.id, values={}))
        return resource.id, file


def bytes_at(browser: FlaskClient, address: str) -> bytes:
    with browser.get(address) as answer:
        return answer.data


def row_of(db: Database, file_id: str) -> StoredFile:
    with db.session(writing=False) as session:
        return session.get_one(StoredFile, file_id)


def hurry(db: Database) -> None:
    """What waits for another try is due now."""
    with db.transaction() as session:
        session.execute(update(OutboxRow).where(OutboxRow.done_at.is_(None)).values(available_at=clock.now()))


def scan_in_turn(db: Database) -> None:
    """The schedule of scanning, later than an upload's own work."""
    with clock.pinned(clock.now() + timedelta(minutes=11)):
        next(each for each in SCHEDULES if each.name == "files.scan").work(db)


def test_an_upload_is_served_after_its_scan_and_not_before(
    clam: StandIn, upload: Upload, db: Database, cast: Cast, work: Work, sign_in: SignIn
) -> None:
    assert upload("bai.txt", GOOD)["state"] == "checking"
    resource_id, file = a_work(db, cast, GOOD)
    lan = sign_in("lan")
    address = f"/api/resources/{resource_id}/files/{file.id}"
    assert lan.get(address).status_code == 409
    assert "Tệp chờ quét virus" in lan.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    work()
    assert bytes_at(lan, address) == GOOD and clam.seen == [GOOD, GOOD]
    scanned = row_of(db, file.id)
    assert (scanned.state, scanned.scan_result, scanned.text_state) == ("ready", "clean", "ready")
    assert "đã quét virus" not in lan.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "đã quét virus 16/11/2026" in sign_in("tuan").get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)


def test_while_the_scanner_is_away_files_wait_and_no_attempt_counts(
    app: KhoFlask, settings: Settings, db: Database, cast: Cast, work: Work, sign_in: SignIn, tmp_path: Path
) -> None:
    backends.configure(replace(settings, scanner_url=f"unix:{tmp_path / 'nobody'}"))
    resource_id, file = a_work(db, cast, GOOD)
    for _ in range(10):
        work()
        hurry(db)
    assert sign_in("lan").get(f"/api/resources/{resource_id}/files/{file.id}").status_code == 409
    with db.session(writing=False) as session:
        waits = session.scalars(select(OutboxRow).where(OutboxRow.topic == "file.stored")).one()
        assert (waits.attempts, waits.dead_at) == (0, None) and "ScannerUnavailable" in str(waits.error)
    assert row_of(db, file.id).text_state == "waiting", "nothing is read out of it either"
    with listening() as back:
        backends.configure(replace(settings, scanner_url=back.url))
        hurry(db)
        work()
    assert row_of(db, file.id).scan_result == "clean"


def test_a_virus_is_held_with_its_name_told_and_released_when_signatures_say_so(
    clam: StandIn, kho: Callable[..., Result], db: Database, cast: Cast, work: Work, sign_in: SignIn
) -> None:
    resource_id, file = a_work(db, cast, EVIL)
    work()
    held = row_of(db, file.id)
    assert (held.state, held.reason, held.threat) == ("quarantined", "virus", "Kho.Test.Marker")
    assert held.text_state == "waiting"
    lan = sign_in("lan")
    assert lan.get(f"/api/resources/{resource_id}/files/{file.id}").status_code == 404
    page = lan.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "mã độc" in page and "Kho.Test.Marker" in page
    assert "phan-so.txt” (Kho.Test.Marker)" in lan.get("/thong-bao").get_data(as_text=True)
    with db.session(writing=False) as session:
        told = set(session.scalars(select(Notification.user_id).where(Notification.kind == "file.infected")))
    assert told == {cast.lan, cast.quantri}
    assert "1 tệp có virus" in kho("scan").output
    clam.markers = ()
    assert "0 tệp có virus" in kho("scan").output
    assert bytes_at(lan, f"/api/resources/{resource_id}/files/{file.id}") == EVIL
    work()
    assert row_of(db, file.id).threat is None


@pytest.mark.parametrize("mood", ["hang", "cut", "garbage", "nonsense"])
def test_a_scanner_that_breaks_off_at_a_file_never_makes_it_clean(
    mood: str, clam: StandIn, db: Database, cast: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clamd, "ANSWER_SECONDS", 0.1)
    clam.mood = mood
    _, file = a_work(db, cast, GOOD)
    with pytest.raises(scanning.ScanFailed):
        jobs.scan_stored(file.id, db)
    work()
    assert row_of(db, file.id).state == "checking"
    scan_in_turn(db)
    held = row_of(db, file.id)
    assert (held.state, held.reason, held.scan_result) == ("quarantined", "scan_failed", None)
    clam.mood = "ok"
    jobs.scan_or_hold(file.id, db)
    assert row_of(db, file.id).state == "ready"


@pytest.mark.parametrize("holds", [True, False])
def test_a_file_over_the_scanners_limit_is_not_scanned_and_the_setting_says_whether_it_is_served(
    holds: bool, clam: StandIn, settings: Settings, db: Database, cast: Cast, work: Work, sign_in: SignIn
) -> None:
    backends.configure(replace(settings, scanner_url=clam.url, holds_too_big=holds))
    clam.limit = 100_000
    resource_id, file = a_work(db, cast, b"dai " * 150_000)
    work()
    row = row_of(db, file.id)
    assert (row.state, row.reason) == (("quarantined", "scan_too_big") if holds else ("ready", None))
    assert row.scan_result == "too_big"
    said = "chưa quét virus được nên Kho tạm giữ" if holds else "chưa quét virus"
    assert said in sign_in("tuan").get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "mức máy quét" in sign_in("lan").get(f"/hoc-lieu/{resource_id}").get_data(as_text=True) or not holds


def test_files_of_before_wait_for_their_scan_and_are_ready_again_without_a_scanner(
    clam: StandIn, settings: Settings, db: Database, cast: Cast
) -> None:
    with db.transaction():
        old = [stored_file(cast.lan, f"{n}.txt", GOOD) for n in range(3)]
        bad = stored_file(cast.lan, "x.txt", EVIL)
    jobs.hold_or_release(db)
    assert {row_of(db, file.id).state for file in old} == {"checking"}
    backends.configure(replace(settings, scanner_url=None))
    jobs.hold_or_release(db)
    assert {row_of(db, file.id).state for file in [*old, bad]} == {"ready"}
    assert {row_of(db, file.id).scan_result for file in old} == {None}, "nobody says that they were scanned"
    backends.configure(replace(settings, scanner_url=clam.url))
    scan_in_turn(db)
    assert {(row_of(db, file.id).state, row_of(db, file.id).scan_result) for file in old} == {("ready", "clean")}
    assert row_of(db, bad.id).reason == "virus"
    backends.configure(replace(settings, scanner_url=None))
    jobs.scan_stored(bad.id, db)
    jobs.hold_or_release(db)
    assert row_of(db, bad.id).reason == "virus", "held also when the scanner is gone"


def test_bytes_that_went_straight_to_a_bucket_are_checked_and_scanned_in_one_look(
    clam: StandIn, db: Database, cast: Cast, work: Work
) -> None:
    for content, state in ((GOOD, "ready"), (EVIL, "quarantined")):
        _, file = a_work(db, cast, content)
        with db.transaction() as session:
            session.get_one(StoredFile, file.id).sha256 = None
        work()
        assert (row_of(db, file.id).state, len(row_of(db, file.id).sha256 or "")) == (state, 64)
        assert clam.seen[-1] == content


def test_scanning_everything_again_finds_what_older_signatures_did_not_know(
    clam: StandIn, kho: Callable[..., Result], db: Database, cast: Cast
) -> None:
    clam.markers = ()
    _, file = a_work(db, cast, EVIL)
    assert kho("scan").exit_code == 0 and row_of(db, file.id).state == "ready"
    clam.markers = (b"EVIL-MARKER",)
    kho("scan")
    assert row_of(db, file.id).state == "ready", "what was clean is not read again for nothing"
    kho("scan", "--all")
    assert row_of(db, file.id).reason == "virus"
    away = kho("scan", "--all", SCANNER_URL="unix:/nowhere/clamd.ctl")
    assert away.exit_code == 1 and "nowhere" in away.output
    assert "SCANNER_URL" in kho("scan", SCANNER_URL="").output


def test_the_doctor_says_what_the_scanner_knows_and_that_nothing_is_scanned_without_one(
    clam: StandIn, kho: Callable[..., Result], settings: Settings, db: Database, cast: Cast
) -> None:
    kho("init")
    with db.transaction():
        stored_file(cast.lan)
    good = kho("doctor").output
    assert "nhận ra tệp thử EICAR" in good and "Chưa quét virus mà vẫn mở được: 1 tệp" in good
    assert "Chờ quét virus" not in good and "ClamAV 1.4.6/27800" in good
    clam.markers = ()
    assert "không nhận ra tệp thử EICAR" in kho("doctor").output
    clam.markers, clam.version = (b"EICAR-STANDARD",), "ClamAV 1.4.6"
    assert "bộ dấu hiệu không rõ ngày" in kho("doctor").output
    assert "không trả lời" in kho("doctor", SCANNER_URL="tcp://127.0.0.1:9").output
    assert "tệp chưa quét virus" in kho("doctor", SCANNER_URL="").output


def test_a_wrong_setting_is_refused_at_the_start() -> None:
    for env in (
        {"SCANNER_URL": "/run/clamd.ctl"}, {"SCANNER_URL": "tcp://"}, {"SCANNER_URL": "http://clam"},
        {"SCANNER_TOO_BIG": "perhaps"},
    ):  # fmt: skip
        with pytest.raises(ConfigurationError, match="SCANNER_"):
            Settings.from_env({**env, "SECRET_KEY": "x" * 32})
    read = Settings.from_env({"SCANNER_URL": "tcp://clam:3310", "SCANNER_TOO_BIG": "serve", "SECRET_KEY": "x" * 32})
    assert read.scanner_url == "tcp://clam:3310" and not read.holds_too_big
