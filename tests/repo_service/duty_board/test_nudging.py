"""The gentle nudge: one a week and cell, to the lead, recorded; never about what is met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.duty_board.models import DutyNudge
from repo_service.organizations.models import Membership
from tests.cast import Cast
from tests.factories import REFERENCE_MOMENT, THIS_YEAR

SignIn = Callable[[str], FlaskClient]
TEXT = "Thầy Minh ơi, cụm cần Sở giúp gì để bắt đầu không ạ?"


@pytest.fixture
def cell(cast: Cast) -> str:
    return f"/cum/{cast.clusters['K2']}/viec-nam/{THIS_YEAR}/product/nhac"


def test_the_lead_reads_the_nudge_and_the_board_remembers_it(
    cell: str, db: Database, cast: Cast, sign_in: SignIn, work: Callable[[], None]
) -> None:
    tuan = sign_in("tuan")
    page = tuan.get("/so/nhiem-vu").get_data(as_text=True)
    assert f'action="{cell}"' in page and "Thầy Minh ơi, việc “sản phẩm năm” của cụm còn dở" in page
    assert (
        tuan.post(cell, data={"text": TEXT, "next": "/so/nhiem-vu?level=thcs"}).location
        == "/so/nhiem-vu?level=thcs"
    )
    work()
    inbox = sign_in("minh").get("/thong-bao").get_data(as_text=True)
    assert "Thầy Tuấn nhắc nhẹ cụm Cụm THCS Toán" in inbox and TEXT in inbox
    assert TEXT not in sign_in("hoa").get("/thong-bao").get_data(as_text=True)
    assert "Lần nhắc trước: 16/11/2026, thầy Tuấn" in tuan.get("/so/nhiem-vu").get_data(as_text=True)
    with db.session(writing=False) as session:
        kept = session.scalars(select(AuditEntry).where(AuditEntry.action == "duty.nudged")).one()
        assert (kept.object_id, kept.values["duty"]) == (cast.clusters["K2"], "product")


def test_a_cell_is_nudged_once_a_week_whoever_does_it(cell: str, db: Database, sign_in: SignIn) -> None:
    def said(name: str) -> str:
        browser = sign_in(name)
        browser.post(cell, data={"text": TEXT})
        return browser.get("/so/nhiem-vu").get_data(as_text=True)

    with clock.pinned(REFERENCE_MOMENT):
        assert "Đã gửi lời nhắc" in said("tuan")
        assert "Trong tuần này đã có người nhắc" in said("phuc")
    with clock.pinned(REFERENCE_MOMENT + timedelta(days=7, minutes=1)):
        assert "Đã gửi lời nhắc" in said("phuc")
    with db.session(writing=False) as session:
        assert len(session.scalars(select(DutyNudge)).all()) == 2


def test_a_nudge_is_a_line(cell: str, sign_in: SignIn, cast: Cast) -> None:
    api, tuan = f"/api/clusters/{cast.clusters['K2']}/duties/{THIS_YEAR}/product/nudges", sign_in("tuan")
    for text in ("", "  ", "x" * 501):
        answer = tuan.post(api, json={"text": text})
        assert (answer.status_code, set(answer.json["errors"])) == (422, {"text"})
        assert tuan.post(cell, data={"text": text}).status_code == 303
    assert "Viết gọn trong 500 chữ cái nhé." in tuan.get("/so/nhiem-vu").get_data(as_text=True)


def test_the_api_sends_a_nudge_and_says_what_stands_in_the_way(
    cast: Cast, db: Database, sign_in: SignIn
) -> None:
    base = f"/api/clusters/{cast.clusters['K2']}/duties"
    tuan = sign_in("tuan")
    assert (
        tuan.post(f"{base}/{THIS_YEAR}/reviews/nudges", json={"text": TEXT}).status_code == 409
    )  # nothing is late
    sent = tuan.post(f"{base}/{THIS_YEAR}/product/nudges", json={"text": TEXT})
    assert (sent.status_code, sent.json["text"]) == (201, TEXT)
    assert tuan.post(f"{base}/{THIS_YEAR}/product/nudges", json={"text": TEXT}).status_code == 409
    for wrong in (f"{THIS_YEAR}/ranking", "2026/product", "2010-2011/product"):
        assert tuan.post(f"{base}/{wrong}/nudges", json={"text": TEXT}).status_code == 404
    with db.transaction() as session:
        session.execute(Membership.__table__.delete().where(Membership.role == "truong-cum"))
    answer = tuan.post(
        f"/api/clusters/{cast.clusters['K1']}/duties/{THIS_YEAR}/product/nudges", json={"text": TEXT}
    )
    assert answer.status_code == 409 and "chưa cử trưởng cụm" in answer.json["detail"]


def test_nudges_are_for_the_department_and_for_officers_of_the_clusters_communes(
    cell: str, cast: Cast, sign_in: SignIn
) -> None:
    for name in ("lan", "minh", "hanh", "quang"):
        assert sign_in(name).post(cell, data={"text": TEXT}).status_code == 404, name
    phuc = sign_in("phuc")
    assert phuc.post(cell, data={"text": TEXT}).status_code == 303
    other = cell.replace(cast.clusters["K2"], cast.clusters["K1"])
    assert phuc.post(other, data={"text": TEXT}).status_code == 404
