"""Files that could not be read when they came are taken up again, a stretch at a time, each once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from indexer.extraction import READER_VERSION
from repo_service.cli import cli
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.derivatives import remaking
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from tests.cast import Cast
from tests.factories import stored_file
from tests.repo_service.files.samples import docx, image, pdf
from tests.samples.media_types import DOCX, PDF
from tests.samples.programs import install_only

READS = (
    'if [ "$1" = --list-langs ]; then echo vie; exit 0; fi; /bin/cat > /dev/null; '
    r"printf 'block_num\tpar_num\tline_num\tconf\ttext\n1\t1\t1\t96\tChữ\n1\t1\t1\t96\ttrong\n1\t1\t1\t96\tảnh\n'"
)
Made = Callable[..., str]


@pytest.fixture
def made(db: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """`made(name, content, media_type, column=...)`: a stored file as an older release left it; no programs here."""
    install_only(monkeypatch, tmp_path / "bin")

    def make(name: str, content: bytes, media_type: str, **columns: object) -> str:
        with db.transaction():
            file = stored_file(cast.lan, name, content)
            file.media_type, file.state, file.text_state, file.preview_state = (
                media_type,
                "ready",
                "none",
                "none",
            )
            for column, value in columns.items():
                setattr(file, column, value)
            return file.id

    return make


def _texts(db: Database) -> dict[str, str]:
    with db.session(writing=False) as session:
        return {row.file_id: row.text for row in session.scalars(select(FileText))}


def _ask(db: Database, which: str = remaking.HOPEFUL) -> None:
    with db.transaction() as session:
        session.add(OutboxRow(topic="files.remake", object_id=which))


def test_what_an_older_release_could_not_read_is_read_and_the_rest_left_alone(
    db: Database, made: Made, work: Callable[[], None]
) -> None:
    old = made("a.docx", docx("Đọc được rồi"), DOCX, text_reason="unsupported")
    known = made("b.docx", docx("Đã biết"), DOCX, text_reason="unsupported", made_with=READER_VERSION)
    waiting = made("c.docx", docx("Đang chờ"), DOCX, text_state="waiting")
    held = made("d.docx", docx("Bị giữ"), DOCX, text_reason="unsupported", state="quarantined")
    _ask(db)
    work()
    assert set(_texts(db)) == {old} and not {known, waiting, held} & set(_texts(db))
    with db.session(writing=False):
        assert remaking.count() == 0


def test_scans_are_taken_up_once_the_program_is_there(
    db: Database, made: Made, work: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = made("a.png", image("PNG"), "image/png", text_reason="no_ocr", made_with=READER_VERSION)
    remaking.ask_daily(db)
    work()
    assert _texts(db) == {}
    install_only(monkeypatch, tmp_path / "bin", tesseract=READS)
    remaking.ask_daily(db)
    work()
    assert _texts(db) == {scan: "Chữ trong ảnh"}
    with db.session(writing=False) as session:
        assert session.get_one(StoredFile, scan).text_reason == "ocr"
        asked = session.scalars(select(OutboxRow).where(OutboxRow.topic == "files.remake")).all()
    remaking.ask_daily(db)
    with db.session(writing=False) as session:
        again = session.scalars(select(OutboxRow).where(OutboxRow.topic == "files.remake")).all()
    assert len(again) == len(asked) == 1, "nothing is left to hope for"


def test_a_missing_program_is_noted_and_its_files_wait_for_it(
    db: Database, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_id = made("a.docx", docx("Phân số"), DOCX, text_reason="unsupported")
    remaking.make_of_file(file_id, db)
    with db.session(writing=False) as session:
        file = session.get_one(StoredFile, file_id)
        assert (file.preview_state, file.preview_reason, file.made_with) == (
            "none",
            "no_program",
            READER_VERSION,
        )
        assert remaking.count(every=True) == 0
    install_only(monkeypatch, tmp_path / "bin", soffice="exit 1")
    with db.session(writing=False):
        assert remaking.count() == 1
    remaking.make_of_file(file_id, db)
    with db.session(writing=False) as session:
        assert session.get_one(StoredFile, file_id).preview_reason == "damaged"
        assert remaking.count() == 0


def test_a_long_list_goes_on_in_stretches_and_ends(
    db: Database, made: Made, work: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {made(f"{n}.docx", docx(f"Bài số {n}"), DOCX, text_reason="unsupported") for n in range(3)}
    monkeypatch.setattr(remaking, "STRETCH_SECONDS", 0.0)
    monkeypatch.setattr(remaking, "_BATCH", 2)
    _ask(db)
    work()
    assert set(_texts(db)) == files
    with db.session(writing=False) as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "files.remake")).all()
        assert len(rows) > 1 and all(row.done_at for row in rows)


def test_a_file_whose_bytes_are_gone_stops_nobody(db: Database, made: Made, work: Callable[[], None]) -> None:
    gone = made("a.docx", docx("Mất"), DOCX, text_reason="unsupported", key="files/aa/bb/khong-co")
    there = made("b.docx", docx("Còn"), DOCX, text_reason="unsupported")
    _ask(db)
    work()
    assert set(_texts(db)) == {there} and gone not in _texts(db)


def test_everything_of_an_older_release_is_remade_on_demand(
    db: Database, made: Made, work: Callable[[], None]
) -> None:
    drawn = made("a.pdf", pdf(1), PDF, text_state="ready", preview_state="ready", preview_pages=9)
    with db.session(writing=False):
        assert (remaking.count(), remaking.count(every=True)) == (0, 1)
    _ask(db, remaking.EVERY)
    work()
    with db.session(writing=False) as session:
        assert session.get_one(StoredFile, drawn).preview_pages == 1


def test_an_administrator_asks_once_at_a_click(sign_in: Callable[[str], FlaskClient], db: Database) -> None:
    browser = sign_in("quantri")
    for said in ("Đã xếp việc đọc lại", "đang được đọc lại rồi"):
        page = browser.post("/so/viec-nen/doc-lai-tep", follow_redirects=True).get_data(as_text=True)
        assert said in page
    assert sign_in("tuan").post("/so/viec-nen/doc-lai-tep").status_code == 404
    with db.session(writing=False) as session:
        assert session.scalars(select(OutboxRow.topic)).all() == ["files.remake"]


def test_the_command_says_how_many(db: Database, made: Made, tmp_path: Path) -> None:
    from tests import databases

    env = {"KHO_DATA": str(tmp_path), **databases.environment(tmp_path)}
    assert CliRunner().invoke(cli, ["migrate"], env=env).exit_code == 0
    answer = CliRunner().invoke(cli, ["derivatives", "remake", "--all"], env=env)
    assert (answer.exit_code, answer.output) == (0, "Không có tệp nào cần đọc lại.\n")
