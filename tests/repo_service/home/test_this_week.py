"""Works for the teaching week: the week is counted from the opening day, the works are what the viewer may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.school_year import SchoolYear
from repo_service.home.this_week import week_of_today
from repo_service.organizations.province_settings import change_province_setting
from tests.cast import Cast
from tests.factories import counted_statements, published, viewer_of

Signer = Callable[[str], FlaskClient]
OF_SIX = "/tuan-nay?subject=toan&grade=lop-6"


@pytest.mark.parametrize(
    ("start", "opening", "monday"),
    [
        (2026, (5, 9), date(2026, 9, 7)),
        (2025, (5, 9), date(2025, 9, 8)),
        (2022, (5, 9), date(2022, 9, 5)),
        (2026, (1, 9), date(2026, 9, 7)),
    ],
)
def test_the_first_week_begins_on_the_monday_from_the_opening_day_on(
    start: int, opening: tuple[int, int], monday: date
) -> None:
    assert SchoolYear(start).first_monday(opening) == monday


@pytest.mark.parametrize(
    ("today", "number"),
    [
        ("2026-09-07", 1), ("2026-09-13", 1), ("2026-09-14", 2), ("2026-11-16", 11), ("2026-08-10", 1),
        ("2027-07-20", 35),
    ],
)  # fmt: skip
def test_a_day_has_its_teaching_week(
    db: Database, monkeypatch: pytest.MonkeyPatch, today: str, number: int
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date.fromisoformat(today))
    with db.session(writing=False):
        assert week_of_today() == number


@pytest.fixture
def plans(db: Database, cast: Cast) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        for title, more in (
            ("Bài đúng tuần", {"week": 11}),
            ("Bài trong cụm", {"week": 11, "visibility": "cum"}),
            ("Bài tuần khác", {"week": 12}),
            ("Bài lớp 7", {"week": 11, "grades": ["lop-7"]}),
            ("Bài mở", {"week": 11, "licence": "mo", "visibility": "cong-khai"}),
        ):
            published(cast.minh, k2, title=title, **more)


def shown(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_works_of_the_week_are_those_the_viewer_may_see(
    plans: None, client: FlaskClient, sign_in: Signer
) -> None:
    lan = shown(sign_in("lan"), OF_SIX + "&week=11")
    assert "Bài đúng tuần" in lan and "Bài trong cụm" in lan
    assert "Bài tuần khác" not in lan and "Bài lớp 7" not in lan
    assert "Bài trong cụm" not in shown(sign_in("quang"), OF_SIX + "&week=11")
    guest = shown(client, OF_SIX + "&week=11")
    assert "Bài mở" in guest and "Bài đúng tuần" not in guest
    assert "Bài tuần khác" in shown(sign_in("lan"), OF_SIX + "&week=12")


def test_the_page_costs_few_statements(plans: None, db: Database, sign_in: Signer) -> None:
    lan = sign_in("lan")
    shown(lan, OF_SIX)  # vocabularies and settings are kept from now on
    for number, most in (("11", 2), ("30", 2)):
        with counted_statements(db) as statements:
            shown(lan, f"{OF_SIX}&week={number}")
        assert len(statements) - 1 <= most, statements  # beside the session's own


def test_without_works_or_a_choice_the_page_says_the_next_step(plans: None, sign_in: Signer) -> None:
    lan = sign_in("lan")
    assert "Chọn môn và lớp" in shown(lan, "/tuan-nay")
    nothing = shown(lan, OF_SIX + "&week=30")
    assert "nào ghi tuần 30" in nothing and "/tim?subject=toan&amp;grade=lop-6" in nothing
    weeks = re.findall(r'class="chip" href="[^"]+">Tuần (\d+)<', nothing)
    assert weeks == ["11", "12"]
    assert "góp bài đầu tiên" in shown(lan, "/tuan-nay?subject=toan&grade=lop-9")
    for odd in (
        "week=0",
        "week=-1",
        "week=99",
        "week=x",
        "subject=%25%22&grade=lop-6",
        "subject=toan&grade=z",
    ):
        assert sign_in("lan").get(f"/tuan-nay?{odd}").status_code == 200


def test_the_home_page_offers_what_the_teacher_makes(plans: None, sign_in: Signer) -> None:
    minh = shown(sign_in("minh"), "/")
    assert "/tuan-nay?subject=toan&amp;grade=lop-6" in minh and "Toán lớp 6" in minh
    assert "/tuan-nay" in shown(sign_in("quang"), "/")


def test_the_province_says_when_its_year_opens(db: Database, cast: Cast) -> None:
    with db.transaction():
        before = week_of_today()
        change_province_setting(viewer_of(cast.tuan), "year.opens_on", "12/9")
    with db.session(writing=False):
        assert week_of_today() == before - 1
