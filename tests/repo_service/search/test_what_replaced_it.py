"""A replaced work is out of the lists; whoever looks for it finds what stands in its place."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.resources import succession
from repo_service.resources.queries import find_resource
from tests.cast import Cast
from tests.factories import published, viewer_of

Signer = Callable[[str], FlaskClient]
Work = Callable[[], None]


def titles(browser: FlaskClient, q: str) -> list[str]:
    return [hit["title"] for hit in browser.get("/api/search", query_string={"q": q}).get_json()["hits"]]


def test_the_successor_stands_where_the_replaced_work_was(
    db: Database, cast: Cast, work: Work, sign_in: Signer
) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        minh = viewer_of(cast.minh)
        first = published(cast.lan, k2, title="Hằng đẳng thức cũ kĩ").id
        second = published(cast.lan, k2, title="Bảy đồng nhất thức").id
        third = published(cast.lan, k2, title="Khai triển và rút gọn").id
        succession.replace(minh, find_resource(minh, first), find_resource(minh, second))
    work()
    lan = sign_in("lan")
    assert titles(lan, "hang dang thuc cu ki")[0] == "Bảy đồng nhất thức"
    with db.transaction():
        succession.replace(minh, find_resource(minh, second), find_resource(minh, third))
    work()
    assert titles(lan, "hang dang thuc cu ki") == titles(lan, "bay dong nhat thuc") == ["Khai triển và rút gọn"]
    answer = lan.get("/api/search?q=hang+dang+thuc+cu+ki").get_json()["hits"][0]
    assert "cũ kĩ" not in str(answer)  # found by it, never shown with it
    with db.transaction():
        succession.restore(minh, find_resource(minh, second))
    work()
    assert titles(lan, "bay dong nhat thuc")[0] == "Bảy đồng nhất thức"
    assert titles(lan, "hang dang thuc cu ki")[0] == "Bảy đồng nhất thức"


def test_a_title_reaches_no_further_than_its_work(db: Database, cast: Cast, work: Work, sign_in: Signer) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        minh = viewer_of(cast.minh)
        inner = published(cast.lan, k2, title="Chuyện riêng zebrawood", visibility="cum").id
        outer = published(cast.lan, k2, title="Chuyện chung").id
        succession.replace(minh, find_resource(minh, inner), find_resource(minh, outer))
    work()
    assert titles(sign_in("quang"), "zebrawood") == []
    assert titles(sign_in("lan"), "zebrawood") == []
