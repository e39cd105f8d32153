"""Bags of works and products, judged by an independent program; names of every kind, and who may have one."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import bagit
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.backends import storage
from repo_service.core.db import Database
from repo_service.files.models import StoredFile
from repo_service.files.packing import package
from repo_service.interop.bagit import Payload, bag, made_payload, safe_path
from repo_service.resources import succession
from repo_service.resources.queries import find_resource
from tests.cast import Cast
from tests.factories import published, viewer_of

SignIn = Callable[[str], FlaskClient]
NOW = datetime(2026, 11, 16, tzinfo=UTC)
NAMES = (
    "Bài 1.docx",
    unicodedata.normalize("NFD", "Bài 1.docx"),
    "bài 1.DOCX",
    "giảm 20%0A.txt",
    "hai\r\ndòng.txt",
    " có dấu cách ở cuối . ",
    "thư mục/Bài: a|b?.txt",
    "../../etc/passwd",
    "ế" * 255 + ".pptx",
)


def unpacked(data: bytes, folder: Path) -> bagit.Bag:
    """The bag inside a zip, after any program that reads zips."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert len(tops) == 1
    return bagit.Bag(str(folder / tops.pop()))


def test_names_of_every_kind_make_a_valid_bag(app: object, tmp_path: Path) -> None:
    payload = [made_payload(name, str(place).encode(), NOW) for place, name in enumerate(NAMES)]
    kept = storage().put("files/ab/abcdefghijklmnop", io.BytesIO(b"x" * 70_000), 70_000)
    payload.append(
        Payload("phim.mp4", kept.key, 70_000, hashlib.sha256(b"x" * 70_000).hexdigest(), "video/mp4", NOW)
    )
    members = bag(
        "kho-thu", payload, {"Source-Organization": "Cụm\nA"}, {"metadata/a.json": b"{}"}, date(2026, 11, 16)
    )
    found = unpacked(b"".join(package(members)), tmp_path)
    assert found.is_valid()
    assert found.info["Payload-Oxum"] == f"{70_000 + len(NAMES)}.{len(NAMES) + 1}"
    assert found.info["Source-Organization"] == "Cụm A" and found.version_info == (1, 0)
    names = list(found.payload_entries())
    assert all(unicodedata.is_normalized("NFC", name) and ".." not in name for name in names)
    assert len({name.casefold() for name in names}) == len(NAMES) + 1


@pytest.mark.parametrize("name", ["", ".", "..", "/", "\x00\x1f"])
def test_a_name_that_says_nothing_still_is_one(name: str) -> None:
    assert safe_path(name).strip("._/ ") == "" and safe_path(name)


def test_a_work_comes_as_a_bag_with_its_files_and_facts(
    db: Database, cast: Cast, sign_in: SignIn, tmp_path: Path
) -> None:
    with db.transaction():
        work = published(
            cast.lan, cast.clusters["K2"], links=[{"url": "https://example.org/a", "label": "Phim"}]
        ).id
    answer = sign_in("quang").get(f"/api/resources/{work}/bag.zip")
    assert answer.mimetype == "application/zip"
    found = unpacked(answer.data, tmp_path)
    assert found.is_valid() and set(found.payload_entries()) == {"data/bai.txt", "data/duong-dan.txt"}
    told = json.loads((Path(found.path) / "metadata/work.json").read_text("utf-8"))
    assert found.info["External-Description"] == f"{told['title']} (phiên bản 1)"
    assert told["authors"] == [{"name": "Trần Thị Lan", "school": None}]
    with db.transaction():
        succession.withdraw(viewer_of(cast.minh), find_resource(viewer_of(cast.minh), work), "Có trang quét.")
    assert sign_in("lan").get(f"/api/resources/{work}/bag.zip").status_code == 404


def test_bytes_that_changed_in_the_store_make_a_bag_that_says_so(
    db: Database, cast: Cast, sign_in: SignIn, tmp_path: Path
) -> None:
    with db.transaction() as session:
        work = published(cast.lan, cast.clusters["K2"]).id
        file = session.scalars(select(StoredFile)).one()
    storage().delete(file.key)
    storage().put(file.key, io.BytesIO(b"x" * file.size), file.size)
    assert not unpacked(sign_in("lan").get(f"/api/resources/{work}/bag.zip").data, tmp_path).is_valid()


def test_a_bag_is_for_whoever_may_read_the_work_and_waits_for_its_files(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"], visibility="cum").id
    address = f"/api/resources/{work}/bag.zip"
    assert [sign_in(name).get(address).status_code for name in ("quang", "hoa")] == [404, 200]
    assert client.get(address).status_code in (401, 404)
    assert sign_in("hoa").get(address + "?version=9").status_code == 404
    with db.transaction() as session:
        session.scalars(select(StoredFile)).one().sha256 = None
    assert sign_in("hoa").get(address).status_code == 409
