"""Uploads over HTTP: the whole protocol, cut lines, races, limits, what others may not see."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Database, KhoFlask
from repo_service.files import jobs, limits, service
from repo_service.files.models import StoredFile, UploadSession
from repo_service.organizations import province_settings
from tests.cast import Cast
from tests.factories import counted_statements, viewer_of
from tests.repo_service.files.conftest import Upload, finish, path_of, send, start

MIB = 1024 * 1024
TEXT = ("Bài học về phân số. " * 40).encode()
LONG = bytes("Phân số bằng nhau\n", "utf-8") * 900_000  # three parts of 8 MiB


def test_a_file_goes_up_in_parts_and_is_kept_byte_for_byte(db: Database, upload: Upload) -> None:
    file = upload("Bài 5.txt", LONG[: 17 * MIB])
    expected = hashlib.sha256(LONG[: 17 * MIB]).hexdigest()
    assert (file["state"], file["sha256"], file["size"]) == ("ready", expected, 17 * MIB)
    with db.session(writing=False) as session:
        row = session.get_one(StoredFile, file["id"])
    with storage().open(row.key) as kept:
        assert hashlib.sha256(kept.read()).hexdigest() == expected


def test_parts_may_come_in_any_order_and_etags_without_quotes(lan: FlaskClient) -> None:
    content = LONG[: 17 * MIB]
    opened = start(lan, "a.txt", len(content))
    opened["parts"].reverse()
    parts = [{**part, "etag": part["etag"].strip('"')} for part in send(lan, opened, content)]
    assert finish(lan, opened, parts)["sha256"] == hashlib.sha256(content).hexdigest()


def test_an_upload_resumes_with_the_parts_that_did_not_arrive(lan: FlaskClient) -> None:
    content = LONG[: 17 * MIB]
    opened = start(lan, "a.txt", len(content))
    first = send(lan, {**opened, "parts": opened["parts"][1:2]}, content)
    resumed = lan.get(f"/api/uploads/{opened['id']}").get_json()
    assert [part["number"] for part in resumed["received"]] == [2]
    assert [part["number"] for part in resumed["parts"]] == [1, 3]
    assert f'"{resumed["received"][0]["etag"]}"' == first[0]["etag"]
    file = finish(lan, opened, first + send(lan, resumed, content))
    assert file["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("cut", [0, 1, 7, len(TEXT) - 1])
def test_a_part_cut_at_any_byte_is_refused_and_can_be_sent_again(lan: FlaskClient, cut: int) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    url = path_of(opened["parts"][0]["url"])
    short = lan.put(url, data=TEXT[:cut])
    assert short.status_code == 422
    # the line said the true length, then broke
    broken = lan.put(url, data=TEXT[:cut], headers={"Content-Length": str(len(TEXT))})
    assert 400 <= broken.status_code < 500
    assert finish(lan, opened, send(lan, opened, TEXT))["sha256"] == hashlib.sha256(TEXT).hexdigest()


def test_a_part_that_is_too_long_is_refused(lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    answer = lan.put(path_of(opened["parts"][0]["url"]), data=TEXT + b"x")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_a_part_above_the_limit_of_forms_is_taken(app: KhoFlask, lan: FlaskClient) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] < 8 * MIB
    assert len(send(lan, start(lan, "a.txt", 8 * MIB), LONG[: 8 * MIB])) == 1


def test_part_links_need_no_cookie_and_no_form_token(app: KhoFlask, lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    assert opened["parts"][0]["url"].startswith("http://localhost/")
    assert app.test_client().put(path_of(opened["parts"][0]["url"]), data=TEXT).status_code == 200


def test_a_changed_or_stale_or_foreign_part_link_is_refused(lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", 9 * MIB)
    url = path_of(opened["parts"][1]["url"])
    body = LONG[: 1 * MIB]
    other = start(lan, "b.txt", 9 * MIB)
    for wrong in (
        url[:-8] + ("A" if url[-8] != "A" else "B") + url[-7:],  # the last sign holds bits that mean nothing
        url.replace("/parts/2", "/parts/1"),
        url.partition("?")[0],
        url.replace(opened["id"], other["id"]),
    ):
        assert lan.put(wrong, data=body).status_code == 404
    with clock.pinned(clock.now() + timedelta(hours=3)):
        assert lan.put(url, data=body).status_code == 404
    assert lan.put(url, data=body).status_code == 200


def test_the_database_is_not_asked_while_a_part_comes_in(db: Database, lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    with counted_statements(db) as seen:
        send(lan, opened, TEXT)
    assert seen == []


def test_a_wrong_etag_or_a_missing_part_does_not_complete(lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", 9 * MIB)
    parts = send(lan, opened, LONG[: 9 * MIB])
    url = f"/api/uploads/{opened['id']}/complete"
    for wrong in (
        [parts[0]],
        [parts[0], {"number": 2, "etag": "khong-dung"}],
        parts + [{"number": 3, "etag": "x"}],
        [],
        "x",
    ):
        answer = lan.post(url, json={"parts": wrong})
        assert answer.status_code == 422, wrong
        assert "parts" in answer.get_json()["errors"]
    assert finish(lan, opened, parts)["state"] == "ready"


def test_completing_again_answers_the_same_file_and_stores_one(db: Database, lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    parts = send(lan, opened, TEXT)
    assert finish(lan, opened, parts) == finish(lan, opened, parts)
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
    assert lan.get(f"/api/uploads/{opened['id']}").get_json()["file"]["state"] == "ready"


def test_nobody_else_reaches_an_upload(
    lan: FlaskClient, bearer: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    parts = send(lan, opened, TEXT)
    url = f"/api/uploads/{opened['id']}"
    assert client.get(url).status_code == 401
    assert client.delete(url).status_code in (400, 401)
    for browser, status in ((bearer("quang"), 404), (bearer("minh"), 404)):
        assert browser.get(url).status_code == status
        assert browser.delete(url).status_code == status
        assert browser.post(f"{url}/complete", json={"parts": parts}).status_code == status
    file = finish(lan, opened, parts)
    assert lan.get(f"/api/files/{file['id']}").get_json()["text_state"] == "waiting"
    assert bearer("quang").get(f"/api/files/{file['id']}").status_code == 404


def test_an_aborted_upload_is_gone(lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    parts = send(lan, opened, TEXT)
    assert lan.delete(f"/api/uploads/{opened['id']}").status_code == 204
    assert lan.post(f"/api/uploads/{opened['id']}/complete", json={"parts": parts}).status_code == 404
    assert lan.put(path_of(opened["parts"][0]["url"]), data=TEXT).status_code == 404
    assert lan.get(f"/api/uploads/{opened['id']}").get_json()["state"] == "aborted"
    assert list(storage().list()) == []


@pytest.mark.parametrize(
    ("name", "size", "status", "field"),
    [
        ("a.exe", 10, 422, "filename"),
        ("a", 10, 422, "filename"),
        (".docx", 10, 422, "filename"),
        ("a.txt", 0, 422, "size"),
        ("a.txt", -1, 422, "size"),
        ("a.txt", "10", 422, "size"),
        ("", 10, 422, "filename"),
        (None, 10, 422, "filename"),
        ("a.docx", limits.SIZE_LIMITS["document"] + 1, 413, None),
        ("a.mp4", 2**52, 413, None),
        ("a.sh", 10, 422, "filename"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
    lan: FlaskClient, name: Any, size: Any, status: int, field: str | None
) -> None:
    answer = lan.post("/api/uploads", json={"filename": name, "size": size})
    assert answer.status_code == status
    assert field is None or field in answer.get_json()["errors"]


def test_the_limits_are_told_and_hold_at_their_edge(lan: FlaskClient, client: FlaskClient) -> None:
    told = {each["class"]: each for each in client.get("/api/limits").get_json()["classes"]}
    assert "docx" in told["document"]["extensions"]
    start(lan, "a.docx", told["document"]["max_bytes"])
    biggest = start(lan, "a.mp4", told["video"]["max_bytes"])
    assert len(biggest["parts"]) <= 1000


@pytest.mark.parametrize("size", [1, 8 * MIB, 8 * MIB * 1000, 8 * MIB * 1000 + 1, 50 * 1024 * MIB])
def test_no_file_needs_more_than_a_thousand_parts(size: int) -> None:
    assert -(-size // limits.part_size(size)) <= 1000
    assert limits.part_size(size) >= 8 * MIB


def _allow_gigabytes(monkeypatch: pytest.MonkeyPatch, gigabytes: int) -> None:
    monkeypatch.setattr(service, "province_setting", lambda name: {"files.cluster_quota_gb": gigabytes}[name])


def test_the_quota_of_a_cluster_counts_open_uploads(
    monkeypatch: pytest.MonkeyPatch, lan: FlaskClient
) -> None:
    assert province_settings.DEFINITIONS["files.cluster_quota_gb"].default == 200
    _allow_gigabytes(monkeypatch, 1)
    start(lan, "a.mp4", 900 * MIB)
    assert lan.post("/api/uploads", json={"filename": "b.mp4", "size": 200 * MIB}).status_code == 413
    start(lan, "c.mp4", 100 * MIB)


def test_uploads_begun_at_the_same_moment_never_exceed_the_quota(
    monkeypatch: pytest.MonkeyPatch, db: Database, cast: Cast
) -> None:
    _allow_gigabytes(monkeypatch, 1)
    barrier = threading.Barrier(12)
    answers: list[bool] = []

    def begin() -> None:
        barrier.wait()
        try:
            with db.transaction():
                service.start_upload(viewer_of(cast.lan), "a.mp4", 200 * MIB)
            answers.append(True)
        except service.TooLarge:
            answers.append(False)

    threads = [threading.Thread(target=begin) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True] * 5


def test_a_full_disk_is_told_before_anything_is_accepted(
    monkeypatch: pytest.MonkeyPatch, lan: FlaskClient
) -> None:
    monkeypatch.setattr(type(storage()), "free_bytes", lambda self: service.RESERVE + 100)
    answer = lan.post("/api/uploads", json={"filename": "a.txt", "size": 101})
    assert answer.status_code == 507
    assert answer.content_type == "application/problem+json"
    assert lan.post("/api/uploads", json={"filename": "a.txt", "size": 100}).status_code == 201


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/bai.txt", "bai.txt"),
        ("C:\\Users\\lan\\bai.txt", "bai.txt"),
        ("ba\x00i.txt", "bai.txt"),
        ("bài.txt", "bài.txt"),
        ("gnp\u202e.txt", "gnp.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("CON.txt", "CON.txt"),
        ("  bài   1 .txt ", "bài 1 .txt"),
        ("x" * 900 + ".txt", "x" * 196 + ".txt"),
        ("bài;rm -rf $(x).TXT", "bài;rm -rf $(x).TXT"),
        ("...a.txt", "a.txt"),
    ],
)
def test_a_hostile_name_is_kept_as_a_harmless_one(lan: FlaskClient, typed: str, kept: str) -> None:
    assert start(lan, typed, 5)["filename"] == kept


def test_a_person_without_a_role_may_not_upload(db: Database, cast: Cast) -> None:
    from repo_service.core.errors import NotFound
    from repo_service.core.permissions import Viewer

    with db.transaction(), pytest.raises(NotFound):
        service.start_upload(Viewer(id=cast.lan), "a.txt", 10)


def test_abandoned_uploads_are_swept_after_a_day(db: Database, lan: FlaskClient) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    send(lan, opened, TEXT)
    jobs.sweep_abandoned(db)
    assert lan.get(f"/api/uploads/{opened['id']}").get_json()["state"] == "open"
    with clock.pinned(clock.now() + timedelta(hours=25)):
        jobs.sweep_abandoned(db)
    assert lan.get(f"/api/uploads/{opened['id']}").get_json()["state"] == "aborted"


def test_a_kill_between_the_bytes_and_the_row_shows_nothing_and_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch, app: KhoFlask, db: Database, lan: FlaskClient
) -> None:
    class Killed(BaseException):
        """Stands for SIGKILL: no handler of ours may catch it."""

    def die(*_: object) -> None:
        raise Killed

    opened = start(lan, "a.txt", len(TEXT))
    parts = send(lan, opened, TEXT)
    with monkeypatch.context() as broken:
        broken.setattr(service, "_record_completed", die)
        with pytest.raises(Killed):
            lan.post(f"/api/uploads/{opened['id']}/complete", json={"parts": parts})
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
        key = session.get_one(UploadSession, opened["id"]).key
    assert storage().stat(key).size == len(TEXT)
    assert finish(lan, opened, parts)["sha256"] == hashlib.sha256(TEXT).hexdigest()


def test_bytes_joined_before_a_kill_are_swept_when_nobody_comes_back(
    monkeypatch: pytest.MonkeyPatch, db: Database, lan: FlaskClient
) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    parts = [(part["number"], part["etag"]) for part in send(lan, opened, TEXT)]
    with db.session(writing=False) as session:
        row = session.get_one(UploadSession, opened["id"])
    storage().finish_multipart(row.key, row.multipart_id, parts)
    with clock.pinned(clock.now() + timedelta(hours=25)):
        jobs.sweep_abandoned(db)
    assert list(storage().list()) == []


def test_the_writers_lock_is_free_while_bytes_are_joined(
    monkeypatch: pytest.MonkeyPatch, db: Database, lan: FlaskClient
) -> None:
    opened = start(lan, "a.txt", len(TEXT))
    parts = send(lan, opened, TEXT)
    joined = type(storage()).finish_multipart

    def join_while_another_writes(self: object, *given: Any) -> Any:
        other = threading.Thread(target=_write_something, args=(db,))
        other.start()
        other.join(timeout=5)
        assert not other.is_alive()
        return joined(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(type(storage()), "finish_multipart", join_while_another_writes)
    assert finish(lan, opened, parts)["state"] == "ready"


def _write_something(db: Database) -> None:
    with db.transaction() as session:
        session.execute(select(StoredFile.id).limit(1))


def test_a_small_file_is_stored_in_one_go_and_a_deposit_finds_its_uploads(
    db: Database, cast: Cast, lan: FlaskClient
) -> None:
    import io

    opened = start(lan, "a.txt", len(TEXT))
    parts = [(part["number"], part["etag"]) for part in send(lan, opened, TEXT)]
    with db.transaction():
        viewer = viewer_of(cast.lan)
        small = service.store_small(viewer, "b.txt", io.BytesIO(TEXT), len(TEXT))
        assert (small.state, small.cluster_id) == ("ready", cast.clusters["K2"])
    with db.transaction(), pytest.raises(service.InvalidInput):
        service.files_for_deposit(viewer, [service.UploadClaim(opened["id"])])
    with db.transaction():
        found = service.files_for_deposit(viewer, [service.UploadClaim(opened["id"], parts)])
    assert [file.sha256 for file in found] == [small.sha256]
    with db.transaction():
        assert service.files_for_deposit(viewer, [service.UploadClaim(opened["id"])])[0].id == found[0].id
    with db.transaction(), pytest.raises(service.NotFound):
        service.files_for_deposit(viewer_of(cast.quang), [service.UploadClaim(opened["id"], parts)])


def test_a_small_file_cut_on_its_way_is_not_stored(db: Database, cast: Cast) -> None:
    import io

    with db.transaction(), pytest.raises(service.InvalidInput):
        service.store_small(viewer_of(cast.lan), "b.txt", io.BytesIO(TEXT[:-1]), len(TEXT))
    assert list(storage().list()) == []
