"""Curators walk through a round on the desk: by form and key, side by side, with a successor, in one go, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import selectinload

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.resources import service
from repo_service.resources.models import Resource, ResourceVersion
from tests.cast import Cast
from tests.factories import counted_statements, published, viewer_of
from tests.repo_service.curation.conftest import MakeWork, OpenRound, items_of, round_of

SignIn = Callable[[str], FlaskClient]


def test_a_lead_opens_a_round_by_the_form_and_only_who_curates_sees_it(
    make: MakeWork, sign_in: SignIn, client: FlaskClient, cast: Cast, db: Database
) -> None:
    make("lan", "Đến hạn", due_in=-8), make("lan", "Còn lâu", due_in=300)
    minh, form = sign_in("minh"), f"/ra-soat/mo?cluster={cast.clusters['K2']}"
    page = minh.get("/ra-soat/mo").text
    assert "Rà soát tháng 11/2026" in page and "Phạm Thị Hoa" in page
    due = (clock.today() + timedelta(days=14)).isoformat()
    wrong = minh.post(form, data={"title": "", "due_on": "2020-01-01", "curators": cast.lan})
    assert wrong.status_code == 422 and "Chọn một ngày hẹn từ hôm nay" in wrong.text
    sent = {"title": "Rà soát tháng 11", "due_on": due, "only_due": "1", "curators": [cast.hoa]}
    opened = minh.post(form, data=sent)
    assert opened.status_code == 303
    path = opened.location
    assert "Đến hạn" in minh.get(path).text and "Còn lâu" not in minh.get(path).text
    assert minh.post(form, data=sent).status_code == 422, "nothing is left for a second one"
    for name, status in (("hoa", 200), ("tuan", 200), ("lan", 404), ("nga", 404), ("thao", 404)):
        assert sign_in(name).get(path).status_code == status, name
    assert sign_in("lan").get("/ra-soat").status_code == 404 and client.get(path).status_code == 302
    assert sign_in("nga").post(form, data=sent).status_code == 404
    assert path in sign_in("hoa").get("/viec-cua-toi").text and path in sign_in("hoa").get("/ra-soat").text


def test_the_desk_says_why_in_words_and_costs_six_statements(
    make: MakeWork, open_round: OpenRound, sign_in: SignIn, db: Database
) -> None:
    make("lan", "Quá hạn", due_in=-8, programme="cu")
    for number in range(4):
        make("minh", f"Bài {number}")
    path, hoa = f"/ra-soat/{open_round()}", sign_in("hoa")
    with counted_statements(db) as seen:
        page = hoa.get(path).text
    assert len(seen) <= 7, "six beside the session's"
    for words in (
        "Quá hạn 8 ngày",
        "Chương trình cũ",
        "bai.txt",
        "chưa được rà soát lần nào",
        "Mục 1 trong 5 mục còn chờ",
    ):
        assert words in page, words
    assert "urgency" not in page and 'data-key="4"' in page


def test_a_verdict_leads_to_the_next_work_and_can_be_taken_back_at_once(
    make: MakeWork, open_round: OpenRound, sign_in: SignIn, db: Database, cast: Cast
) -> None:
    for days, title in enumerate(("Ba", "Hai", "Một"), 1):
        make("lan", title, due_in=-days)
    round_id = open_round()
    with db.session(writing=False):
        items = {title: item.id for title, item in items_of(round_id).items()}
    path, hoa, minh = f"/ra-soat/{round_id}", sign_in("hoa"), sign_in("minh")
    refused = hoa.post(f"{path}/{items['Một']}/ket-luan", data={"verdict": "can-cap-nhat"})
    assert refused.status_code == 422 and "Chọn một lí do hoặc viết một lời" in refused.text
    told = hoa.post(f"{path}/{items['Hai']}/ket-luan", data={"verdict": "giu-nguyen", "reasons": ["khac"]})
    after = hoa.get(told.location)
    assert 'aria-current="true"><span class="queue-title">Ba<' in after.text, (
        "the one that follows, not the first"
    )
    assert "Hoàn tác kết luận vừa ghi" in after.text
    late = minh.post(f"{path}/{items['Hai']}/ket-luan", data={"verdict": "ngung-su-dung", "note": "Cũ"})
    assert "Đồng nghiệp vừa kết luận mục này" in minh.get(late.location).text
    back = hoa.post(f"{path}/hoan-tac")
    assert back.location.endswith(items["Hai"]) and "Đã lấy lại kết luận" in hoa.get(back.location).text
    chosen = {
        "items": [items["Một"], items["Hai"], "x" * 16],
        "verdict": "can-cap-nhat",
        "reasons": ["dia-danh-cu"],
    }
    assert "Đã ghi 2 kết luận" in hoa.get(hoa.post(f"{path}/nhieu-muc", data=chosen).location).text
    hoa.post(f"{path}/{items['Ba']}/ket-luan", data={"verdict": "giu-nguyen"})
    done = hoa.get(path, follow_redirects=True)
    assert (
        "Cả đợt đã xem xong" in done.text
        and "đã kết luận 3 trong 3 bài: giữ nguyên 1, cần cập nhật 2" in done.text
    )
    for form, begin in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert hoa.get(f"{path}/tong-ket.{form}").data.startswith(begin)
    assert sign_in("nga").get(f"{path}/tong-ket").status_code == 404


def test_a_successor_is_searched_for_and_the_old_link_leads_to_it(
    make: MakeWork, open_round: OpenRound, sign_in: SignIn, db: Database, cast: Cast, work: Callable[[], None]
) -> None:
    old = make("lan", "Đo rẫy cà phê")
    path = f"/ra-soat/{open_round()}"
    with db.transaction():
        new = published(cast.quang, cast.clusters["K1"], title="Đo đất trồng quế").id
        hidden = published(cast.quang, cast.clusters["K1"], title="Quế kín", visibility="cum").id
        item_id = items_of(path.rpartition("/")[2])["Đo rẫy cà phê"].id
    work()
    hoa = sign_in("hoa")
    page = hoa.get(f"{path}/{item_id}/thay-the?q=trong+que").text
    assert "Đo đất trồng quế" in page and "Quế kín" not in page
    here = f"{path}/{item_id}/ket-luan"
    assert hoa.post(here, data={"successor": hidden}).status_code == 422, "not one that she may not read"
    assert hoa.post(here, data={"successor": new}).status_code == 303
    assert hoa.get(f"/hoc-lieu/{old}").location.endswith(new)
    assert "thay bằng “Đo đất trồng quế”" in hoa.get(f"{path}/tong-ket").text


def test_needs_update_is_the_owners_task_until_a_new_version_is_out(
    make: MakeWork, open_round: OpenRound, sign_in: SignIn, db: Database, cast: Cast, work: Callable[[], None]
) -> None:
    resource_id = make("lan", "Rẫy cà phê")
    make("lan", "Khác")
    round_id = open_round()
    with db.session(writing=False):
        item_id = items_of(round_id)["Rẫy cà phê"].id
    said = {"verdict": "can-cap-nhat", "note": "Đổi “huyện Sa Thầy” thành “xã Sa Thầy”."}
    sign_in("hoa").post(f"/ra-soat/{round_id}/{item_id}/ket-luan", data=said)
    lan = sign_in("lan")
    assert "Cô Hoa nhờ cập nhật: Đổi “huyện Sa Thầy”" in lan.get("/viec-cua-toi").text
    work()
    assert "nhờ thầy cô cập nhật" not in lan.get("/thong-bao").text, "it may still be taken back"
    with clock.pinned(clock.now() + timedelta(minutes=3)):
        work()
    assert "nhờ thầy cô cập nhật “Rẫy cà phê”" in lan.get("/thong-bao").text
    assert "Đổi “huyện Sa Thầy”" in lan.get(f"/hoc-lieu/{resource_id}/ra-soat").text
    assert sign_in("thao").get(f"/hoc-lieu/{resource_id}/ra-soat").status_code == 404
    with db.transaction() as session:
        resource = session.get_one(Resource, resource_id, options=[selectinload(Resource.authors)])
        base = session.get_one(
            ResourceVersion, resource.current_version_id, options=[selectinload(ResourceVersion.files)]
        )
        version = service.start_version(viewer_of(cast.lan), resource, base, "Đổi địa danh")
        service.submit(viewer_of(cast.lan), resource, version)
        service.move_version(None, resource, version, "approve")
        service.publish_version(None, resource, version)
    work()
    assert "nhờ cập nhật" not in lan.get("/viec-cua-toi").text


def test_the_lead_arranges_and_gives_up_a_round(
    make: MakeWork, open_round: OpenRound, sign_in: SignIn, db: Database, cast: Cast
) -> None:
    make("lan", "Một")
    round_id = open_round(curators=("hoa",))
    minh, path = sign_in("minh"), f"/ra-soat/{round_id}"
    with db.session(writing=False):
        revision = round_of(round_id).revision
    due = (clock.today() + timedelta(days=30)).isoformat()
    sent = {"title": "Tên mới", "due_on": due, "curators": [cast.minh], "revision": str(revision)}
    assert sign_in("hoa").post(f"{path}/sua", data=sent).status_code == 404
    assert minh.post(f"{path}/sua", data=sent).status_code == 303
    assert minh.post(f"{path}/sua", data=sent).status_code == 422, "somebody changed it meanwhile"
    assert "nhờ đồng nghiệp khác kết luận" in sign_in("hoa").get(path).text
    assert minh.post(f"{path}/bo").status_code == 303 and "Đã bỏ" in minh.get("/ra-soat").text
    assert minh.post(f"{path}/bo").status_code == 409
