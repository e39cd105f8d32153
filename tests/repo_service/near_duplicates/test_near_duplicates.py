"""Curators see which of the works they look after are nearly the same; the comparing happens in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from indexer.extraction import Extracted
from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.derivatives.service import Made, record_derivatives
from repo_service.files.models import StoredFile
from repo_service.near_duplicates import jobs, queries
from repo_service.near_duplicates.jobs import SETTLED, find_duplicates
from repo_service.near_duplicates.models import ComparedWork, NearDuplicate
from repo_service.resources.models import Resource, VersionFile
from tests.cast import Cast
from tests.factories import counted_statements, published
from tests.repo_service.contributions.test_near_copies import CHANGED, KEPT, OTHER

SignIn = Callable[[str], FlaskClient]
PAGE = "/ra-soat/bai-gan-giong"
Make = Callable[..., str]


@pytest.fixture
def make(db: Database, cast: Cast) -> Make:
    """`make("lan", "K2", "Tên", KEPT)` -> the id of a published work with this text, old enough to be compared."""

    def made(owner: str, cluster: str, title: str, text: str, visibility: str = "cum") -> str:
        with db.transaction() as session:
            place = (cast.people[owner], cast.clusters[cluster])
            work = published(*place, title=title, visibility=visibility)
            read(work, text)
            old = clock.now() - 2 * SETTLED
            session.execute(update(Resource).where(Resource.id == work.id).values(updated_at=old))
            return work.id

    return made


def read(work: Resource, text: str) -> None:
    """The work's file now says `text`."""
    where = VersionFile.version_id == work.current_version_id
    file_id = current_session().scalars(select(VersionFile.file_id).where(where)).one()
    file = current_session().get_one(StoredFile, file_id)
    record_derivatives(file, Made(Extracted(text=text)))
    file.text_state = "ready"


@pytest.fixture
def compare(db: Database, work: Callable[[], None]) -> Callable[[], None]:
    """Index what changed, then compare."""

    def run() -> None:
        work()
        find_duplicates(db)

    return run


def test_a_curator_sees_nearly_equal_works_of_the_cluster_and_nobody_else_does(
    make: Make, compare: Callable[[], None], sign_in: SignIn, client: FlaskClient
) -> None:
    one, other = make("lan", "K2", "Băng giấy", KEPT), make("minh", "K2", "Băng giấy, lớp tôi", CHANGED)
    make("lan", "K2", "Đo nhiệt độ", OTHER)
    compare()
    for name in ("hoa", "minh", "tuan"):
        page = sign_in(name).get(PAGE).text
        assert "2 bài gần giống nhau" in page and "Đo nhiệt độ" not in page, name
        assert f"/hoc-lieu/{one}/so-voi/{other}" in page or f"/hoc-lieu/{other}/so-voi/{one}" in page
    assert "Không có bài nào gần giống nhau" in sign_in("nga").get(PAGE).text, "the lead of another cluster"
    assert sign_in("lan").get(PAGE).status_code == 404 and client.get(PAGE).status_code == 302
    assert PAGE in sign_in("hoa").get("/viec-cua-toi").text
    assert PAGE not in sign_in("lan").get("/viec-cua-toi").text


def test_works_out_of_reach_and_private_ones_are_never_shown(
    make: Make, compare: Callable[[], None], sign_in: SignIn
) -> None:
    make("lan", "K2", "Trong cụm K2", KEPT)
    make("quang", "K1", "Kín của K1", KEPT)
    make("thao", "K2", "Riêng của Thảo", KEPT, visibility="rieng")
    compare()
    hoa = sign_in("hoa").get(PAGE).text
    assert "Kín của K1" not in hoa and "Riêng của Thảo" not in hoa and 'id="nhom-1"' not in hoa
    assert "Riêng" not in sign_in("tuan").get(PAGE).text and "Kín của K1" in sign_in("tuan").get(PAGE).text


def test_who_may_care_for_only_one_of_two_may_let_that_one_be_replaced(
    make: Make, compare: Callable[[], None], sign_in: SignIn
) -> None:
    mine = make("lan", "K2", "Của K2", KEPT, visibility="tinh")
    theirs = make("quang", "K1", "Của K1", KEPT, visibility="tinh")
    compare()
    hoa = sign_in("hoa")
    page = hoa.get(PAGE).text
    link = f"/hoc-lieu/{mine}/viec/thay-the?successor=/hoc-lieu/{theirs}"
    assert link in page and f"/hoc-lieu/{theirs}/viec/thay-the" not in page
    assert f'value="/hoc-lieu/{theirs}"' in hoa.get(link).text, "the successor is filled in"
    assert hoa.post(link, data={"successor": f"/hoc-lieu/{theirs}"}).status_code == 303
    assert 'id="nhom-1"' not in hoa.get(PAGE).text, "a replaced work needs no more care"


