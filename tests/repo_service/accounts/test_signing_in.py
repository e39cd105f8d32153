"""Coming in and going out: passwords, sessions that end when they must, guesses that are counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from repo_service.accounts import queries, service
from repo_service.accounts.addresses.service import give_address
from repo_service.accounts.sessions import register_sessions
from repo_service.core import clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.permissions import GUEST
from tests.cast import PASSWORD, Cast
from tests.factories import REFERENCE_MOMENT, counted_statements

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def without_forgery_checks(app: KhoFlask) -> object:
    app.config["WTF_CSRF_ENABLED"] = False
    yield
    app.config["WTF_CSRF_ENABLED"] = True


def guess(browser: FlaskClient, username: str, password: str, address: str, **more: str) -> TestResponse:
    return browser.post(
        "/dang-nhap",
        data={"username": username, "password": password, **more},
        environ_base={"REMOTE_ADDR": address},
    )


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/tai-khoan").status_code == 200


@pytest.mark.parametrize("typed", ["lan", " LAN ", "Lán"])
def test_a_name_is_one_whatever_its_case_and_marks(client: FlaskClient, typed: str) -> None:
    assert guess(client, typed, PASSWORD, "10.0.0.1").status_code == 302
    assert is_signed_in(client)


def test_a_school_mail_address_works_as_a_name(client: FlaskClient, db: Database, cast: Cast) -> None:
    with db.transaction():
        give_address(queries.find_user(cast.lan), "Lan@truong.edu.vn", cast.hanh)
    assert guess(client, "lan@TRUONG.edu.vn", PASSWORD, "10.0.0.1").status_code == 302


def test_wrong_name_and_wrong_password_look_the_same(client: FlaskClient) -> None:
    known, unknown = (guess(client, name, "sai mat khau", "10.0.0.2") for name in ("minh", "khong-co-ai"))
    assert known.status_code == unknown.status_code == 422
    texts = [
        re.sub(r'[\w-]+\.[\w-]+\.[\w-]+"', '"', answer.get_data(as_text=True)).replace(name, "?")
        for answer, name in ((known, "minh"), (unknown, "khong-co-ai"))
    ]  # forged-form tokens hold the second they were made in
    assert texts[0] == texts[1]
    assert "chưa đúng" in texts[0]
    assert not is_signed_in(client)


def test_the_eleventh_guess_of_a_name_is_refused_but_the_owner_comes_in(
    app: KhoFlask, client: FlaskClient
) -> None:
    answers = [guess(client, "minh", f"doan {number}", "10.0.0.3").status_code for number in range(12)]
    assert answers == [422] * 10 + [429] * 2
    limited = guess(client, "minh", PASSWORD, "10.0.0.3")
    assert limited.status_code == 429
    assert limited.headers["Retry-After"] == "300"
    assert guess(app.test_client(), "minh", PASSWORD, "10.0.0.4").status_code == 302


def test_an_address_that_tries_many_names_is_stopped(client: FlaskClient) -> None:
    answers = [guess(client, f"ai-do-{number}", "doan", "10.0.0.5").status_code for number in range(35)]
    assert answers.count(422) == 30
    assert answers[-1] == 429


def test_right_passwords_of_a_whole_staff_room_are_never_limited(app: KhoFlask) -> None:
    answers = [guess(app.test_client(), "lan", PASSWORD, "10.0.0.6").status_code for _ in range(12)]
    assert answers == [302] * 12


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example"]
)
def test_signing_in_never_leads_off_this_site(client: FlaskClient, target: str) -> None:
    assert guess(client, "lan", PASSWORD, "10.0.0.7", next=target).headers["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was(client: FlaskClient) -> None:
    assert guess(client, "lan", PASSWORD, "10.0.0.7", next="/tai-khoan").headers["Location"] == "/tai-khoan"


def test_a_closed_account_does_not_come_in_and_its_session_ends(
    sign_in: SignIn, client: FlaskClient, db: Database, cast: Cast
) -> None:
    browser = sign_in("lan")
    with db.transaction():
        service.deactivate(queries.find_user(cast.lan), cast.tuan)
    assert not is_signed_in(browser)
    assert guess(client, "lan", PASSWORD, "10.0.0.8").status_code == 422
    with db.transaction():
        service.activate(queries.find_user(cast.lan), cast.tuan)
    assert not is_signed_in(browser), "sessions of before stay ended"


def test_the_cookie_is_new_at_sign_in_and_refused_after_sign_out(sign_in: SignIn, app: KhoFlask) -> None:
    browser = sign_in("lan")
    first = browser.get_cookie("kho").value  # type: ignore[union-attr]
    assert sign_in("lan").get_cookie("kho").value != first  # type: ignore[union-attr]
    browser.post("/dang-xuat")
    assert not is_signed_in(browser)
    thief = app.test_client()
    thief.set_cookie("kho", first)
    assert not is_signed_in(thief)


def test_signing_out_here_leaves_other_machines_signed_in(sign_in: SignIn) -> None:
    here, there = sign_in("lan"), sign_in("lan")
    here.post("/dang-xuat")
    assert is_signed_in(there)


def test_ending_other_sessions_keeps_this_one(sign_in: SignIn) -> None:
    here, there, stranger = sign_in("lan"), sign_in("lan"), sign_in("minh")
    here.post("/tai-khoan/ket-thuc-phien")
    assert is_signed_in(here) and is_signed_in(stranger)
    assert not is_signed_in(there)


def test_a_session_ends_when_idle_and_lives_on_when_used(sign_in: SignIn) -> None:
    with clock.pinned(REFERENCE_MOMENT):
        used, idle = sign_in("lan"), sign_in("lan")
    for hours in (5, 10, 15):
        with clock.pinned(REFERENCE_MOMENT + timedelta(hours=hours)):
            assert is_signed_in(used)
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=13)):
        assert not is_signed_in(idle)


def test_no_session_outlives_thirty_days(sign_in: SignIn) -> None:
    with clock.pinned(REFERENCE_MOMENT):
        browser = sign_in("lan")
    for hours in range(11, 30 * 24, 11):
        with clock.pinned(REFERENCE_MOMENT + timedelta(hours=hours)):
            assert is_signed_in(browser)
    with clock.pinned(REFERENCE_MOMENT + timedelta(days=30, hours=1)):
        assert not is_signed_in(browser)


def test_a_forged_or_cut_cookie_is_a_guest(client: FlaskClient) -> None:
    for value in ("", "x", "eyJ1c2VyIjoieCJ9.aa.bb"):
        client.set_cookie("kho", value)
        assert not is_signed_in(client)


def test_the_cookie_cannot_be_read_by_scripts_or_sent_across_sites(client: FlaskClient) -> None:
    flags = guess(client, "lan", PASSWORD, "10.0.0.9").headers["Set-Cookie"]
    assert "HttpOnly" in flags and "SameSite=Lax" in flags and "Path=/" in flags


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [("https://kho.example.vn", "__Host-kho", True), ("http://10.1.1.5", "kho", False), (None, "kho", False)],
)
def test_over_https_the_cookie_is_bound_to_the_host(public_url: str | None, name: str, secure: bool) -> None:
    site = Flask("site")
    site.config["KHO"] = SimpleNamespace(public_url=public_url)
    register_sessions(site, lambda _account: GUEST)
    assert (site.config["SESSION_COOKIE_NAME"], site.config["SESSION_COOKIE_SECURE"]) == (name, secure)
    assert site.config["SESSION_COOKIE_HTTPONLY"] and "SESSION_COOKIE_DOMAIN" not in {
        key for key, value in site.config.items() if value
    }


def test_recognising_a_person_costs_one_statement(sign_in: SignIn, db: Database) -> None:
    browser = sign_in("lan")
    with counted_statements(db) as seen:
        browser.get("/dang-nhap")
    assert len(seen) == 1


def test_a_form_without_its_token_is_refused(app: KhoFlask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert guess(client, "lan", PASSWORD, "10.0.0.10").status_code == 400
