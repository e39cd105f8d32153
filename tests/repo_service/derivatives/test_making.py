"""Text and pictures of files, made in the background; what cannot be read says so and stays."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.background.progress import Reporter
from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Database, KhoFlask, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.derivatives import jobs, queries
from repo_service.derivatives.models import FileText, Picture
from repo_service.derivatives.pages import picture_url
from repo_service.files.models import StoredFile
from repo_service.resources.queries import files_of
from tests.cast import Cast
from tests.factories import published, stored_file
from tests.repo_service.files.samples import docx, image, pdf
from tests.samples.media_types import DOCX, PDF
from tests.samples.pictures import encrypted_pdf


def _make(db: Database, cast: Cast, name: str, content: bytes, media_type: str, **columns: object) -> str:
    with db.transaction():
        file = stored_file(cast.lan, name, content)
        file.media_type = media_type
        for column, value in columns.items():
            setattr(file, column, value)
    jobs.make_derivatives(OutboxRow(topic="file.stored", object_id=file.id, values={}), db)
    return file.id


def _file(db: Database, file_id: str) -> StoredFile:
    with db.session(writing=False) as session:
        return session.get_one(StoredFile, file_id)


def test_a_document_gives_its_text(db: Database, cast: Cast) -> None:
    file_id = _make(db, cast, "a.docx", docx("Phân số bằng nhau"), DOCX)
    with db.session(writing=False) as session:
        assert "Phân số bằng nhau" in queries.texts_of([file_id])[file_id]
        assert queries.states_of([file_id])[file_id].settled
        assert session.scalar(select(func.count()).where(OutboxRow.topic == "file.extracted")) == 1


def test_a_reading_keeps_the_headings_and_says_when_it_is_cut(db: Database, cast: Cast) -> None:
    file_id = _make(db, cast, "a.docx", docx("Phân số bằng nhau"), DOCX)
    with db.transaction() as session:
        text = session.get_one(FileText, file_id)
        text.text, text.headings = "I. Mục tiêu\n\nĐọc đúng phân số.\nII. Tiến trình", [0, 3]
    with db.session(writing=False):
        whole = queries.readings_of([file_id], 1000)[file_id]
        assert [(line.text, line.stands_out) for line in whole.lines] == [
            ("I. Mục tiêu", True), ("Đọc đúng phân số.", False), ("II. Tiến trình", True)
        ]  # fmt: skip
        assert not whole.is_cut
        beginning = queries.readings_of([file_id], 11)[file_id]
        assert beginning.is_cut and [line.text for line in beginning.lines] == ["I. Mục tiêu"]


def test_a_pdf_gives_a_thumbnail_and_pages_once_however_often_it_is_done(
    app: KhoFlask, client: FlaskClient, db: Database, cast: Cast
) -> None:
    file_id = _make(db, cast, "a.pdf", pdf(2), PDF)
    jobs.make_derivatives(OutboxRow(topic="file.stored", object_id=file_id, values={}), db)
    file = _file(db, file_id)
    assert (file.text_state, file.preview_state, file.pages, file.has_thumbnail, file.preview_pages) == (
        "ready",
        "ready",
        2,
        True,
        2,
    )
    assert len(list(storage().list("pictures/"))) == 3
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 3
        assert session.scalar(select(func.count()).select_from(FileText)) == 1
    with app.test_request_context("/"):
        url, same = picture_url(file_id, 1), picture_url(file_id, 1)
    assert url == same
    shown = client.get(url)
    assert (shown.status_code, shown.mimetype, shown.get_data()[:4]) == (200, "image/webp", b"RIFF")
    assert shown.headers["Cache-Control"].startswith("private, max-age=")
    assert client.get(url.partition("?")[0]).status_code == 404
    assert client.get(url.replace("/1.webp", "/2.webp")).status_code == 404
    with clock.pinned(clock.now() + timedelta(days=3)):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("kind", ["damaged", "encrypted"])
def test_an_unreadable_file_stays_and_says_so(db: Database, cast: Cast, tmp_path: Path, kind: str) -> None:
    if kind == "damaged":
        file_id = _make(db, cast, "a.docx", docx()[:200], DOCX)
    else:
        file_id = _make(db, cast, "a.pdf", encrypted_pdf(tmp_path / "k.pdf").read_bytes(), PDF)
    file = _file(db, file_id)
    assert (file.state, file.text_state, file.text_reason) == ("ready", "failed", kind)
    assert "Không đọc được nội dung" in queries.state_of(file).sentence


def test_a_film_gives_nothing_and_is_settled(db: Database, cast: Cast) -> None:
    file = _file(db, _make(db, cast, "a.mp4", b"film", "video/mp4"))
    assert (file.text_state, file.preview_state) == ("none", "none")
    assert queries.state_of(file).settled


@pytest.mark.parametrize(("content", "state"), [(image("PNG"), "ready"), (b"<html>", "quarantined")])
def test_a_file_that_went_to_a_bucket_is_read_and_judged(
    db: Database, cast: Cast, content: bytes, state: str
) -> None:
    file_id = _make(db, cast, "a.png", content, "image/png", state="checking", sha256=None)
    file = _file(db, file_id)
    assert file.state == state
    assert file.sha256 is not None
    assert queries.state_of(file).settled
    assert file.has_thumbnail == (state == "ready")


def test_a_file_that_is_gone_is_no_error(db: Database) -> None:
    jobs.make_derivatives(OutboxRow(topic="file.stored", object_id="0" * 16, values={}), db)


def test_nothing_is_made_of_a_quarantined_file(db: Database, cast: Cast) -> None:
    file_id = _make(db, cast, "a.docx", docx(), DOCX, state="quarantined", reason="polyglot")
    assert _file(db, file_id).text_state == "waiting"
    with db.session(writing=False):
        assert queries.texts_of([file_id]) == {}
        assert "bị giữ lại" in queries.states_of([file_id])[file_id].sentence


def test_bytes_never_come_back_in_the_picture(db: Database, cast: Cast) -> None:
    file_id = _make(db, cast, "a.png", image("PNG"), "image/png")
    with db.session(writing=False):
        picture = queries.find_picture(file_id, 0)
    assert picture is not None
    with storage().open(picture.key) as reader:
        assert io.BytesIO(reader.read()).read(4) == b"RIFF"


def test_the_page_of_a_work_says_how_far_a_large_file_was_read(
    sign_in: Callable[[str], FlaskClient], db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("repo_service.background.progress.EVERY_SECONDS", 0)
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"])
        file_id = files_of([str(resource.current_version_id)])[0].id
        current_session().get_one(StoredFile, file_id).text_state = "waiting"
    browser, path = sign_in("lan"), f"/hoc-lieu/{resource.id}/tep"
    assert "đang đọc nội dung" in browser.get(path).get_data(as_text=True)
    with Reporter(db, queries.reading_of(file_id), total=4000) as report:
        report(1000)
        shown = browser.get(path).get_data(as_text=True)
        assert "đã đọc 25%" in shown and "every 5s" in shown
    assert "đã đọc" not in browser.get(path).get_data(as_text=True)


def test_pictures_that_are_not_made_again_leave_the_store(db: Database, cast: Cast) -> None:
    file_id = _make(db, cast, "a.pdf", pdf(3), PDF)
    assert len(list(storage().list("pictures/"))) == 4
    with db.transaction() as session:
        file = session.get_one(StoredFile, file_id)
        shorter = stored_file(cast.lan, "b.pdf", pdf(1))
        key, shorter.key = shorter.key, "files/aa/bb/khac"
        session.flush()
        file.key, file.size = key, shorter.size
    jobs.make_of_file(file_id, db)
    assert len(list(storage().list("pictures/"))) == 2


def test_folders_that_a_killed_worker_left_are_swept(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    old = ("kho-making-ab12cd34", "kho-child-zz_y9x8w", "kho-data", "other")
    for name in (*old, "kho-making-00000000"):
        (temporary / name / "inside").mkdir(parents=True)
    (temporary / "kho-child-aaaaaaaa").symlink_to(temporary / "other")
    for name in old:
        os.utime(temporary / name, (1, 1))
    jobs.sweep_left_folders(db)
    left = {"kho-child-aaaaaaaa", "kho-data", "kho-making-00000000", "other"}
    assert {path.name for path in temporary.iterdir()} == left, "an installation in a temporary folder stays"
