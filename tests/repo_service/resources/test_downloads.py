"""Bytes of a work: original names, ranges, one package, counted once, refused to whom they are not meant."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import unquote

from sqlalchemy import func, select

from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.service import (
    Author,
    Deposit,
    Owner,
    create_resource,
    move_version,
    publish_version,
    submit,
)
from repo_service.usage.models import UsageEvent
from tests.cast import Cast
from tests.factories import DESCRIPTION, counted_statements, stored_file, viewer_of

FIRST, SECOND = "Kế hoạch bài dạy".encode(), b"0123456789"


def with_two_files(db, cast: Cast, **fields) -> tuple[str, list[str]]:
    """A published work of Lan with two files of the same name."""
    with db.transaction() as session:
        files = [stored_file(cast.lan, "Bài soạn: số 5.txt", content) for content in (FIRST, SECOND)]
        visibility = fields.pop("visibility", None)
        deposit = Deposit(
            Owner(cast.clusters["K2"], cast.schools["S05"]),
            [Author("Lan", cast.lan)],
            {**DESCRIPTION, **fields},
            files,
            visibility,
        )
        resource, version = create_resource(viewer_of(cast.lan), deposit)
        session.flush()
        submit(viewer_of(cast.lan), resource, version)
        move_version(None, resource, version, "approve")
        publish_version(None, resource, version)
        return resource.id, [file.id for file in files]


def downloads(db) -> tuple[int, int]:
    with db.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(UsageEvent)), session.scalar(
            select(func.max(Resource.download_count))
        )


def test_the_original_comes_with_its_vietnamese_name(db, cast: Cast, sign_in) -> None:
    resource_id, files = with_two_files(db, cast)
    answer = sign_in("quang").get(f"/api/resources/{resource_id}/files/{files[0]}")
    assert answer.status_code == 200 and answer.data == FIRST
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment") and "Bài soạn: số 5.txt" in unquote(
        disposition.partition("UTF-8''")[2]
    )
    assert downloads(db) == (1, 1)


def test_a_range_is_answered_and_not_counted_again(db, cast: Cast, sign_in) -> None:
    resource_id, files = with_two_files(db, cast)
    answer = sign_in("quang").get(
        f"/api/resources/{resource_id}/files/{files[1]}", headers={"Range": "bytes=4-6"}
    )
    assert answer.status_code == 206 and answer.data == b"456"
    assert downloads(db) == (0, 0)


def test_the_package_holds_every_file_under_its_own_name(db, cast: Cast, sign_in) -> None:
    resource_id, _files = with_two_files(db, cast)
    answer = sign_in("quang").get(f"/api/resources/{resource_id}/package.zip")
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert packed.testzip() is None
    assert sorted(packed.read(name) for name in packed.namelist()) == sorted([FIRST, SECOND])
    assert len(set(packed.namelist())) == 2
    assert downloads(db) == (1, 1)


def test_bytes_follow_the_rights_of_the_work(db, cast: Cast, client, sign_in) -> None:
    resource_id, files = with_two_files(db, cast, visibility="cum")
    url = f"/api/resources/{resource_id}/files/{files[0]}"
    assert client.get(url).status_code == 404
    assert sign_in("quang").get(url).status_code == 404
    assert sign_in("quang").get(f"/api/resources/{resource_id}/package.zip").status_code == 404
    assert sign_in("thao").get(url).status_code == 200
    other, other_files = with_two_files(db, cast)
    assert (
        sign_in("quang").get(f"/api/resources/{other}/files/{files[0]}").status_code == 404
    )  # not by way of an open work
    assert sign_in("quang").get(f"/api/resources/{other}/files/{other_files[0]}?version=7").status_code == 404


def test_a_quarantined_file_is_refused_and_left_out(db, cast: Cast, sign_in) -> None:
    resource_id, files = with_two_files(db, cast)
    with db.transaction() as session:
        session.get_one(StoredFile, files[0]).state = "quarantined"
    quang = sign_in("quang")
    assert quang.get(f"/api/resources/{resource_id}/files/{files[0]}").status_code == 404
    assert zipfile.ZipFile(
        io.BytesIO(quang.get(f"/api/resources/{resource_id}/package.zip").data)
    ).namelist() == ["Bài soạn: số 5.txt"]
    page = quang.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "giữ lại tệp này" in page and f"/files/{files[0]}" not in page


def test_a_draft_of_a_new_version_keeps_its_bytes_to_itself(db, cast: Cast, sign_in) -> None:
    resource_id, _files = with_two_files(db, cast)
    sign_in("lan").post(f"/api/resources/{resource_id}/versions", json={"change_note": "Thêm"})
    with db.transaction() as session:
        working = session.get_one(Resource, resource_id).working_version_id
        secret = stored_file(cast.lan, "moi.txt", b"chua cong bo")
        session.add(VersionFile(version_id=working, file_id=secret.id, position=5, name="moi.txt"))
    url = f"/api/resources/{resource_id}/files/{secret.id}"
    for query in ("", "?version=2", "?version=1"):
        assert sign_in("quang").get(url + query).status_code == 404
    assert sign_in("lan").get(url + "?version=2").status_code == 200


def test_states_of_files_are_told_honestly(db, cast: Cast, sign_in) -> None:
    resource_id, files = with_two_files(db, cast)
    with db.transaction() as session:
        session.get_one(StoredFile, files[0]).text_state = "failed"
        session.get_one(StoredFile, files[0]).preview_state = "none"
    fragment = sign_in("quang").get(f"/hoc-lieu/{resource_id}/tep").get_data(as_text=True)
    assert "không đọc được nội dung" in fragment and "every 5s" in fragment
    waiting = sign_in("quang").get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert waiting.count("every 5s") == 1  # the list; the first file has nothing more to come
    with db.transaction() as session:
        session.get_one(StoredFile, files[0]).preview_state = "waiting"
    waiting = sign_in("quang").get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert waiting.count("every 5s") == 2 and 'data-hx-select="#khung-xem"' in waiting
    with db.transaction() as session:
        for file_id in files:
            session.get_one(StoredFile, file_id).text_state = session.get_one(
                StoredFile, file_id
            ).preview_state = "failed"
    page = sign_in("quang").get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "every 5s" not in page and "Kho không đọc được nội dung tệp này" in page


def test_the_text_is_read_quickly_and_safely(db, cast: Cast, sign_in) -> None:
    resource_id, files = with_two_files(db, cast)

    with db.transaction() as session:
        session.get_one(StoredFile, files[0]).text_state = "ready"
        session.add(FileText(file_id=files[0], text="I. Mục tiêu\n<script>alert(1)</script>", headings=[0]))
    quang = sign_in("quang")
    with counted_statements(db) as statements:
        fragment = quang.get(
            f"/hoc-lieu/{resource_id}/doc/{files[0]}", headers={"HX-Request": "true"}
        ).get_data(as_text=True)
    assert (
        '<p class="stands-out">I. Mục tiêu</p>' in fragment
        and "&lt;script&gt;" in fragment
        and "<script>" not in fragment
        and "<html" not in fragment
    )
    assert len(statements) <= 5
    assert "<html" in quang.get(f"/hoc-lieu/{resource_id}/doc/{files[0]}").get_data(as_text=True)
    assert quang.get(f"/hoc-lieu/{resource_id}/doc/0000000000000000").status_code == 404


def test_versions_share_their_files(db, cast: Cast, sign_in) -> None:
    resource_id, files = with_two_files(db, cast)
    sign_in("lan").post(f"/api/resources/{resource_id}/versions", json={"change_note": "Thêm"})
    with db.session(writing=False) as session:
        versions = session.scalars(
            select(ResourceVersion.id).where(ResourceVersion.resource_id == resource_id)
        ).all()
        rows = session.scalars(select(VersionFile.file_id).where(VersionFile.version_id.in_(versions))).all()
    assert sorted(rows) == sorted(files * 2)
