"""Programs open rounds, read their queue in words, decide, undo, read the summary, with the rights of their people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from repo_service.core import clock
from repo_service.core.db import Database
from tests.cast import Cast
from tests.factories import published
from tests.repo_service.curation.conftest import MakeWork

ROUNDS = "/api/curation/rounds"


def test_a_round_over_the_api(
    make: MakeWork, sign_in: Callable[[str], FlaskClient], client: FlaskClient, db: Database, cast: Cast
) -> None:
    work = make("lan", "Quá hạn", due_in=-8)
    make("lan", "Cũ", programme="cu")
    hoa, minh = sign_in("hoa"), sign_in("minh")
    body = {
        "cluster": cast.clusters["K2"],
        "title": "Đợt",
        "due_on": (clock.today() + timedelta(9)).isoformat(),
    }
    for browser, status in ((client, 401), (sign_in("lan"), 404), (sign_in("nga"), 404)):
        assert browser.post(ROUNDS, json=body).status_code == status
    assert hoa.post(ROUNDS, json=body | {"types": ["la"]}).status_code == 422
    made = hoa.post(ROUNDS, json=body | {"types": ["khbd"]})
    assert made.status_code == 201 and made.json["items"] == 2 and made.json["state"] == "open"
    here = f"{ROUNDS}/{made.json['id']}"
    items = hoa.get(f"{here}/items").json["items"]
    assert [item["title"] for item in items] == ["Cũ", "Quá hạn"]
    assert items[1]["risks"] == [{"code": "overdue", "text": "Quá hạn 8 ngày"}] and "urgency" not in str(
        items
    )
    verdict = f"{here}/items/{items[1]['id']}/verdict"
    assert sign_in("nga").post(verdict, json={"verdict": "giu-nguyen"}).status_code == 404
    assert hoa.post(verdict, json={"verdict": "giu-nguyen", "version": "v" * 16}).status_code == 412
    assert hoa.post(verdict, json={"verdict": "ngung-su-dung"}).status_code == 422
    assert hoa.post(verdict, json={"verdict": "giu-nguyen"}).json["done"] == 1
    assert minh.post(verdict, json={"verdict": "giu-nguyen"}).status_code == 409
    assert hoa.post(f"{here}/undo").json["done"] == 0 and hoa.post(f"{here}/undo").status_code == 409
    with db.transaction():
        heir = published(cast.quang, cast.clusters["K1"], title="Mới").id
    replaced = hoa.post(verdict, json={"verdict": "thay-the", "successor": heir, "note": "Bản mới hơn"})
    assert replaced.status_code == 200
    many = {"verdict": "can-cap-nhat", "reasons": ["chuong-trinh"], "items": [items[0]["id"]]}
    assert minh.post(f"{here}/verdicts", json=many).json["state"] == "closed"
    summary = sign_in("tuan").get(f"{here}/summary").json
    assert [one["count"] for one in summary["verdicts"]] == [0, 1, 1, 0] and summary["waiting"] == 0
    told = sign_in("lan").get(f"/api/curation/resources/{work}/verdicts").json["items"]
    assert [(one["verdict"], one["note"], one["by"]) for one in told] == [
        ("thay-the", "Bản mới hơn", "Phạm Thị Hoa")
    ]
    assert sign_in("thao").get(f"/api/curation/resources/{work}/verdicts").status_code == 404


def test_arranging_wants_the_revision_that_was_read(
    make: MakeWork, sign_in: Callable[[str], FlaskClient], open_round: Callable[..., str]
) -> None:
    make("lan", "Một")
    here, minh = f"{ROUNDS}/{open_round()}", sign_in("minh")
    body = {"title": "Khác", "due_on": (clock.today() + timedelta(3)).isoformat(), "curators": []}
    assert minh.patch(here, json=body).status_code == 428
    revision = minh.get(here).json["revision"]
    assert minh.patch(here, json=body, headers={"If-Match": f'"{revision}"'}).json["title"] == "Khác"
    assert minh.patch(here, json=body, headers={"If-Match": f'"{revision}"'}).status_code == 412
    assert minh.post(f"{here}/cancel").json["state"] == "cancelled"
    assert minh.get(ROUNDS).json["items"][0]["state"] == "cancelled"
