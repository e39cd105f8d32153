"""A school's page: for its head, its commune and the department; the alphabet, never a rank."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.classroom_use.models import Teaching
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.organizations.models import Membership, Organization
from repo_service.reviews.models import ReviewAssignment, ReviewRound
from repo_service.school_overview.overview import read_overview, silent_subjects
from repo_service.school_overview.queries import find_school
from repo_service.usage.models import UsageEvent
from tests.cast import Cast
from tests.factories import THIS_YEAR, counted_statements, published, viewer_of

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/truong/{cast.schools['S05']}"


def section(text: str, of: str) -> str:
    return text.split(f'id="{of}"')[1].split("</section>")[0]


def test_who_contributes_stands_in_the_order_of_the_alphabet(
    page: str, db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction():
        for subjects in (["toan"], ["khoa-hoc-tu-nhien", "toan"], ["toan"]):
            published(cast.thao, cast.clusters["K2"], subjects=subjects)
        published(cast.lan, cast.clusters["K2"], subjects=["ngu-van"])
        published(cast.lan, cast.clusters["K2"], subjects=["dao-duc"], visibility="rieng")
        published(cast.hoa, cast.clusters["K2"], subjects=["lich-su-dia-li"])  # another school
    text = sign_in("hanh").get(page).get_data(as_text=True)
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", section(text, "ai")) == [
        ("Trần Thị Lan", "Ngữ văn"), ("Võ Thị Thảo", "Toán, Khoa học tự nhiên"),
    ]  # fmt: skip
    assert "2 thầy cô đã có bài dùng chung" in text and "Phạm Thị Hoa" not in section(text, "ai")


def test_subjects_without_anybody_follow_from_works_reviews_and_lessons(
    page: str, db: Database, cast: Cast, sign_in: SignIn
) -> None:
    def silent() -> str:
        return section(sign_in("hanh").get(page).get_data(as_text=True), "vang")

    before = silent()
    assert all(f"{name}" in before for name in ("Toán", "Ngữ văn", "Lịch sử và Địa lí", "Nghệ thuật"))
    assert (
        "Tiếng Việt" not in before and "Tiếng Nga" not in before
    )  # a primary subject; one of many languages
    with db.transaction() as session:
        published(cast.lan, cast.clusters["K2"], subjects=["toan"])
        reviewed = published(cast.hoa, cast.clusters["K2"], subjects=["lich-su"])
        opened = ReviewRound(
            resource_id=reviewed.id, version_id=reviewed.current_version_id, cluster_id=cast.clusters["K2"],
            due_on=date(2026, 11, 20), state="approved", opened_at=clock.now(),
        )  # fmt: skip
        session.add(opened)
        session.flush()
        session.add(ReviewAssignment(round_id=opened.id, reviewer_id=cast.thao, state="done"))
        taught = published(cast.hoa, cast.clusters["K2"], subjects=["am-nhac"])
        session.add(
            Teaching(
                resource_id=taught.id, user_id=cast.lan, school_id=cast.schools["S05"], class_name="6A",
                taught_on=date(2026, 11, 3),
            )
        )  # fmt: skip
    after = silent()
    assert "Toán" not in after and "Ngữ văn" in after
    assert "Lịch sử và Địa lí" not in after and "Nghệ thuật" not in after  # a part counts for the whole


def test_a_language_counts_for_its_place_in_the_programme(app: Any, db: Database) -> None:
    with db.session(writing=False):
        assert "Ngoại ngữ 1" in silent_subjects(["thpt"], set(), {"toan"})
        assert "Ngoại ngữ 1" not in silent_subjects(["thpt"], set(), {"tieng-anh"})
        assert "Ngoại ngữ 2" in silent_subjects(["thpt"], {"ngoai-ngu-2"}, set())
        assert silent_subjects([], set(), set()) == []


def test_the_school_sees_which_works_of_others_it_uses(
    page: str, db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction() as session:
        cluster, school = cast.clusters["K2"], cast.schools["S05"]
        made = {
            title: published(cast.people[who], cluster, title=title, **more).id
            for title, who, more in (
                ("Bài tải về", "hoa", {}), ("Ánh sáng", "hoa", {}), ("Bài của mình", "lan", {}),
                ("Bài năm trước", "hoa", {}), ("Bài riêng", "hoa", {"visibility": "rieng"}),
            )
        }  # fmt: skip
        for title in ("Bài tải về", "Bài của mình", "Bài riêng"):
            session.add(
                UsageEvent(kind="goi", resource_id=made[title], version=1, user_id=cast.lan, at=clock.now())
            )
        session.add(
            UsageEvent(
                kind="goi", resource_id=made["Bài năm trước"], version=1, user_id=cast.lan,
                at=clock.midday(date(2026, 7, 31)),
            )
        )  # fmt: skip
        session.add(
            Teaching(
                resource_id=made["Ánh sáng"], user_id=cast.thao, school_id=school, class_name="7A",
                taught_on=date(2026, 10, 1),
            )
        )  # fmt: skip
    used = section(sign_in("hanh").get(page).get_data(as_text=True), "dung")
    assert re.findall(r'<a href="/hoc-lieu/\w+">(.*?)</a>', used) == ["Ánh sáng", "Bài tải về"]
    assert used.index("· đã dạy") < used.index("Bài tải về") < used.index("· đã tải")
    last_year = section(sign_in("hanh").get(f"{page}?school_year=2025-2026").get_data(as_text=True), "dung")
    assert "Bài năm trước" not in last_year  # nobody was at the school yet


def test_the_head_of_school_sees_the_duties_of_the_schools_clusters(page: str, sign_in: SignIn) -> None:
    text = section(sign_in("hanh").get(page).get_data(as_text=True), "cum")
    assert "Cụm THCS Toán" in text and "Chưa chọn bài nào" in text and "Cụm Tiểu học" not in text
    assert "/nhac" not in text


def test_whose_schools_one_may_look_at(page: str, cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    other = f"/truong/{cast.schools['S01']}"
    for name, own, others in (
        ("hanh", 200, 404), ("phuc", 200, 404), ("tuan", 200, 200), ("lan", 404, 404), ("minh", 404, 404),
        ("quang", 404, 404), ("nga", 404, 404),
    ):  # fmt: skip
        browser = sign_in(name)
        for suffix in ("", "/lich.ics"):
            assert browser.get(page + suffix).status_code == own, (name, suffix)
            assert browser.get(other + suffix).status_code == others, (name, suffix)
    assert client.get(page).location.startswith("/dang-nhap")
    assert sign_in("tuan").get(f"/truong/{cast.schools['SO']}").status_code == 404


def test_a_commune_sees_schools_that_answer_to_it_not_those_that_stand_in_it(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    phuc = sign_in("phuc")
    assert phuc.get("/truong").location == f"/truong/{cast.schools['S05']}"
    with db.transaction() as session:
        session.get_one(Organization, cast.schools["S08"]).managing_body_id = cast.schools["X1"]
        high = session.get_one(Organization, cast.schools["S01"])
        high.commune_id, high.managing_body_id = cast.schools["X1"], cast.schools["SO"]
    text = phuc.get("/truong").get_data(as_text=True)
    assert "THCS Bờ Xe Nước" in text and "THCS Dốc Nắng" in text and "Hoa Phượng Đỏ" not in text
    assert phuc.get(f"/truong/{cast.schools['S01']}").status_code == 404
    for name in ("lan", "minh"):
        assert sign_in(name).get("/truong").status_code == 404
    assert "Hoa Phượng Đỏ" in sign_in("tuan").get("/truong").get_data(as_text=True)


def test_a_head_whose_term_is_over_sees_nothing_more(
    page: str, db: Database, cast: Cast, sign_in: SignIn
) -> None:
    hanh = sign_in("hanh")
    assert hanh.get(page).status_code == 200
    with db.transaction() as session:
        session.query(Membership).filter_by(user_id=cast.hanh).update(
            {"from_year": "2024-2025", "to_year": "2025-2026"}
        )
    assert hanh.get(page).status_code == 404


def test_the_calendar_holds_what_is_still_due(page: str, sign_in: SignIn) -> None:
    answer = sign_in("hanh").get(f"{page}/lich.ics")
    text = answer.get_data(as_text=True).replace("\r\n ", "")
    assert answer.content_type.startswith("text/calendar")
    assert "DTSTART;VALUE=DATE:20270531" in text and "SUMMARY:Hạn sản phẩm năm của Cụm THCS Toán" in text
    assert all(len(line.encode()) <= 75 for line in answer.get_data(as_text=True).split("\r\n"))


def test_a_schools_page_reads_a_constant_number_of_statements(app: Any, db: Database, cast: Cast) -> None:
    with db.transaction():
        for _ in range(4):
            published(cast.lan, cast.clusters["K2"])
    with app.test_request_context(), db.session(writing=False):
        hanh = viewer_of(cast.hanh)
        school = find_school(hanh, cast.schools["S05"])
        with counted_statements(db) as seen:
            read_overview(hanh, school, THIS_YEAR)
    assert len(seen) <= 16
