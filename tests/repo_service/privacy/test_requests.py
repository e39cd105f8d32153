"""Requests about personal data run by the law's clocks, on a page for who asks and one for the department."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.accounts.service import ERASED_NAME
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.privacy.clocks import KINDS, answer_by, finish_by
from repo_service.privacy.models import PrivacyRequest
from tests.cast import Cast
from tests.factories import REFERENCE_MOMENT

SignIn = Callable[[str], FlaskClient]
OWN, DESK = "/tai-khoan/du-lieu", "/so/du-lieu-ca-nhan"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)


def _request(db: Database) -> PrivacyRequest:
    with db.session(writing=False) as session:
        return session.scalars(select(PrivacyRequest).order_by(PrivacyRequest.asked_at.desc())).first()  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("2026-11-16T08:00", "2026-11-19T00:00"),
        ("2026-11-19T23:59", "2026-11-24T00:00"),
        ("2026-11-21T10:00", "2026-11-25T00:00"),
    ],
)
def test_an_answer_is_due_after_two_working_days(asked: str, answered: str) -> None:
    assert answer_by(_at(asked)) == _at(answered)


def test_each_kind_has_its_days() -> None:
    asked = _at("2026-11-16T08:00")
    days = {kind: (finish_by(asked, kind) - _at("2026-11-17T00:00")).days for kind in KINDS}
    assert days == {"xem": 10, "sua": 10, "xoa": 20, "han-che": 15, "phan-doi": 15, "rut-dong-y": 15}


def test_a_request_is_asked_answered_put_off_once_and_closed(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    lan, tuan = sign_in("lan"), sign_in("tuan")
    lan.post(OWN, data={"kind": "han-che", "words": "Đừng dùng ảnh của tôi"})
    lan.post(OWN, data={"kind": "han-che"})
    page = tuan.get(DESK).get_data(as_text=True)
    assert page.count("Đừng dùng ảnh của tôi") == 1 and "trả lời trước" in page
    row = _request(db)
    tuan.post(f"{DESK}/{row.id}", data={"viec": "nhan"})
    tuan.post(f"{DESK}/{row.id}", data={"viec": "gia-han", "words": "Chờ đơn vị lưu trữ trả lời"})
    assert tuan.post(f"{DESK}/{row.id}", data={"viec": "gia-han", "words": "nữa"}).status_code == 409
    changed = _request(db)
    assert changed.finish_by - row.finish_by == timedelta(days=15) and changed.answered_at is not None
    tuan.post(f"{DESK}/{row.id}", data={"viec": "xong", "words": ""})
    assert _request(db).closed_at is None, "nobody is told nothing"
    tuan.post(f"{DESK}/{row.id}", data={"viec": "xong", "words": "Đã gỡ ảnh khỏi hai bài."})
    own = lan.get(OWN).get_data(as_text=True)
    assert "Đã gỡ ảnh khỏi hai bài." in own and "Sở đã cập nhật" in lan.get("/thong-bao").get_data(
        as_text=True
    )
    assert "Đã gỡ ảnh" in tuan.get(DESK + "?xem=xong").get_data(as_text=True)
    assert tuan.post(f"{DESK}/{row.id}", data={"viec": "nhan"}).status_code == 409


def test_an_administrator_erases_who_asked_for_it(db: Database, cast: Cast, sign_in: SignIn) -> None:
    sign_in("lan").post(OWN, data={"kind": "xoa"})
    row = _request(db)
    assert sign_in("tuan").post(f"{DESK}/{row.id}", data={"viec": "xoa"}).status_code == 404
    assert sign_in("quantri").post(f"{DESK}/{row.id}", data={"viec": "xoa"}).status_code == 303
    with db.session(writing=False) as session:
        assert session.get_one(User, cast.lan).name == ERASED_NAME
        assert session.get_one(PrivacyRequest, row.id).closed_at is not None


def test_late_ones_are_red_and_only_the_department_sees_them(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    with clock.pinned(REFERENCE_MOMENT - timedelta(days=30)):
        sign_in("hoa").post(OWN, data={"kind": "sua", "words": "Sai năm sinh"})
    tuan = sign_in("tuan")
    assert tuan.get(DESK).get_data(as_text=True).count("badge-bad") == 2
    for name in ("lan", "minh", "hanh"):
        assert sign_in(name).get(DESK).status_code == 404
        assert sign_in(name).post(f"{DESK}/{_request(db).id}", data={"viec": "nhan"}).status_code == 404
    assert client.get(OWN).location.startswith("/dang-nhap")
    for wrong in ({"kind": "x"}, {"kind": "sua", "words": "x" * 3000}):
        lan = sign_in("lan")
        lan.post(OWN, data=wrong)
        assert "mới gửi" not in lan.get(OWN).get_data(as_text=True)
