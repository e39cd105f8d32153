"""The second factor: a code after the password, once; recovery codes; taken off by oneself and by the department."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.accounts.second_factor import codes, service
from repo_service.accounts.second_factor.models import RecoveryCode, SecondFactor
from repo_service.core import clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.urls import link_path
from repo_service.organizations.province_settings import change_province_setting
from repo_service.settings import Settings
from tests.cast import PASSWORD, Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]
OWN = "/tai-khoan/lop-thu-hai"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture(autouse=True)
def without_forgery_checks(app: KhoFlask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def set_up(browser: FlaskClient) -> tuple[str, list[str]]:
    """(the secret on the phone, the recovery codes), as the pages show them; the newest code is used up."""
    page = browser.post(OWN + "/bat-dau", data={"current_password": PASSWORD}).get_data(as_text=True)
    address = re.search(r'href="(otpauth://[^"]+)"', page)
    assert address is not None, page[:2000]
    secret = parse_qs(urlsplit(address[1].replace("&amp;", "&")).query)["secret"][0]
    shown = browser.post(OWN + "/bat", data={"code": pyotp.TOTP(secret).now()})
    assert shown.status_code == 200 and shown.headers["Cache-Control"] == "no-store"
    return secret, re.findall(r"<code>([a-z2-7-]{19})</code>", shown.get_data(as_text=True))


def next_code(db: Database, secret: str) -> str:
    """A code that was not used yet, without waiting half a minute: the used one is forgotten."""
    with db.transaction() as session:
        session.execute(update(SecondFactor).values(last_step=0))
    return pyotp.TOTP(secret).now()


def half_in(app: KhoFlask, username: str = "lan") -> FlaskClient:
    """A browser in which the password was right."""
    browser = app.test_client()
    answer = browser.post("/dang-nhap", data={"username": username, "password": PASSWORD, "next": "/tim"})
    assert answer.headers["Location"] == "/dang-nhap/ma"
    return browser


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/tai-khoan").status_code == 200


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert codes.matching_step(RFC_SECRET, code, moment) == moment // 30
    assert codes.matching_step(RFC_SECRET, f"{code[:3]} {code[3:]}", moment + 30) == moment // 30
    assert codes.matching_step(RFC_SECRET, code, moment + 90) is None


@pytest.mark.parametrize("typed", ["", "0", "28708", "2870822", "abcdef", "２８７０８２", "'; --", "\x00"])
def test_what_is_no_code_matches_nothing(typed: str) -> None:
    assert codes.matching_step(RFC_SECRET, typed, 59) is None


def test_after_the_password_a_code_opens_the_door_once(app: KhoFlask, sign_in: SignIn, db: Database) -> None:
    elsewhere, here = sign_in("lan"), sign_in("lan")
    secret, _ = set_up(here)
    assert is_signed_in(here) and not is_signed_in(elsewhere), "other browsers are signed out"

    browser = half_in(app)
    assert not is_signed_in(browser), "no session before the code"
    page = browser.get("/dang-nhap/ma").get_data(as_text=True)
    assert 'inputmode="numeric"' in page and 'autocomplete="one-time-code"' in page
    used = pyotp.TOTP(secret).now()
    assert browser.post("/dang-nhap/ma", data={"code": used}).status_code == 422, "used up when it was set up"
    code = next_code(db, secret)
    assert browser.post("/dang-nhap/ma", data={"code": code}).headers["Location"] == "/tim"
    assert is_signed_in(browser)
    assert half_in(app).post("/dang-nhap/ma", data={"code": code}).status_code == 422, "a replay"


def test_a_half_sign_in_belongs_to_its_browser_and_ends_by_itself(
    app: KhoFlask, sign_in: SignIn, db: Database, cast: Cast
) -> None:
    secret, _ = set_up(sign_in("lan"))
    stranger, late, changed = app.test_client(), half_in(app), half_in(app)
    code = next_code(db, secret)
    assert stranger.post("/dang-nhap/ma", data={"code": code}).headers["Location"] == "/dang-nhap"
    with clock.pinned(clock.now() + timedelta(minutes=6)):
        assert late.post("/dang-nhap/ma", data={"code": code}).headers["Location"] == "/dang-nhap"
    with db.transaction() as session:
        session.get_one(User, cast.lan).session_version += 1
    assert changed.post("/dang-nhap/ma", data={"code": code}).headers["Location"] == "/dang-nhap"


def test_a_recovery_code_works_once_however_it_is_typed(app: KhoFlask, sign_in: SignIn, db: Database) -> None:
    _, recovery = set_up(sign_in("lan"))
    assert len(recovery) == 8
    typed = recovery[0].upper().replace("-", " ")
    assert half_in(app).post("/dang-nhap/ma", data={"code": typed}).status_code == 302
    assert half_in(app).post("/dang-nhap/ma", data={"code": recovery[0]}).status_code == 422
    with db.transaction() as session:
        kept = set(session.scalars(select(RecoveryCode.code_hash)))
        sealed = session.scalars(select(SecondFactor.sealed_secret)).one()
    assert len(kept) == 7 and not kept & set(recovery)
    assert sealed.startswith("gAAAA"), "the secret lies encrypted"


def test_new_recovery_codes_replace_the_old_and_want_the_password(app: KhoFlask, sign_in: SignIn) -> None:
    here = sign_in("lan")
    _, old = set_up(here)
    assert here.post(OWN + "/ma-khoi-phuc", data={"current_password": "sai"}).status_code == 422
    page = here.post(OWN + "/ma-khoi-phuc", data={"current_password": PASSWORD}).get_data(as_text=True)
    new = re.findall(r"<code>([a-z2-7-]{19})</code>", page)
    assert half_in(app).post("/dang-nhap/ma", data={"code": old[0]}).status_code == 422
    assert half_in(app).post("/dang-nhap/ma", data={"code": new[0]}).status_code == 302


def test_guesses_are_counted_per_person_from_wherever_they_come(
    app: KhoFlask, sign_in: SignIn, db: Database
) -> None:
    secret, _ = set_up(sign_in("lan"))
    guesser = half_in(app)
    answers = [
        guesser.post(
            "/dang-nhap/ma", data={"code": "000000"}, environ_base={"REMOTE_ADDR": f"10.1.0.{number}"}
        )
        for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "300"
    code = next_code(db, secret)
    assert guesser.post("/dang-nhap/ma", data={"code": code}).status_code == 429
    app.extensions["sign_in_limits"].forget_codes(_id_of(db, "lan"))


def _id_of(db: Database, username: str) -> str:
    with db.transaction() as session:
        return session.scalars(select(User.id).where(User.username == username)).one()


def test_setting_up_wants_the_password_and_the_phones_own_code(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    assert browser.post(OWN + "/bat-dau", data={"current_password": "sai"}).status_code == 422
    assert browser.post(OWN + "/bat", data={"code": "123456"}).headers["Location"] == OWN, "not begun"
    browser.post(OWN + "/bat-dau", data={"current_password": PASSWORD})
    assert browser.post(OWN + "/bat", data={"code": "abc"}).status_code == 422
    assert "Chưa bật" in browser.get("/tai-khoan").get_data(as_text=True)


def test_the_owner_is_told_that_it_was_turned_on(sign_in: SignIn, work: Callable[[], None]) -> None:
    """Whoever found the phone unlocked does not lock its owner out unseen."""
    browser = sign_in("lan")
    set_up(browser)
    work()
    assert "thứ hai của tài khoản vừa được bật" in browser.get("/thong-bao").get_data(as_text=True)


def test_turning_it_off_wants_the_password_and_ends_other_sessions(
    sign_in: SignIn, app: KhoFlask, db: Database
) -> None:
    here = sign_in("lan")
    secret, _ = set_up(here)
    there = half_in(app)
    there.post("/dang-nhap/ma", data={"code": next_code(db, secret)})
    assert here.post(OWN + "/tat", data={"current_password": "sai"}).status_code == 422
    assert here.post(OWN + "/tat", data={"current_password": PASSWORD}).status_code == 302
    assert is_signed_in(here) and not is_signed_in(there)
    assert is_signed_in(sign_in("lan")), "the password alone is enough again"
    with db.transaction() as session:
        assert session.scalar(select(RecoveryCode)) is None


def test_a_reset_link_does_not_go_around_it(app: KhoFlask, sign_in: SignIn, db: Database, cast: Cast) -> None:
    set_up(sign_in("lan"))
    with db.transaction() as session:
        secret = accounts.create_link(session.get_one(User, cast.lan), cast.tuan)
    browser = app.test_client()
    answer = browser.post(link_path(secret), data={"password": "sông Trà núi Ấn"})
    assert answer.headers["Location"] == "/dang-nhap/ma" and not is_signed_in(browser)


def test_the_department_takes_it_off_for_who_lost_the_phone_and_the_person_is_told(
    sign_in: SignIn, work: Callable[[], None], cast: Cast
) -> None:
    set_up(sign_in("lan"))
    path = f"/nguoi/{cast.lan}/go-lop-thu-hai"
    assert "go-lop-thu-hai" in sign_in("tuan").get(f"/nguoi/{cast.lan}").get_data(as_text=True)
    for username in ("minh", "hanh", "quang"):
        assert sign_in(username).post(path).status_code == 404, "who may make a link may not do this"
    assert sign_in("tuan").post(path).status_code == 302
    assert sign_in("tuan").post(path).status_code == 404, "there is none any more"
    work()
    assert "gỡ lớp bảo vệ thứ hai" in sign_in("lan").get("/thong-bao").get_data(as_text=True)


def test_where_the_province_wants_it_the_department_works_for_nobody_without(
    app: KhoFlask, sign_in: SignIn, db: Database, cast: Cast
) -> None:
    before = sign_in("tuan")
    with db.transaction():
        change_province_setting(viewer_of(cast.quantri), "sign_in.second_factor_required", "1")
        token = accounts.create_token(_user(cast.tuan), "máy")
    assert before.get("/so").headers["Location"] == before.get("/tai-khoan").headers["Location"] == OWN
    assert before.post("/tai-khoan/ma-truy-cap", data={"name": "đường vòng", "days": "90"}).status_code == 401
    assert before.post("/so/cai-dat", data={"sign_in.second_factor_required": "0"}).status_code == 401
    assert before.get("/api/duty-board").status_code == 401
    assert (
        app.test_client().get("/api/duty-board", headers={"Authorization": f"Bearer {token}"}).status_code
        == 200
    )
    assert sign_in("lan").get("/viec-cua-toi").status_code == 200, "teachers as they like"
    set_up(before)
    assert before.get("/so").status_code == 200
    assert before.post("/tai-khoan/ket-thuc-phien").status_code == 302
    assert before.get("/so").status_code == 200, "the fresh session is as well proven"


def _user(user_id: str) -> User:
    from repo_service.accounts.queries import find_user

    return find_user(user_id)


def test_with_another_secret_key_recovery_codes_still_open(
    app: KhoFlask, sign_in: SignIn, settings: Settings, db: Database, cast: Cast
) -> None:
    secret, recovery = set_up(sign_in("lan"))
    code = next_code(db, secret)
    with db.transaction():
        lan = _user(cast.lan)
        assert not service.pass_second_step(lan, code, "another key than before, after a restore")
        assert service.pass_second_step(lan, recovery[3], "another key than before, after a restore")
        assert service.pass_second_step(lan, pyotp.TOTP(secret).at(time.time()), settings.secret_key)