def test_told_apart_is_remembered_when_the_works_are_compared_again(
    make: Make, compare: Callable[[], None], db: Database, cast: Cast, sign_in: SignIn
) -> None:
    one, other = make("lan", "K2", "Một", KEPT), make("minh", "K2", "Hai", CHANGED)
    compare()
    address = f"{PAGE}/{one}/{other}"
    assert sign_in("lan").post(address).status_code == 404
    assert sign_in("nga").post(address).status_code == 404
    assert sign_in("hoa").post(address).status_code == 303
    with db.transaction() as session:
        session.execute(update(ComparedWork).values(version_id="earlier"))
    compare()
    assert 'id="nhom-1"' not in sign_in("minh").get(PAGE).text
    assert sign_in("hoa").post(address).status_code == 404


def test_three_that_hang_together_are_one_group_and_a_new_text_leaves_it(
    make: Make, compare: Callable[[], None], db: Database, sign_in: SignIn
) -> None:
    works = [make("lan", "K2", f"Bài {number}", text) for number, text in enumerate((KEPT, CHANGED, KEPT))]
    pair = [make("minh", "K2", f"Khác {number}", OTHER) for number in range(2)]
    compare()
    page = sign_in("hoa").get(PAGE).text
    assert "3 bài gần giống nhau" in page and "2 bài gần giống nhau" in page
    with db.transaction() as session:
        groups = dict(session.execute(select(NearDuplicate.first_id, NearDuplicate.group_id)).all())
        assert len(set(groups.values())) == 2
        changed = session.get_one(Resource, pair[0])
        read(
            changed, "\n".join(f"Câu {number}: chép lại bảng cửu chương số {number}." for number in range(40))
        )
        session.execute(
            update(ComparedWork).where(ComparedWork.resource_id == pair[0]).values(version_id="x")
        )
    compare()
    page = sign_in("hoa").get(PAGE).text
    assert "3 bài gần giống nhau" in page and "2 bài gần giống nhau" not in page and works


def test_fresh_works_and_works_being_read_wait(make: Make, compare: Callable[[], None], db: Database) -> None:
    make("lan", "K2", "Một", KEPT)
    fresh, reading = make("minh", "K2", "Vừa xong", KEPT), make("hoa", "K2", "Đang đọc", KEPT)
    with db.transaction() as session:
        moment = clock.now() - timedelta(seconds=1)
        session.execute(update(Resource).where(Resource.id == fresh).values(updated_at=moment))
        version = session.get_one(Resource, reading).current_version_id
        files = select(VersionFile.file_id).where(VersionFile.version_id == version)
        session.execute(update(StoredFile).where(StoredFile.id.in_(files)).values(text_state="waiting"))
    compare()
    with db.session(writing=False) as session:
        compared = set(session.scalars(select(ComparedWork.resource_id)))
    assert len(compared) == 1 and not compared & {fresh, reading}


def test_the_page_costs_the_same_for_one_group_and_for_many(
    make: Make, compare: Callable[[], None], db: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hoa, spent = sign_in("hoa"), []
    for number in range(3):
        text = "\n".join(
            f"Nhóm {number}, câu {line}: {number * line} cộng {line} bằng mấy?" for line in range(40)
        )
        make("lan", "K2", f"A{number}", text)
        make("minh", "K2", f"B{number}", text)
        compare()
        with counted_statements(db) as seen:
            assert hoa.get(PAGE).text.count("2 bài gần giống nhau") == number + 1
        spent.append(len(seen))
    assert len(set(spent)) == 1 and spent[0] <= 5, spent
    monkeypatch.setattr(queries, "GROUPS", 2)
    first, second = hoa.get(PAGE).text, hoa.get(f"{PAGE}?page=2").text
    assert first.count("2 bài gần giống nhau") == 2 and f"{PAGE}?page=2" in first
    assert second.count("2 bài gần giống nhau") == 1 and f"{PAGE}?page=1" in second


def test_two_works_are_compared_side_by_side_by_who_may_read_both(
    make: Make, cast: Cast, sign_in: SignIn
) -> None:
    one, other = make("lan", "K2", "Một", KEPT), make("minh", "K2", "Hai", CHANGED)
    page = sign_in("thao").get(f"/hoc-lieu/{one}/so-voi/{other}").text
    assert "“Một” đứng trước, “Hai” đứng sau." in page and "<ins>" in page and "chợ phiên" in page
    assert sign_in("quang").get(f"/hoc-lieu/{one}/so-voi/{other}").status_code == 404


def test_a_form_that_many_fill_in_is_no_duplicate(
    make: Make, compare: Callable[[], None], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SHARED_BY_MOST", 3)
    for number in range(4):
        make("lan", "K2", f"Mẫu {number}", KEPT)
    for number in range(2):
        make("minh", "K2", f"Bài {number}", OTHER)
    compare()
    page = sign_in("hoa").get(PAGE).text
    assert "Mẫu" not in page and "2 bài gần giống nhau" in page


def test_of_many_alike_each_keeps_its_nearest_few_and_all_are_one_group(
    make: Make, compare: Callable[[], None], db: Database, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "KEPT_PAIRS", 2)
    for number in range(5):
        make("lan", "K2", f"Bài {number}", KEPT)
    compare()
    assert "5 bài gần giống nhau" in sign_in("hoa").get(PAGE).text
    with db.session(writing=False) as session:
        pairs = session.scalars(select(NearDuplicate)).all()
    assert len(pairs) <= 10 and len({pair.group_id for pair in pairs}) == 1
