"""What others see of a review: the author where it stands, everybody the badge that stays on the version."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.resources.queries import find_version
from repo_service.resources.service import start_version, submit
from repo_service.reviews import queries, readers, service
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]
Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
BADGE = "Đã phản biện: THCS Dốc Nắng, 16/11/2026"


def test_the_author_sees_whether_somebody_took_it_and_who_and_by_when(
    db: Database, cast: Cast, sign_in: SignIn, submitted: Submitted, read_round: ReadRound
) -> None:
    round_id, lan = submitted(), sign_in("lan")
    path = f"/hoc-lieu/{read_round(round_id).resource_id}"
    for page in (path, "/viec-cua-toi"):
        assert "Đã gửi, chưa ai nhận đọc; hẹn 23/11/2026." in lan.get(page).get_data(as_text=True)
    with db.transaction():
        minh = viewer_of(cast.minh)
        readers.ask(minh, queries.round_for(minh, round_id), [cast.hoa])
    for page in (path, "/viec-cua-toi"):
        told = lan.get(page).get_data(as_text=True)
        assert "Cô Hoa đang đọc từ 16/11/2026, hẹn 23/11/2026." in told
    body = lan.get(f"/api{path.replace('hoc-lieu', 'resources')}").json
    assert (body["under_review"]["reader"], body["under_review"]["due_on"]) == ("Phạm Thị Hoa", "2026-11-23")
    nudged = lan.post(f"/phan-bien/{round_id}/nhac", data={"next": path})
    assert nudged.location == path and "Nhắc nhẹ" not in lan.get(path).get_data(as_text=True)
    assert (
        lan.post(f"/phan-bien/{round_id}/nhac", data={"next": "//elsewhere"}).location
        == f"/phan-bien/{round_id}"
    )


def test_several_readers_and_one_who_is_done_are_told_apart(
    two_needed: None, db: Database, cast: Cast, sign_in: SignIn, submitted: Submitted, decide: Decide,
    read_round: ReadRound,
) -> None:  # fmt: skip
    round_id, lan = submitted(), sign_in("lan")
    path = f"/hoc-lieu/{read_round(round_id).resource_id}"
    with db.transaction():
        minh = viewer_of(cast.minh)
        readers.ask(minh, queries.round_for(minh, round_id), [cast.hoa, cast.thao])
    assert "Cô Hoa và 1 đồng nghiệp nữa đang đọc" in lan.get(path).get_data(as_text=True)
    decide("hoa", round_id)
    assert "Cô Thảo đang đọc" in lan.get(path).get_data(as_text=True)
    with db.transaction():
        thao = viewer_of(cast.thao)
        readers.hand_back(thao, queries.round_for(thao, round_id), "bận")
    assert "Đã có 1 đồng nghiệp đọc, còn chờ người nữa" in lan.get(path).get_data(as_text=True)


def test_the_badge_says_whose_school_and_when_and_stays_when_a_newer_draft_is_read(
    db: Database, cast: Cast, sign_in: SignIn, submitted: Submitted, decide: Decide, read_round: ReadRound,
    work: Callable[[], None],
) -> None:  # fmt: skip
    round_id = submitted()
    resource_id = read_round(round_id).resource_id
    lan, quang = sign_in("lan"), sign_in("quang")
    assert "Đã phản biện:" not in lan.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    decide("hoa", round_id)
    with db.transaction():
        viewer = viewer_of(cast.lan)
        resource = queries.round_for(viewer, round_id).resource
        version = start_version(
            viewer, resource, find_version(resource, resource.current_version_id), "Thêm hình."
        )
        submit(viewer, resource, version)
        service.open_round(viewer, resource, version)
    work()
    for page in (f"/hoc-lieu/{resource_id}", "/tim?q=phân+số"):
        assert BADGE in quang.get(page).get_data(as_text=True)
    expected = {"on": "2026-11-16", "schools": ["THCS Dốc Nắng"]}
    assert quang.get(f"/api/resources/{resource_id}").json["reviewed"] == expected
    assert quang.get(f"/api/resources/{resource_id}").json["under_review"] is None
    assert quang.get("/api/search?q=phân+số").json["hits"][0]["reviewed"] == expected
    told = lan.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "Bản mới đang ở bàn phản biện" in told and BADGE in told
    assert BADGE not in lan.get(f"/hoc-lieu/{resource_id}/phien-ban/2").get_data(as_text=True)
    quang_sees = quang.get(f"/hoc-lieu/{resource_id}").get_data(as_text=True)
    assert "bàn phản biện" not in quang_sees and "chưa ai nhận đọc" not in quang_sees


def test_a_correction_keeps_the_badge_and_a_further_approval_adds_its_school(
    db: Database, cast: Cast, sign_in: SignIn, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    resource_id = read_round(round_id).resource_id
    decide("hoa", round_id)
    with db.transaction():
        lan = viewer_of(cast.lan)
        resource = queries.round_for(lan, round_id).resource
        shown = find_version(resource, resource.current_version_id)
        second = service.open_further_round(lan, resource, shown).id
    with db.transaction():
        lan = viewer_of(cast.lan)
        from repo_service.resources.service import correct_metadata

        resource = queries.round_for(lan, second).resource
        shown = find_version(resource, resource.current_version_id)
        correct_metadata(lan, resource, shown, {"keywords": ["phân số"]})
    decide("minh", second)
    body = sign_in("quang").get(f"/api/resources/{resource_id}").json
    assert (body["minor"], body["reviewed"]["schools"]) == (1, ["THCS Dốc Nắng", "TH&THCS Sóng Xanh"])


def test_the_author_comes_from_the_work_to_what_was_said_of_it_and_others_do_not(
    sign_in: SignIn, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    path = f"/hoc-lieu/{read_round(round_id).resource_id}/phan-bien"
    decide("hoa", round_id, "request_changes", reasons=["chinh-xac"], note="Bài 3 sai dấu.")
    lan = sign_in("lan")
    assert lan.get(path).location == f"/phan-bien/{round_id}"
    assert path in lan.get("/viec-cua-toi").get_data(as_text=True)
    assert "Sửa thành bản mới" in lan.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    for name in ("quang", "tuan"):
        assert sign_in(name).get(path).status_code == 404
    assert lan.get(path.replace(path.split("/")[2], "0" * 16)).status_code == 404
