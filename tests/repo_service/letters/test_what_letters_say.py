"""What letters say: nothing that may not be known any more, safely, in the reader’s language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.resources.models import Resource, ResourceVersion
from tests.cast import Cast
from tests.factories import draft, published
from tests.mail_server import Mailbox
from tests.repo_service.letters.conftest import PostOffice


def _text(mailbox: Mailbox, number: int = 0) -> str:
    body = mailbox.letters[number].get_body(("plain",))
    assert body is not None
    return body.get_content()


def _work(db: Database, cast: Cast, **more: object) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"], title="Phân số thân thiện", **more).id


@pytest.mark.parametrize("hidden", ["cum", "rieng", "withdrawn", "embargo", "gone"])
def test_a_work_out_of_reach_at_sending_is_not_named(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox, hidden: str
) -> None:
    work = _work(db, cast)
    post.wants("quang", "ngay")
    post.tell("quang", "follow.published", f"/hoc-lieu/{work}", title="Phân số thân thiện")
    with db.transaction() as session:
        resource = session.get_one(Resource, work)
        if hidden == "withdrawn":
            resource.state = hidden
        elif hidden == "embargo":
            version = session.get_one(ResourceVersion, resource.current_version_id)
            version.embargo_until = clock.now() + timedelta(days=1)
        elif hidden == "gone":
            resource.current_version_id = None
        else:
            resource.visibility = hidden
    post.run()
    whole = mailbox.letters[0].as_string() + _text(mailbox)
    assert "thân thiện" not in whole and "Có tin mới: Điều tôi theo dõi" in whole


def test_exams_under_embargo_are_not_named_even_to_their_reviewers(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    with db.transaction():
        resource, version = draft(cast.lan, cast.clusters["K2"], title="Đề thi thử tháng Tư")
        version.embargo_until = clock.now() + timedelta(days=3)
    post.wants("lan", "ngay")
    post.tell("lan", "review.commented", f"/hoc-lieu/{resource.id}", title="Đề thi thử tháng Tư", by="Hoa")
    post.run()
    assert "Đề thi thử" not in mailbox.letters[0].as_string() + _text(mailbox)


def test_a_page_the_letters_do_not_know_is_not_spoken_of(post: PostOffice, mailbox: Mailbox) -> None:
    post.wants("thao", "ngay")
    post.tell("thao", "search.found", "/tim-da-luu/x/moi?tu=1", name="hộ nghèo lớp 6B", count=2)
    post.run()
    assert "hộ nghèo" not in mailbox.letters[0].as_string() + _text(mailbox)


def test_names_and_titles_break_no_header_and_no_page(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    work = _work(db, cast)
    post.wants("thao", "ngay")
    with db.transaction() as session:
        session.get_one(User, cast.thao).name = "Thảo\r\nBcc: all@example.com, <b>"
    title = "Bài\r\nBcc: all@example.com <script>alert(1)</script>"
    post.tell("thao", "follow.published", f"/hoc-lieu/{work}", title=title)
    post.run()
    assert all(letter["Bcc"] is None for letter in mailbox.letters)
    assert all(people == ["thao@truong.example.edu.vn"] for people in mailbox.recipients)
    for letter in mailbox.letters:
        page = letter.get_body(("html",))
        assert page is not None and "<script>" not in page.get_content()


def test_letters_are_in_their_readers_language(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    work = _work(db, cast)
    post.wants("thao", "ngay")
    with db.transaction() as session:
        session.get_one(User, cast.thao).language = "en"
    post.tell("thao", "follow.published", f"/hoc-lieu/{work}", title="Phân số")
    post.run()
    assert mailbox.letters[0]["Subject"] == "Kho: news for you (1)"
    assert "Hello Ms Thảo," in _text(mailbox) and mailbox.letters[0]["Content-Language"] == "en"


def test_a_long_digest_says_how_many_more(post: PostOffice, mailbox: Mailbox) -> None:
    post.wants("thao", "ngay")
    for number in range(53):
        post.tell("thao", "request.asked", "/loi-nho/x", f"o:{number}", by="Lan", text="x")
    post.run()
    assert "Còn 3 tin nữa" in _text(mailbox) and len(mailbox.letters) == 1
