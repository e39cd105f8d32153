"""Notices: once per person and event, read in words, opened, never somebody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.db import Database
from repo_service.notifications.models import Notification
from repo_service.notifications.service import notify
from repo_service.notifications.texts import KINDS, sentence
from tests.cast import Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]


def _tell(
    db: Database,
    *people: str | None,
    path: str = "/phan-bien/x",
    origin: str = "o:1",
    kind: str = "review.approved",
    **values: str,
) -> None:
    with db.transaction():
        notify(people, kind, path, origin, **(values or {"by": "Phạm Thị Hoa", "title": "Phân số"}))


def _ids(db: Database) -> list[str]:
    with db.session(writing=False) as session:
        return list(session.scalars(select(Notification.id).order_by(Notification.created_at)))


def test_a_repeated_job_tells_nobody_twice(db: Database, cast: Cast) -> None:
    for _again in range(3):
        _tell(db, cast.lan, cast.hoa, None, cast.lan)
    assert len(_ids(db)) == 2
    _tell(db, cast.lan, origin="o:2")
    assert len(_ids(db)) == 3


def test_telling_nobody_does_nothing_and_an_unknown_kind_is_a_mistake(db: Database, cast: Cast) -> None:
    _tell(db)
    assert _ids(db) == []
    with pytest.raises(ValueError, match="no sentence"):
        _tell(db, cast.lan, kind="x")


def test_every_kind_reads_as_a_sentence_even_without_its_values(app: object) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        for kind in KINDS:
            assert "%" not in sentence(kind, {}) and sentence(kind, {}).strip()
        assert sentence("of.a.newer.release", {"title": "x"})


def test_people_are_named_as_the_reader_speaks_of_them(app: object) -> None:
    values = {"by": "Phạm Thị Hoa", "by_form": "co", "title": "Phân số"}
    with app.test_request_context():  # type: ignore[attr-defined]
        assert sentence("review.commented", values) == "Cô Hoa góp ý ở “Phân số”."
    with app.test_request_context(headers={"Cookie": "ngon_ngu=en"}):  # type: ignore[attr-defined]
        assert sentence("review.commented", values).startswith("Ms Hoa")


def test_the_inbox_shows_the_sentence_escaped_and_counts_the_unread(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    _tell(db, cast.lan, by="Hoa", title="<script>alert(1)</script>")
    page = sign_in("lan").get("/thong-bao").get_data(as_text=True)
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    assert "1 tin chưa đọc" in page
    assert "Chưa có thông báo nào" in sign_in("hoa").get("/thong-bao").get_data(as_text=True)


def test_opening_marks_as_read_and_leads_on(db: Database, cast: Cast, sign_in: SignIn) -> None:
    _tell(db, cast.lan)
    notice, lan = _ids(db)[0], sign_in("lan")
    assert lan.post(f"/thong-bao/{notice}/mo").location == "/phan-bien/x"
    with db.session(writing=False):
        assert viewer_of(cast.lan).unread == 0


def test_a_path_to_elsewhere_is_not_followed(db: Database, cast: Cast, sign_in: SignIn) -> None:
    _tell(db, cast.lan, path="//elsewhere.example/x")
    assert sign_in("lan").post(f"/thong-bao/{_ids(db)[0]}/mo").location == "/"


def test_nobody_opens_or_reads_somebody_elses_notice(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    _tell(db, cast.lan)
    notice = _ids(db)[0]
    for path in (notice, "0" * 16):
        assert sign_in("hoa").post(f"/thong-bao/{path}/mo").status_code == 404
    sign_in("hoa").post("/thong-bao/da-doc")
    with db.session(writing=False):
        assert viewer_of(cast.lan).unread == 1
    assert client.get("/thong-bao").location.startswith("/dang-nhap")


def test_everything_is_read_at_once(db: Database, cast: Cast, sign_in: SignIn) -> None:
    for number in range(3):
        _tell(db, cast.lan, origin=f"o:{number}")
    assert sign_in("lan").post("/thong-bao/da-doc").status_code == 303
    with db.session(writing=False):
        assert viewer_of(cast.lan).unread == 0


def test_the_inbox_is_paged(db: Database, cast: Cast, sign_in: SignIn) -> None:
    for number in range(21):
        _tell(db, cast.lan, origin=f"o:{number}", by="Hoa", title=f"Bài số {number:02}")
    lan = sign_in("lan")
    first, second = (lan.get(f"/thong-bao?page={number}").get_data(as_text=True) for number in (1, 2))
    assert "Bài số 20" in first and "Bài số 00" not in first and "/thong-bao?page=2" in first
    assert "Bài số 00" in second
    for odd in ("0", "-3", "x", "9" * 30):
        assert lan.get(f"/thong-bao?page={odd}").status_code == 200
