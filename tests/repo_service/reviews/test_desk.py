"""The desk: remarks on places that are found again, what a new version changed, whom a lead might ask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database, current_session
from repo_service.core.errors import InvalidInput
from repo_service.derivatives.models import FileText
from repo_service.organizations.models import Membership
from repo_service.resources import service as resources
from repo_service.resources.queries import files_of, find_resource, find_version
from repo_service.reviews import queries, readers, service
from repo_service.reviews.desk.places import marked, quoted
from repo_service.reviews.desk.proposals import colleagues
from repo_service.reviews.desk.remarks import Spot, comment
from repo_service.reviews.models import ReviewComment, ReviewRound
from repo_service.reviews.reading import history
from tests.cast import Cast
from tests.factories import stored_file, viewer_of

SignIn = Callable[[str], FlaskClient]
Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
TEXT = "Mục tiêu\n\nĐong nếp bằng lon ở chợ.\nBài 3: (-1)/4 + 3/(-8)\nVề nhà đong nếp nấu bánh ít."
LATER = "Mục tiêu\nThêm một dòng mới.\nĐong  nếp bằng LON ở chợ.\nVề nhà đong nếp nấu bánh ít."
SENT_BACK = {"reasons": ["chinh-xac"], "note": "Bài 3 sai dấu."}


@pytest.fixture
def on_paper(db: Database, submitted: Submitted, read_round: ReadRound) -> tuple[str, str]:
    """(round, file) of a work whose text was read."""
    round_id = submitted()
    version_id = read_round(round_id).version_id
    with db.transaction() as session:
        file = files_of([version_id])[0]
        session.add(FileText(file_id=file.id, text=TEXT, headings=[0]))
    return round_id, file.id


def _say(db: Database, user_id: str, round_id: str, words: str = "", at: Spot | None = None) -> ReviewComment:
    with db.transaction():
        viewer = viewer_of(user_id)
        return comment(viewer, queries.round_for(viewer, round_id), "Xem lại chỗ này.", words, at=at)


def _next_version(db: Database, cast: Cast, round_id: str, text: str) -> str:
    """A version with another file, sent again; the id of its round."""
    with db.transaction() as session:
        lan = viewer_of(cast.lan)
        old = queries.round_for(lan, round_id)
        resource = find_resource(lan, old.resource_id)
        base = find_version(resource, resource.working_version_id)
        file = stored_file(cast.lan, "bai.txt", text.encode())
        session.add(FileText(file_id=file.id, text=text))
        version = resources.start_version(lan, resource, base, "Sửa theo góp ý.", [file])
        resources.edit_draft(lan, resource, version, {"summary": "Có thêm lời giới thiệu."})
        resources.submit(lan, resource, version)
        return service.open_round(lan, resource, version).id


def test_a_remark_stands_at_the_paragraph_pointed_at_and_quotes_it(
    db: Database, cast: Cast, on_paper: tuple[str, str]
) -> None:
    remark = _say(db, cast.hoa, on_paper[0], at=Spot(on_paper[1], paragraph=2))
    assert (remark.file_id, remark.paragraph, remark.place) == (on_paper[1], 2, "Đong nếp bằng lon ở chợ.")


def test_typed_words_are_looked_for_in_the_text(db: Database, cast: Cast, on_paper: tuple[str, str]) -> None:
    found = _say(db, cast.hoa, on_paper[0], "đong NẾP  nấu")
    nowhere = _say(db, cast.hoa, on_paper[0], "phần mở đầu")
    assert (found.paragraph, found.place) == (4, "đong NẾP  nấu")
    assert (nowhere.file_id, nowhere.paragraph, nowhere.place) == (None, None, "phần mở đầu")


@pytest.mark.parametrize("where", [(None, 1), (None, 99), (1, None), (0, None), (None, None), (None, -1)])
def test_a_place_that_is_not_there_is_refused(
    where: tuple[int | None, int | None], db: Database, cast: Cast, on_paper: tuple[str, str]
) -> None:
    with pytest.raises(InvalidInput):  # paragraph 1 is blank; the file has no pages
        _say(db, cast.hoa, on_paper[0], at=Spot(on_paper[1], *where))
    with pytest.raises(InvalidInput):
        _say(db, cast.hoa, on_paper[0], at=Spot("0" * 16, 1, 2))


def test_in_the_next_version_remarks_are_found_by_their_words_or_said_to_be_gone(
    db: Database, cast: Cast, on_paper: tuple[str, str], decide: Decide, sign_in: SignIn
) -> None:
    round_id, file_id = on_paper
    for paragraph in (2, 3):
        _say(db, cast.hoa, round_id, at=Spot(file_id, paragraph=paragraph))
    page = sign_in("hoa").get(f"/phan-bien/{round_id}").get_data(as_text=True)
    assert f'id="d-{file_id}-2"' in page and "bai.txt, đoạn 3" in page and "bai.txt, đoạn 4" in page
    decide("hoa", round_id, "request_changes", **SENT_BACK)
    later = (
        sign_in("hoa").get(f"/phan-bien/{_next_version(db, cast, round_id, LATER)}").get_data(as_text=True)
    )
    assert "2 đang mở, 0 đã xong" in later and "không còn trong bản mới" in later
    assert "bai.txt, đoạn 3" in later and "bai.txt, đoạn 4" not in later


def test_the_next_round_shows_what_changed_since(
    db: Database, cast: Cast, on_paper: tuple[str, str], decide: Decide, sign_in: SignIn
) -> None:
    decide("hoa", on_paper[0], "request_changes", **SENT_BACK)
    second = _next_version(db, cast, on_paper[0], LATER)
    hoa = sign_in("hoa")
    assert "So với phiên bản 1: thêm 2 đoạn, bỏ 3 đoạn" in hoa.get(f"/phan-bien/{second}").get_data(
        as_text=True
    )
    page = hoa.get(f"/phan-bien/{second}?xem=thay-doi").get_data(as_text=True)
    for words in ("Có thêm lời giới thiệu.</ins>", "Đổi nội dung tệp: bai.txt", "Thêm một dòng mới.</ins>"):
        assert words in page
    first = hoa.get(f"/phan-bien/{on_paper[0]}?xem=thay-doi")
    assert first.status_code == 200 and "So với phiên bản" not in first.get_data(as_text=True)


def test_remarks_on_places_are_made_in_the_browser(on_paper: tuple[str, str], sign_in: SignIn) -> None:
    (round_id, file_id), hoa = on_paper, sign_in("hoa")
    page = hoa.get(f"/phan-bien/{round_id}?tep={file_id}&doan=2").get_data(as_text=True)
    assert 'value="Đong nếp bằng lon ở chợ."' in page and "Bỏ chọn chỗ này" in page
    said = hoa.post(f"/phan-bien/{round_id}/gop-y", data={"tep": file_id, "doan": "2", "text": "Hay."})
    assert said.location == f"/phan-bien/{round_id}#d-{file_id}-2"
    for wrong in ({"tep": file_id, "doan": "77"}, {"tep": "x", "doan": "2"}, {"tep": file_id, "doan": "x"}):
        assert hoa.post(f"/phan-bien/{round_id}/gop-y", data={**wrong, "text": "Hay."}).status_code == 422
        assert hoa.get(f"/phan-bien/{round_id}", query_string=wrong).status_code == 200


def test_a_paragraph_is_cut_at_the_words_that_threads_speak_of() -> None:
    pieces = marked("Đong nếp bằng lon, rồi đong gạo.", [(1, "đong gạo"), (2, "Đong nếp"), (3, "đong GẠO")])
    assert pieces == [("Đong nếp", 2), (" bằng lon, rồi ", None), ("đong gạo", 1), (".", None), ("", 3)]
    assert marked("Hay.", []) == [("Hay.", None)]
    assert quoted("một hai " * 40).endswith("hai") and len(quoted("x" * 500)) == 120


def _asked(db: Database, cast: Cast, round_id: str) -> list[tuple[str, list[str]]]:
    names = {user_id: name for name, user_id in cast.people.items()}
    with db.session(writing=False):
        found = queries.round_for(viewer_of(cast.minh), round_id)
        return [(names[each.id], each.reasons) for each in colleagues(found, history(found.resource_id))]


def test_proposed_are_first_who_teaches_the_subject_at_another_school_and_reads_little(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    with db.transaction() as session:
        for name, subjects in (("minh", ["toan"]), ("thao", ["toan"])):
            for row in session.query(Membership).filter_by(user_id=cast.people[name], role="giao-vien"):
                row.subjects = subjects
    other, round_id = submitted(by="thao"), submitted()
    assert _asked(db, cast, round_id) == [
        ("minh", ["dạy Toán", "TH&THCS Sóng Xanh"]), ("hoa", ["THCS Dốc Nắng"]),
        ("thao", ["dạy Toán", "cùng trường tác giả"]), ("hanh", ["cùng trường tác giả"]),
    ]  # fmt: skip
    with db.transaction():
        minh = viewer_of(cast.minh)
        readers.ask(minh, queries.round_for(minh, other), [cast.minh])
    assert dict(_asked(db, cast, round_id))["minh"][-1] == "đang đọc 1 bài"


def test_the_next_round_proposes_who_read_before_and_last_who_declined_or_handed_back(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    decide("thao", round_id, "request_changes", **SENT_BACK)
    second = _next_version(db, cast, round_id, LATER)
    assert _asked(db, cast, second)[0] == ("thao", ["đã đọc vòng 1", "cùng trường tác giả"])
    decide("thao", second, "decline", **SENT_BACK)
    with db.transaction():
        lan, minh, hoa = (viewer_of(cast.people[name]) for name in ("lan", "minh", "hoa"))
        resource = find_resource(lan, queries.round_for(lan, second).resource_id)
        third = service.appeal(lan, resource, find_version(resource, resource.working_version_id)).id
        current_session().flush()
        readers.ask(minh, queries.round_for(minh, third), [cast.hoa])
        readers.hand_back(hoa, queries.round_for(hoa, third), "bận")
    assert {name for name, _reasons in _asked(db, cast, third)[-2:]} == {"thao", "hoa"}
