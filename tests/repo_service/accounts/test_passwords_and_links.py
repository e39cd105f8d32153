"""Choosing a password: the rules, one-time links, what ends when it changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts import queries, service
from repo_service.accounts.addresses.service import give_address
from repo_service.accounts.models import OneTimeLink, User
from repo_service.accounts.passwords import hash_password, password_matches, password_problems
from repo_service.core import clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.notifications.models import Notification
from tests.cast import PASSWORD, Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]
NEW = "sông Trà núi Ấn một chiều"


@pytest.fixture(autouse=True)
def without_forgery_checks(app: KhoFlask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.mark.parametrize(
    "password",
    [
        "",
        "1234567",
        "12345678",
        "matkhau123",
        "Mật khẩu",
        "QuangNgai2026",
        "aaaaaaaaaa",
        "tran thi lan",
        "x" * 1001,
    ],
)
def test_a_short_or_common_password_is_refused(password: str) -> None:
    assert password_problems(password, "lan", "Trần Thị Lan")


@pytest.mark.parametrize(
    "password", ["chim vanh", NEW, "x1y2z3w4" * 8, "🐘 voi con ở bản Đôn", "    dấu cách    "]
)
def test_any_other_eight_letters_are_fine(password: str) -> None:
    assert password_problems(password, "lan", "Trần Thị Lan") == []
    assert password_matches(hash_password(password), password)


def test_only_an_argon2id_hash_is_kept(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        user = service.create_user("hoang", "Hoàng", password=NEW)
        assert user.password_hash is not None
        assert user.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert session.scalar(select(User).where(User.username == "hoang"))


def test_an_outdated_hash_is_renewed_at_sign_in(client: FlaskClient, db: Database, cast: Cast) -> None:
    assert client.post("/dang-nhap", data={"username": "lan", "password": PASSWORD}).status_code == 302
    with db.transaction():
        assert "m=19456" in (queries.find_user(cast.lan).password_hash or "")


def test_changing_the_password_ends_other_sessions(sign_in: SignIn) -> None:
    here, there = sign_in("lan"), sign_in("lan")
    assert (
        here.post("/tai-khoan/mat-khau", data={"current_password": "sai", "password": NEW}).status_code == 422
    )
    assert there.get("/tai-khoan").status_code == 200
    assert (
        here.post("/tai-khoan/mat-khau", data={"current_password": PASSWORD, "password": NEW}).status_code
        == 302
    )
    assert here.get("/tai-khoan").status_code == 200
    assert there.get("/tai-khoan").status_code == 302


def test_the_owner_is_told_of_a_new_password_but_not_of_the_first(
    sign_in: SignIn, db: Database, cast: Cast, work: Callable[[], None]
) -> None:
    browser = sign_in("lan")
    browser.post("/tai-khoan/mat-khau", data={"current_password": PASSWORD, "password": NEW})
    with db.transaction():
        service.use_link(service.create_link(queries.find_user(cast.minh), None), NEW)
        service.use_link(service.create_link(service.create_user("moi", "Người Mới"), None), NEW)
    work()
    with db.transaction() as session:
        told = select(Notification.user_id).where(Notification.kind == "account.password_changed")
        assert set(session.scalars(told)) == {cast.lan, cast.minh}
    assert "Mật khẩu của thầy cô vừa được đổi" in browser.get("/thong-bao").get_data(as_text=True)


def test_a_link_sets_a_password_once(client: FlaskClient, db: Database) -> None:
    with db.transaction():
        secret = service.create_link(service.create_user("moi", "Người Mới"), None)
    for _ in range(2):
        assert client.get(f"/lien-ket/{secret}").status_code == 200, "looking uses nothing up"
    assert client.post(f"/lien-ket/{secret}", data={"password": "12345678"}).status_code == 422
    answer = client.post(f"/lien-ket/{secret}", data={"password": NEW})
    assert answer.status_code == 302
    assert client.get("/tai-khoan").status_code == 200
    again = client.post(f"/lien-ket/{secret}", data={"password": "mot cau khac han"})
    assert again.status_code == 404
    assert "đã dùng rồi" in again.get_data(as_text=True)


def test_a_page_with_a_secret_is_kept_by_no_cache(client: FlaskClient, db: Database, cast: Cast) -> None:
    with db.transaction():
        secret = service.create_link(queries.find_user(cast.lan), None)
    assert client.get(f"/lien-ket/{secret}").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("purpose", "hours"), [("moi", 7 * 24), ("dat-lai", 72)])
def test_a_link_ends_by_itself(db: Database, cast: Cast, purpose: str, hours: int) -> None:
    with db.transaction():
        user = service.create_user("moi", "Người Mới") if purpose == "moi" else queries.find_user(cast.lan)
        secret = service.create_link(user, None)
        assert queries.open_link(secret)[0].purpose == purpose
        with clock.pinned(clock.now() + timedelta(hours=hours, minutes=1)), pytest.raises(NotFound):
            queries.open_link(secret)


def test_only_the_newest_link_works(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        user = queries.find_user(cast.lan)
        older, newer = service.create_link(user, None), service.create_link(user, None)
        with pytest.raises(NotFound):
            queries.open_link(older)
        assert queries.open_link(newer)
        kept = [row.token_hash for row in session.scalars(select(OneTimeLink))]
        assert older not in kept and newer not in kept


def test_a_reset_ends_sessions_and_tokens(
    sign_in: SignIn, client: FlaskClient, db: Database, cast: Cast
) -> None:
    browser = sign_in("lan")
    with db.transaction():
        user = queries.find_user(cast.lan)
        token = service.create_token(user, "đồng bộ")
        secret = service.create_link(user, None)
        service.use_link(secret, NEW)
    assert browser.get("/tai-khoan").status_code == 302
    assert client.get("/tai-khoan", headers={"Authorization": f"Bearer {token}"}).status_code == 302


def test_user_names_are_unique_without_case_and_marks(db: Database) -> None:
    with db.transaction():
        assert service.create_user("Hồng.Hà", "Hồng Hà").username == "hong.ha"
        with pytest.raises(InvalidInput) as refused:
            service.create_user("HONG.HA", "Hồng Hà khác")
        assert "username" in refused.value.errors
        for bad in ("a", "có dấu cách", "<script>", "-gach", "x" * 61):
            with pytest.raises(InvalidInput):
                service.create_user(bad, "Tên Hợp Lệ")


def test_suggested_names_follow_the_custom_and_never_collide(db: Database) -> None:
    with db.transaction():
        names = []
        for _ in range(3):
            name = service.suggested_username("Nguyễn Thị Lan")
            service.create_user(name, "Nguyễn Thị Lan")
            names.append(name)
        assert names == ["lannt", "lannt2", "lannt3"]
        assert service.suggested_username("Y") == "ygv"
        assert service.suggested_username("!!!") == "thayco"


def test_nobody_changes_another_account(db: Database, cast: Cast) -> None:
    with db.transaction():
        lan, quantri = queries.find_user(cast.lan), viewer_of(cast.quantri)
        with pytest.raises(NotFound):
            service.change_password(quantri, lan, PASSWORD, NEW)
        with pytest.raises(NotFound):
            service.end_all_sessions(quantri, lan)


def test_the_profile_keeps_language_and_refuses_a_taken_mail(
    sign_in: SignIn, db: Database, cast: Cast
) -> None:
    browser = sign_in("lan")
    form = {"name": "Trần  Thị Lan", "form_of_address": "co", "email": "lan@truong.edu.vn", "language": "en"}
    assert browser.post("/tai-khoan/thong-tin", data=form).status_code == 302
    assert '<html lang="en"' in browser.get("/tai-khoan").get_data(as_text=True)
    with db.transaction():
        assert queries.find_user(cast.lan).email is None, "an address goes its own way (test_addresses.py)"
        give_address(queries.find_user(cast.lan), "Lan@truong.edu.vn", cast.hanh)
    address = {"email": "LAN@truong.edu.vn ", "current_password": PASSWORD}
    taken = sign_in("minh").post("/tai-khoan/email", data=address)
    assert taken.status_code == 422
    with db.transaction():
        assert queries.find_user(cast.lan).name == "Trần Thị Lan"
        assert queries.find_user(cast.minh).email is None


def test_people_are_listed_by_their_given_names(db: Database) -> None:
    with db.transaction() as session:
        for username, name in (("a1", "Trần An"), ("a2", "Châu Bình An"), ("a3", "Bùi Ánh"), ("a4", "Đỗ Ân")):
            service.create_user(f"ten.{username}", name)
        found = session.scalars(select(User).where(User.username.like("ten.%")).order_by(User.name_sort))
        assert [user.name for user in found] == ["Châu Bình An", "Trần An", "Bùi Ánh", "Đỗ Ân"]
