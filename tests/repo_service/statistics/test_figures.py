"""Figures by month and subject: counted once, narrowed by rights, the same on page, API and in files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.classroom_use.models import Teaching
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.resources import service, succession
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource, find_version
from repo_service.statistics.jobs import refresh
from repo_service.statistics.models import FigureMonth, MonthlyFigure
from repo_service.usage.models import UsageEvent
from tests.cast import Cast
from tests.factories import counted_statements, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)
LAST_HOUR_OF_OCTOBER = datetime(2026, 10, 31, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
FIRST_OF_NOVEMBER = datetime(2026, 10, 31, 17, 1, tzinfo=UTC)


@pytest.fixture
def works(db: Database, cast: Cast) -> dict[str, str]:
    """Three works of K2 and one of K1, in October and November; some were downloaded; all months are counted."""
    made: dict[str, str] = {}
    plan: list[tuple[str, datetime, str, str, dict[str, Any]]] = [
        ("algebra", OCTOBER, "lan", "K2", {}),
        ("both", LAST_HOUR_OF_OCTOBER, "lan", "K2", {"subjects": ["toan", "khoa-hoc-tu-nhien"]}),
        ("exam", FIRST_OF_NOVEMBER, "hoa", "K2", {"type": "cong-cu-danh-gia", "subjects": ["ngu-van"]}),
        ("other", OCTOBER, "quang", "K1", {}),
    ]
    for key, moment, who, cluster, described in plan:
        with clock.pinned(moment), db.transaction():
            made[key] = published(cast.people[who], cast.clusters[cluster], **described).id
    with db.transaction() as session:
        for key, moment in (
            ("algebra", OCTOBER),
            ("algebra", FIRST_OF_NOVEMBER),
            ("both", FIRST_OF_NOVEMBER),
        ):
            session.add(UsageEvent(kind="goi", resource_id=made[key], version=1, user_id=cast.hoa, at=moment))
    refresh(db)
    return made


def months_of(body: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    return {line["code"]: (line["sent"], line["published"], line["downloads"]) for line in body["months"]}


def subjects_of(body: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    return {line["code"]: (line["sent"], line["published"], line["downloads"]) for line in body["subjects"]}


def test_months_turn_at_midnight_in_vietnam_and_a_work_counts_once(
    works: dict[str, str], sign_in: SignIn
) -> None:
    body = sign_in("tuan").get("/api/figures").json
    assert months_of(body) == {
        "2026-08": (0, 0, 0), "2026-09": (0, 0, 0), "2026-10": (3, 3, 1), "2026-11": (1, 1, 2),
    }  # fmt: skip
    assert subjects_of(body) == {"toan": (3, 3, 3), "ngu-van": (1, 1, 0), "khoa-hoc-tu-nhien": (1, 1, 1)}
    assert [line["code"] for line in body["subjects"]] == ["ngu-van", "toan", "khoa-hoc-tu-nhien"]
    assert body["counted_at"].startswith("2026-11-16")


def test_filters_narrow_months_and_subjects(works: dict[str, str], cast: Cast, sign_in: SignIn) -> None:
    tuan = sign_in("tuan")

    def october(query: str) -> tuple[int, int, int]:
        return months_of(tuan.get(f"/api/figures?{query}").json)["2026-10"]

    assert october(f"cluster={cast.clusters['K2']}") == (2, 2, 1)
    assert october("subject=khoa-hoc-tu-nhien") == (1, 1, 0)
    assert october("type=cong-cu-danh-gia") == (0, 0, 0)
    assert october("subject=zzz&type=x") == (0, 0, 0)
    assert subjects_of(tuan.get("/api/figures?type=cong-cu-danh-gia").json) == {"ngu-van": (1, 1, 0)}
    assert months_of(tuan.get("/api/figures?school_year=2027-2028").json) == {}
    assert tuan.get("/api/figures?school_year=2027").status_code == 422
    assert tuan.get("/so-lieu?school_year=2027").status_code == 200


def test_leads_see_their_cluster_only_and_nobody_else_anything(
    works: dict[str, str], cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    minh = sign_in("minh")
    assert minh.get("/api/figures").json["cluster"] == cast.clusters["K2"]
    assert months_of(minh.get("/api/figures").json)["2026-10"] == (2, 2, 1)
    page = minh.get("/so-lieu").get_data(as_text=True)
    assert "Cụm Tiểu học" not in page and "Toàn tỉnh" not in page
    for path in ("/so-lieu", "/so-lieu.xlsx", "/api/figures"):
        assert minh.get(f"{path}?cluster={cast.clusters['K1']}").status_code == 404
    for name in ("lan", "hoa", "hanh", "phuc"):
        browser = sign_in(name)
        for path in ("/so-lieu", "/so-lieu.csv", "/api/figures", f"/so-lieu?cluster={cast.clusters['K2']}"):
            assert browser.get(path).status_code == 404, (name, path)
    assert (client.get("/api/figures").status_code, client.get("/so-lieu").status_code) == (401, 302)


def test_page_files_and_api_say_the_same_numbers(works: dict[str, str], sign_in: SignIn) -> None:
    tuan = sign_in("tuan")
    page, body = tuan.get("/so-lieu").get_data(as_text=True), tuan.get("/api/figures").json
    months = rows_of(page, "bang-thang")
    assert [tuple(map(int, row[1:])) for row in months] == [*months_of(body).values(), (4, 4, 3)]
    subjects = rows_of(page, "bang-mon")
    assert [tuple(map(int, row[1:])) for row in subjects] == list(subjects_of(body).values())
    book = openpyxl.load_workbook(io.BytesIO(tuan.get("/so-lieu.xlsx").data))
    tables = docx.Document(io.BytesIO(tuan.get("/so-lieu.docx").data)).tables
    for place, (table, shown) in enumerate((("month", months), ("subject", subjects))):
        sheet = [[str(cell) for cell in row] for row in book.worksheets[place].iter_rows(values_only=True)]
        lines = tuan.get(f"/so-lieu.csv?table={table}").data.decode("utf-8-sig")
        paper = [[cell.text for cell in row.cells] for row in tables[place].rows]
        assert sheet[1:] == paper[1:] == list(csv.reader(io.StringIO(lines)))[1:] == shown
    bars = re.findall(r'<text x="[\d.]+" y="[\d.]+" text-anchor="middle">(\d+)</text>', page)
    assert {"3", "1", "2"} <= set(bars)  # the numbers above the bars
    assert tuan.get("/so-lieu.pdf").status_code == 404


def rows_of(page: str, table: str) -> list[list[str]]:
    body = page.split(f'id="{table}"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def test_private_withdrawn_and_embargoed_works_are_not_counted(
    works: dict[str, str], db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction() as session:
        succession.withdraw(
            viewer_of(cast.minh), session.get_one(Resource, works["algebra"]), "Có trang quét."
        )
        session.get_one(Resource, works["other"]).visibility = "rieng"
        _, version = draft(cast.lan, cast.clusters["K2"])
        version.state, version.submitted_at = "in_review", OCTOBER
        version.embargo_until = datetime(2026, 12, 1, tzinfo=UTC)
    refresh(db)
    assert months_of(sign_in("tuan").get("/api/figures").json)["2026-10"] == (1, 1, 0)
    with clock.pinned(datetime(2026, 12, 2, tzinfo=UTC)):
        refresh(db)  # October is two months back: counted again in its turn
        assert months_of(sign_in("tuan").get("/api/figures").json)["2026-10"] == (2, 1, 0)


def test_signals_of_use_stand_beside_the_counts(
    works: dict[str, str], db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction() as session:
        lan, resource = viewer_of(cast.lan), session.get_one(Resource, works["algebra"])
        version = service.start_version(
            lan, find_resource(lan, resource.id), find_version(resource, resource.current_version_id)
        )
        service.submit(lan, resource, version)
        service.move_version(None, resource, version, "approve")
        service.publish_version(None, resource, version)
        session.add(
            Teaching(
                resource_id=works["both"], user_id=cast.thao, class_name="6A", taught_on=date(2026, 10, 31)
            )
        )
    refresh(db)
    body = sign_in("tuan").get(f"/api/figures?cluster={cast.clusters['K2']}").json
    assert {each["code"]: each["count"] for each in body["signals"]} == {"improved": 1, "taught": 1}
    assert months_of(body)["2026-11"] == (
        2,
        1,
        2,
    )  # a later version is sent again, and published for the first time once
    page = sign_in("tuan").get("/so-lieu").get_data(as_text=True)
    assert "Tiết dạy bằng bài trong Kho</p><p><b>1</b>" in page


def test_counting_again_changes_nothing_and_follows_the_present_month(
    works: dict[str, str], db: Database, cast: Cast, sign_in: SignIn
) -> None:
    def kept() -> list[tuple[Any, ...]]:
        with db.session(writing=False) as session:
            rows = session.scalars(select(MonthlyFigure))
            return sorted(
                (row.month, row.cluster_id, row.measure, row.subject, row.type, row.count) for row in rows
            )

    before = kept()
    refresh(db)
    assert kept() == before
    with db.session(writing=False) as session:
        assert session.scalars(select(FigureMonth.month).order_by(FigureMonth.month)).all() == [
            "2026-10",
            "2026-11",
        ]
    with db.transaction() as session:
        at = clock.now() - timedelta(hours=1)
        session.add(UsageEvent(kind="tep", resource_id=works["exam"], version=1, user_id=None, at=at))
    refresh(db)
    assert months_of(sign_in("tuan").get("/api/figures").json)["2026-11"] == (1, 1, 3)


def test_an_empty_repository_says_that_nothing_is_counted_yet(sign_in: SignIn, db: Database) -> None:
    refresh(db)
    assert "Kho chưa đếm xong" in sign_in("tuan").get("/so-lieu").get_data(as_text=True)


def test_a_page_of_figures_reads_few_statements(
    works: dict[str, str], app: Any, db: Database, cast: Cast
) -> None:
    from repo_service.statistics.figures import Filters, read_figures

    with app.test_request_context(), db.session(writing=False):
        tuan = viewer_of(cast.tuan)
        with counted_statements(db) as seen:
            read_figures(tuan, Filters("2026-2027", cluster=cast.clusters["K2"]))
    assert len(seen) <= 6
