"""The pages a person lands on: what each role sees, what never shows, and that nothing is heavy or unlabelled."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from repo_service.core.db import Database
from repo_service.organizations.models import Cluster, ClusterScope, Membership
from repo_service.resources import service
from tests.cast import Cast
from tests.factories import draft, published, viewer_of

Signer = Callable[[str], FlaskClient]


@pytest.fixture
def works(db: Database, cast: Cast) -> dict[str, str]:
    """Works of K2: public, for the province, for the cluster; a draft and one in review of Lan."""
    k2 = cast.clusters["K2"]
    with db.transaction():
        sent, version = draft(cast.lan, k2, title="Bài chờ đồng nghiệp")
        service.submit(viewer_of(cast.lan), sent, version)
        made = {
            "public": published(
                cast.minh, k2, title="Bài mở cho mọi người", licence="mo", visibility="cong-khai"
            ),
            "province": published(cast.minh, k2, title="Bài cho cả tỉnh"),
            "cluster": published(cast.lan, k2, title="Bài trong cụm", visibility="cum"),
            "draft": draft(cast.lan, k2, title="Bài còn nháp")[0],
            "sent": sent,
        }
        return {name: resource.id for name, resource in made.items()}


def text_of(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def test_a_guest_sees_public_works_and_no_login_wall(works: dict[str, str], client: FlaskClient) -> None:
    page = text_of(client, "/")
    assert "Bài mở cho mọi người" in page and 'role="search"' in page
    assert "Bài cho cả tỉnh" not in page and "Bài trong cụm" not in page and "Bài còn nháp" not in page


def test_a_teacher_sees_what_waits_and_the_own_cluster(works: dict[str, str], sign_in: Signer) -> None:
    page = text_of(sign_in("lan"), "/")
    assert "Chào cô Lan" in page and "Bài còn nháp" in page and "Bài trong cụm" in page
    assert f"/hoc-lieu/{works['draft']}/sua" in page


def test_a_teacher_of_another_cluster_sees_nothing_of_this_one(
    works: dict[str, str], sign_in: Signer
) -> None:
    quang = sign_in("quang")
    for path in ("/", "/viec-cua-toi"):
        page = text_of(quang, path)
        assert (
            "Bài trong cụm" not in page and "Bài còn nháp" not in page and "Bài chờ đồng nghiệp" not in page
        )


def test_a_lead_reads_the_duty_in_one_sentence(works: dict[str, str], sign_in: Signer, cast: Cast) -> None:
    page = text_of(sign_in("minh"), "/")
    assert "Năm học 2026–2027" in page and f"/cum/{cast.clusters['K2']}/san-pham-nam/2026-2027" in page
    assert "Mở sản phẩm năm" not in text_of(sign_in("lan"), "/")


def test_the_department_gets_the_year_and_the_board(works: dict[str, str], sign_in: Signer) -> None:
    page = text_of(sign_in("tuan"), "/")
    assert "0 trong 2 cụm đã có sản phẩm năm" in page and "/so/nhiem-vu" in page


def test_my_work_shows_states_with_their_next_step(works: dict[str, str], sign_in: Signer) -> None:
    page = text_of(sign_in("lan"), "/viec-cua-toi")
    assert "Viết tiếp" in page and "Chờ đồng nghiệp" in page and "Bài chờ đồng nghiệp" in page
    assert "Đã công bố" in page and "Bài trong cụm" in page


def test_my_work_asks_a_guest_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/viec-cua-toi")
    assert answer.status_code == 302 and "/dang-nhap" in answer.headers["Location"]


def test_ones_own_cluster_comes_first_in_the_list(sign_in: Signer, client: FlaskClient) -> None:
    def order(browser: FlaskClient) -> list[str]:
        return re.findall(r'href="/cum/[^"]+">([^<]+)<', text_of(browser, "/cum"))

    assert order(sign_in("lan"))[0].startswith("Cụm THCS Toán")
    assert order(sign_in("quang"))[0].startswith("Cụm Tiểu học")
    assert [name.split(" - ")[0] for name in order(client)] == [
        "Cụm THCS Toán",
        "Cụm Tiểu học ven sông, ven biển",
    ]


def test_a_cluster_page_shows_guests_its_public_side_only(
    works: dict[str, str], cast: Cast, client: FlaskClient, sign_in: Signer
) -> None:
    path = f"/cum/{cast.clusters['K2']}"
    page = text_of(client, path)
    assert "Bài mở cho mọi người" in page and "THCS Bờ Xe Nước" in page
    assert "Bài trong cụm" not in page and "Minh" not in page and "chưa có sản phẩm" not in page
    inside = text_of(sign_in("lan"), path)
    assert "Bài trong cụm" in inside and "thầy Minh" in inside
    outside = text_of(sign_in("quang"), path)
    assert "Bài cho cả tỉnh" in outside and "Bài trong cụm" not in outside


@pytest.mark.parametrize("cluster_id", ["khong-co", "x" * 300, "%00", "..%2f"])
def test_an_unknown_cluster_is_not_found(client: FlaskClient, cluster_id: str) -> None:
    assert client.get(f"/cum/{cluster_id}").status_code == 404


@pytest.mark.parametrize("name", [None, "lan", "minh", "hoa", "quang", "tuan", "quantri", "hanh", "phuc"])
def test_every_landing_page_is_light_and_labelled(
    works: dict[str, str], cast: Cast, client: FlaskClient, sign_in: Signer, name: str | None
) -> None:
    browser = sign_in(name) if name else client
    paths = ["/", "/cum", f"/cum/{cast.clusters['K2']}", "/huong-dan"] + (["/viec-cua-toi"] if name else [])
    for path in paths:
        page = text_of(browser, path)
        assert len(gzip.compress(page.encode())) <= 15 * 1024, path
        levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
        assert levels.count(1) == 1 and levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (
            path,
            levels,
        )
        identities = re.findall(r'\sid="([^"]+)"', page)
        assert len(identities) == len(set(identities)), path
        labelled = re.findall(r'aria-labelledby="([^"]+)"', page)
        assert set(labelled) <= set(identities), path


@pytest.mark.parametrize(
    ("name", "path", "tab"),
    [
        (None, "/", "Tìm"), (None, "/cum", "Cụm"), (None, "/huong-dan", "Hướng dẫn"), ("lan", "/", "Tìm"),
        ("lan", "/phan-bien", "Việc của tôi"), ("lan", "/thong-bao", "Việc của tôi"),
        ("lan", "/hoc-lieu/{public}", "Tìm"), ("tuan", "/cum", "Các cụm"), ("tuan", "/so/nhiem-vu", "Các cụm"),
        ("tuan", "/so/truong", "Quản lí"), ("tuan", "/nguoi", "Quản lí"),
    ],
)  # fmt: skip
def test_every_page_lights_the_tab_it_belongs_to(
    works: dict[str, str], client: FlaskClient, sign_in: Signer, name: str | None, path: str, tab: str
) -> None:
    page = text_of(sign_in(name) if name else client, path.format(**works))
    bar = re.findall(r'<nav class="nav".*?</nav>', page, re.DOTALL)[0]
    assert re.findall(r'<a [^>]*aria-current="(?:page|true)">([^<]+)<', bar) == [tab]


def test_an_empty_kho_says_what_to_do_first(db: Database, client: FlaskClient, sign_in: Signer) -> None:
    lan, tuan = sign_in("lan"), sign_in("tuan")
    assert "Kho còn trống" in text_of(client, "/tim") and "/dong-gop" not in text_of(client, "/tim")
    assert "Kho còn trống" in text_of(lan, "/tim") and "Chưa có bài nào khớp" in text_of(lan, "/tim?q=zzqq")
    long_ago = text_of(tuan, "/so/nhiem-vu?school_year=2009-2010")
    assert "chưa có cụm nào" in long_ago and 'href="/so/cum"' in long_ago
    with db.transaction() as session:
        session.execute(delete(Membership).where(Membership.cluster_id.is_not(None)))
        session.execute(delete(ClusterScope))
        session.execute(delete(Cluster))
    home = text_of(tuan, "/")
    assert "0 trong 0" not in home and 'href="/so/truong"' in home
