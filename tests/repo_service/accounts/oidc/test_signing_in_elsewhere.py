"""Signing in with the province's provider: the right token opens the right account, every wrong one nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.accounts import service as accounts
from repo_service.accounts.models import ExternalIdentity, User
from repo_service.accounts.oidc import provider as providers
from repo_service.core.db import Database, KhoFlask
from repo_service.organizations.models import Membership
from repo_service.settings import ConfigurationError, Settings
from tests.cast import Cast
from tests.oidc_provider import Claims, OidcProvider
from tests.repo_service.accounts.oidc.conftest import BACK, START, is_in, through

SignIn = Callable[[str], FlaskClient]


def test_the_button_leads_there_and_back_to_where_one_was(
    issuer: OidcProvider, client: FlaskClient, db: Database, cast: Cast
) -> None:
    assert "Đăng nhập bằng Tài khoản ngành" in client.get("/dang-nhap").get_data(as_text=True)
    answer = through(client, issuer, "/tim?q=phan+so")
    assert (answer.status_code, answer.location) == (302, "/tim?q=phan+so")
    assert "cô Lan" in client.get("/").get_data(as_text=True).replace("Cô", "cô")
    with db.session(writing=False) as session:
        tied = session.scalars(select(ExternalIdentity)).one()
        assert (tied.user_id, tied.subject) == (cast.lan, "lan@issuer")
        roles = session.scalars(select(Membership.role).where(Membership.user_id == cast.lan)).all()
        assert roles == ["giao-vien"], "nobody is promoted by what a provider says"


def test_the_subject_counts_once_known_and_a_reused_address_opens_no_old_account(
    issuer: OidcProvider, app: KhoFlask, db: Database, cast: Cast
) -> None:
    assert through(app.test_client(), issuer).status_code == 302
    issuer.person = {"sub": "lan@issuer", "email": "ten.moi@example.edu.vn", "email_verified": True}
    assert through(app.test_client(), issuer).status_code == 302
    issuer.person = {"sub": "nguoi khac", "email": "lan@truong.example.edu.vn", "email_verified": True}
    stranger = app.test_client()
    assert through(stranger, issuer).status_code == 403 and not is_in(stranger)


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "x", "email": "lan@truong.example.edu.vn"},
        {"sub": "x", "email": "lan@truong.example.edu.vn", "email_verified": False},
        {"sub": "x", "email": "lan@truong.example.edu.vn", "email_verified": "true"},
        {"sub": "x", "email": "khong.quen@example.edu.vn", "email_verified": True},
        {"sub": "x"},
        {"sub": "", "email": "lan@truong.example.edu.vn", "email_verified": True},
    ],
)
def test_an_unverified_or_unknown_address_opens_and_makes_no_account(
    issuer: OidcProvider, client: FlaskClient, db: Database, person: Claims
) -> None:
    issuer.person = person
    with db.session(writing=False) as session:
        before = session.scalar(select(func.count()).select_from(User))
    assert through(client, issuer).status_code == 403 and not is_in(client)
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(User)) == before


def test_a_closed_account_stays_closed(issuer: OidcProvider, app: KhoFlask, db: Database, cast: Cast) -> None:
    assert through(app.test_client(), issuer).status_code == 302
    with db.transaction() as session:
        accounts.deactivate(session.get_one(User, cast.lan), None)
    browser = app.test_client()
    assert through(browser, issuer).status_code == 403 and not is_in(browser)


def test_an_answer_works_once_in_the_browser_that_asked(issuer: OidcProvider, app: KhoFlask) -> None:
    issuer.replays = True  # a careless provider takes its codes twice
    browser, thief = app.test_client(), app.test_client()
    left = browser.get(START)
    kept = browser.get_cookie("kho")
    answer = issuer.sign_in(left.headers["Location"])
    assert thief.get(BACK, query_string=answer).status_code == 403, "another browser"
    assert browser.get(BACK, query_string={**answer, "state": "forged"}).status_code == 403
    browser.get(START)
    assert browser.get(BACK, query_string=answer).status_code == 403, "the state of an earlier try"
    left = browser.get(START)
    kept = browser.get_cookie("kho")
    answer = issuer.sign_in(left.headers["Location"])
    assert browser.get(BACK, query_string=answer).status_code == 302
    assert kept is not None
    thief.set_cookie("kho", kept.value)  # a copy of the cookie from before does not help either
    assert thief.get(BACK, query_string=answer).status_code == 403 and not is_in(thief)


@pytest.mark.parametrize(
    "bent", [{"iss": "https://evil.example"}, {"code": "never given"}, {"error": "access_denied"}]
)
def test_an_answer_of_another_or_a_refusal_opens_nothing(
    issuer: OidcProvider, client: FlaskClient, bent: dict[str, str]
) -> None:
    answer = {**issuer.sign_in(client.get(START).headers["Location"]), **bent}
    assert client.get(BACK, query_string=answer).status_code == 403 and not is_in(client)


def test_the_verifier_of_another_try_does_not_fit(issuer: OidcProvider, client: FlaskClient) -> None:
    answer = issuer.sign_in(client.get(START).headers["Location"])
    issuer.codes[answer["code"]]["code_challenge"] = "of somebody else"
    assert client.get(BACK, query_string=answer).status_code == 403


def test_while_the_provider_is_away_passwords_go_on(
    issuer: OidcProvider, client: FlaskClient, sign_in: SignIn
) -> None:
    answer = issuer.sign_in(client.get(START).headers["Location"])
    issuer.away = True
    said = client.get(BACK, query_string=answer)
    assert said.status_code == 503 and "mật khẩu Kho vẫn được" in said.get_data(as_text=True)
    providers._providers.clear()
    assert client.get(START).status_code == 503
    assert is_in(sign_in("lan"))


def test_signing_in_begins_a_fresh_session_and_signing_out_everywhere_ends_it(
    issuer: OidcProvider, app: KhoFlask, sign_in: SignIn
) -> None:
    browser = app.test_client()
    browser.get("/dang-nhap")
    before = browser.get_cookie("kho")
    assert through(browser, issuer).status_code == 302
    after = browser.get_cookie("kho")
    assert after is not None and (before is None or before.value != after.value)
    sign_in("lan").post("/tai-khoan/ket-thuc-phien")
    assert not is_in(browser)


def test_one_unties_the_own_account(issuer: OidcProvider, app: KhoFlask, sign_in: SignIn) -> None:
    through(app.test_client(), issuer)
    lan = sign_in("lan")
    assert "Đã gắn với tài khoản này" in lan.get("/tai-khoan").get_data(as_text=True)
    lan.post("/tai-khoan/nha-cung-cap/go")
    issuer.person["sub"] = "lan mới"
    assert through(app.test_client(), issuer).status_code == 302


def test_nobody_is_led_elsewhere_and_without_a_provider_there_is_no_door(
    issuer: OidcProvider, client: FlaskClient, app: KhoFlask
) -> None:
    assert through(client, issuer, "//evil.example").location == "/"
    app.config["KHO"] = replace(app.config["KHO"], oidc_issuer=None)
    assert client.get(START).status_code == client.get(BACK).status_code == 404


def test_wrong_settings_are_said_at_the_start() -> None:
    for env in ({"OIDC_ISSUER": "http://id.example"}, {"OIDC_ISSUER": "https://id.example"}):
        with pytest.raises(ConfigurationError):
            Settings.from_env({**env, "OIDC_CLIENT_ID": "kho"} if "http:" in str(env) else env)
    read = Settings.from_env({"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "kho"})
    assert read.oidc_name == "id.example"
