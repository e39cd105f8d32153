"""Switching the language: the page, its words and its errors follow the person's choice; data stays as written."""

import html
from collections.abc import Callable

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from repo_service.core.db import KhoFlask
from repo_service.core.i18n import LANGUAGE_COOKIE
from tests.architecture.source_tree import SERVICE

SignIn = Callable[[str], FlaskClient]
GUEST_PAGES = ("/", "/tim", "/tim?q=zzqqxx", "/dang-nhap", "/huong-dan", "/khong-co-trang-nay")
TEACHER_PAGES = ("/", "/tim", "/dong-gop", "/phan-bien", "/viec-cua-toi", "/cum", "/tai-khoan", "/thong-bao")


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Texts of six words and more: shorter ones may also be labels of the controlled lists, which are data."""
    with (SERVICE / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        ids = [entry.id for entry in read_po(file, locale="vi") if isinstance(entry.id, str)]
    return [text for text in ids if len(text.split()) >= 6 and "%(" not in text]


@pytest.mark.parametrize("path", GUEST_PAGES)
def test_a_guest_reads_every_sentence_in_english(
    client: FlaskClient, sentences: list[str], path: str
) -> None:
    client.set_cookie(LANGUAGE_COOKIE, "en")
    assert_english(client, path, sentences)


@pytest.mark.parametrize("path", TEACHER_PAGES)
def test_a_teacher_reads_every_sentence_in_english(sign_in: SignIn, sentences: list[str], path: str) -> None:
    browser = sign_in("lan")
    browser.set_cookie(LANGUAGE_COOKIE, "en")
    assert_english(browser, path, sentences)


def assert_english(browser: FlaskClient, path: str, sentences: list[str]) -> None:
    page = html.unescape(browser.get(path).text)
    assert '<html lang="en"' in page
    assert [text for text in sentences if text in page] == []


def test_the_switch_is_remembered_and_goes_both_ways(client: FlaskClient) -> None:
    assert '<html lang="vi"' in client.get("/tim").text
    assert client.get("/ngon-ngu/en?next=/tim").headers["Location"] == "/tim"
    assert '<html lang="en"' in client.get("/tim").text
    client.get("/ngon-ngu/vi?next=/tim")
    assert '<html lang="vi"' in client.get("/tim").text


def test_the_switch_knows_only_its_languages_and_stays_at_home(client: FlaskClient) -> None:
    answer = client.get("/ngon-ngu/xx?next=https://example.org/")
    assert answer.headers["Location"] == "/"
    assert "Set-Cookie" not in answer.headers


def test_errors_of_the_api_follow_the_language(client: FlaskClient) -> None:
    said = client.get("/api/resources/khong-co").get_json()["detail"]
    client.set_cookie(LANGUAGE_COOKIE, "en")
    english = client.get("/api/resources/khong-co").get_json()["detail"]
    assert said != english
    assert english.isascii()


@pytest.mark.usefixtures("sign_in")  # forged-form checks are off
def test_a_wrong_form_is_explained_in_english(client: FlaskClient) -> None:
    client.set_cookie(LANGUAGE_COOKIE, "en")
    page = client.post("/dang-nhap", data={"username": "lan", "password": "không đúng"}).text
    assert "The user name or password is not right." in page


def test_sentences_and_icons_are_compiled_into_the_templates_of_each_language(app: KhoFlask) -> None:
    source = "<b>{{ _('Đăng nhập') }}</b>{{ icon('search') }}{{ icon(name) }}{{ _('%(n)s bài', n='<2>') }}"
    with app.test_request_context("/"):
        assert "yield '<b>Đăng nhập</b><svg class=" in str(app.jinja_env.compile(source, raw=True))
        said = app.jinja_env.from_string(source).render(name="<x>")
    assert said.count("<svg") == 2 and "#&lt;x&gt;" in said and said.endswith("&lt;2&gt; bài")
