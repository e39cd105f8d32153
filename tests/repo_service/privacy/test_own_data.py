"""A person's own data: every place is known, the package holds it all, erasing leaves a pseudonym."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts import service as accounts
from repo_service.accounts.models import PersonalToken, User
from repo_service.cli import cli
from repo_service.collections import service as collections
from repo_service.core import clock
from repo_service.core.audit import AuditEntry
from repo_service.core.backends import storage
from repo_service.core.db import Database
from repo_service.core.errors import KhoError, MoveNotAllowed
from repo_service.follows import service as follows
from repo_service.notifications.models import Notification
from repo_service.notifications.service import notify
from repo_service.privacy import service
from repo_service.privacy.jobs import purge
from repo_service.privacy.models import DataPackage
from repo_service.privacy.packaging import own_data
from repo_service.privacy.personal_columns import PLACES
from repo_service.resources.models import Resource, ResourceAuthor
from repo_service.search_history.service import remember
from repo_service.tables import Base
from tests import databases
from tests.cast import Cast
from tests.factories import draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
Work = Callable[[], None]
SECRET_NAME = "Trần Thị Lan"


@pytest.fixture
def lan(db: Database, cast: Cast) -> Resource:
    """Lan, who left something in many places; a work of hers that is published."""
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"], title="Phân số của cô Lan")
        session.get_one(User, cast.lan).email = "lan@truong.example.edu.vn"
        accounts.create_token(session.get_one(User, cast.lan), "của Lan")
        follows.follow(viewer_of(cast.lan), "mon", "toan")
        draft(cast.lan, cast.clusters["K2"], title="Nháp chưa ai thấy")
        remember(viewer_of(cast.lan), "lớp 6B hộ nghèo")
        collections.create(viewer_of(cast.lan), {"title": "Riêng của Lan"})
        notify([cast.lan], "resource.published", f"/hoc-lieu/{resource.id}", "o:1", title="x")
    return resource


def test_every_column_that_names_a_person_has_its_rule() -> None:
    pointing = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "users.id" for key in column.foreign_keys)
        or column.name in ("user_id", "actor_id", "owner_id", "author_id")
        or column.name.endswith("_by_id")
    }
    assert pointing - set(PLACES) == set(), (
        "say in personal_columns.py what becomes of it when a person is erased"
    )
    assert set(PLACES) - pointing == set()


def test_the_package_holds_the_rows_and_files_and_nothing_secret(
    db: Database, cast: Cast, lan: Resource, sign_in: SignIn, work: Work
) -> None:
    browser = sign_in("lan")
    assert browser.post("/tai-khoan/du-lieu/goi").status_code == 303
    browser.post("/tai-khoan/du-lieu/goi")
    work()
    with db.session(writing=False) as session:
        package_id = session.scalars(select(DataPackage)).one().id
    answer = browser.get(f"/tai-khoan/du-lieu/{package_id}.zip")
    assert answer.headers["Cache-Control"] == "no-store" and answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        assert package.testzip() is None
        names = package.namelist()
        data = json.loads(package.read("du-lieu.json"))
        assert "tep/bai.txt" in names and "doc-truoc.txt" in names
    assert data["users"][0]["name"] == SECRET_NAME
    assert {row["title"] for row in data["resources"]} == {"Phân số của cô Lan", "Nháp chưa ai thấy"}
    assert (
        data["recent_queries"][0]["text"] == "lớp 6B hộ nghèo" and data["follows"] and data["audit_entries"]
    )
    assert not {"password_hash", "token_hash"} & set(str(data).replace("'", " ").split())
    assert "Gói dữ liệu của thầy cô đã sẵn sàng" in browser.get("/thong-bao").get_data(as_text=True)
    for other in ("hoa", "tuan", "quantri"):
        assert sign_in(other).get(f"/tai-khoan/du-lieu/{package_id}.zip").status_code == 404
    with clock.pinned(clock.now() + timedelta(days=7, minutes=1)):
        assert browser.get(f"/tai-khoan/du-lieu/{package_id}.zip").status_code in (302, 404)


def test_erasing_leaves_a_pseudonym_on_works_and_nothing_else(
    db: Database, cast: Cast, lan: Resource, sign_in: SignIn, work: Work
) -> None:
    work()
    browser = sign_in("lan")
    with db.transaction() as session:
        service.erase(viewer_of(cast.quantri), session.get_one(User, cast.lan))
    work()
    assert browser.get("/tai-khoan").status_code == 302
    with db.session(writing=False) as session:
        user = session.get_one(User, cast.lan)
        assert (user.name, user.email, user.password_hash) == (accounts.ERASED_NAME, None, None)
        assert not user.is_active and user.username != "lan"
        assert session.scalars(select(Resource).where(Resource.title == "Nháp chưa ai thấy")).all() == []
        author = session.scalars(select(ResourceAuthor).where(ResourceAuthor.resource_id == lan.id)).one()
        assert author.name == accounts.ERASED_NAME
        data = own_data(user)
        assert {name for name, rows in data.items() if rows and name != "at"} <= {
            "users", "resources", "resource_authors", "resource_versions", "stored_files", "memberships",
            "audit_entries", "privacy_requests",
        }  # fmt: skip
        assert SECRET_NAME not in json.dumps(data, ensure_ascii=False)
        assert session.scalars(select(PersonalToken).where(PersonalToken.user_id == cast.lan)).all() == []
        assert session.scalars(select(AuditEntry).where(AuditEntry.action == "user.erased")).one()
    page = sign_in("hoa").get(f"/hoc-lieu/{lan.id}").get_data(as_text=True)
    assert "Phân số của cô Lan" in page and accounts.ERASED_NAME in page and SECRET_NAME not in page
    found = sign_in("hoa").get("/tim?q=phân+số").get_data(as_text=True)
    assert "Phân số của cô Lan" in found and SECRET_NAME not in found


def test_an_erased_account_is_never_opened_again_and_only_an_administrator_erases(
    db: Database, cast: Cast
) -> None:
    with db.transaction() as session:
        lan = session.get_one(User, cast.lan)
        for viewer in (cast.tuan, cast.minh, cast.lan):
            with pytest.raises(KhoError):
                service.erase(viewer_of(viewer), lan)
        with pytest.raises(MoveNotAllowed):
            service.erase(viewer_of(cast.quantri), session.get_one(User, cast.quantri))
        service.erase(viewer_of(cast.quantri), lan)
        with pytest.raises(MoveNotAllowed):
            accounts.activate(lan, None)


def test_the_operator_gives_out_erases_and_looks_before_letting_go(tmp_path: Path) -> None:
    def kho(*words: str) -> str:
        env = {"KHO_DATA": str(tmp_path), **databases.environment(tmp_path)}
        answer = CliRunner().invoke(cli, words, env=env)
        assert answer.exit_code == 0, answer.output
        return answer.output

    kho("init")
    kho("user", "create", "lan", SECRET_NAME)
    database = Database(databases.url_of(tmp_path))
    with database.transaction() as session:
        user = session.scalars(select(User).where(User.username == "lan")).one()
        notify([user.id], "resource.published", "/x", "o:1", title="x")
        session.flush()
        old = clock.now() - timedelta(days=400)
        session.scalars(select(Notification)).one().read_at = old
    assert "1  Thông báo đã đọc" in kho("privacy", "purge", "--dry-run")
    assert "1  Thông báo đã đọc" in kho("privacy", "purge")
    assert "0  Thông báo đã đọc" in kho("privacy", "purge", "--dry-run")
    kho("privacy", "export", "lan", str(tmp_path / "lan.zip"))
    assert SECRET_NAME.encode() in zipfile.ZipFile(tmp_path / "lan.zip").read("du-lieu.json")
    kho("privacy", "erase", "lan", "--yes")
    assert SECRET_NAME not in kho("user", "list")
    database.engine.dispose()


def test_a_package_that_is_over_goes_with_its_bytes(
    db: Database, cast: Cast, sign_in: SignIn, work: Work
) -> None:
    sign_in("lan").post("/tai-khoan/du-lieu/goi")
    work()
    assert [each.key for each in storage().list("packages/")] != []
    with clock.pinned(clock.now() + timedelta(days=8)):
        purge(db)
    assert list(storage().list("packages/")) == []
    with db.session(writing=False) as session:
        assert session.scalars(select(DataPackage)).all() == []
