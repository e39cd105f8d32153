"""A work whose text nearly equals one in Kho is pointed out before it is sent, to those who may see that one."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from indexer.extraction import Extracted
from indexer.sketch import bands, likeness, sketch
from repo_service.core.backends import storage
from repo_service.core.db import Database, current_session
from repo_service.core.identifiers import new_id
from repo_service.derivatives.service import Made, record_derivatives
from repo_service.files.models import StoredFile
from repo_service.resources import service as resources
from repo_service.resources.findable.what_differs import what_differs
from repo_service.resources.models import Resource, VersionFile
from repo_service.reviews import service as reviews
from tests.cast import Cast
from tests.factories import draft, published, stored_file, viewer_of
from tests.repo_service.contributions.test_deposit_api import upload

LINES = [
    f"Hoạt động {number}: học sinh gấp băng giấy thành {number + 2} phần, tô màu rồi đọc phân số viết được."
    for number in range(30)
]
KEPT = "\n".join(LINES)
CHANGED = "\n".join(
    [*LINES[:27], "Ba dòng cuối thầy cô thay bằng trò chơi chợ phiên, mỗi nhóm đổi một lượt."]
)
OTHER = "\n".join(
    f"Bước {number}: đo nhiệt độ nước, ghi vào bảng rồi vẽ đường biểu diễn theo phút." for number in range(30)
)


def test_a_nearly_equal_text_is_pointed_out_to_who_may_see_it(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        address = f"/hoc-lieu/{kept_work(cast)[0]}"
    work()
    for person, text, told, may_add in (
        ("lan", CHANGED, True, True),
        ("minh", CHANGED, True, False),
        ("quang", CHANGED, False, False),
        ("lan", OTHER, False, False),
    ):
        page = guesses_for(sign_in(person), text, work)
        assert ("Gần giống một bài đã có: " in page, f'href="{address}"' in page) == (told, told), (
            person,
            text[:20],
        )
        assert (f'href="{address}/phien-ban-moi?' in page) is may_add, person
        if told:
            assert "thêm 1 đoạn, không có 3 đoạn" in page and "chợ phiên, mỗi nhóm đổi" in page
            assert "Cụm THCS Toán - KHTN đồng bằng" in page and "16/11/2026" in page
            assert not re.search(r"\d ?(%|phần trăm)", page), "no percentage of likeness"


def test_exactly_the_same_file_is_pointed_out_to_who_may_see_its_work(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        kept_id, file_id = kept_work(cast)
        content = b"".join(storage().open(current_session().get_one(StoredFile, file_id).key))
    for person, told, may_add in (("lan", True, True), ("minh", True, False), ("quang", False, False)):
        page = guesses_for(sign_in(person), content.decode(), work)
        assert ("Đã có một bài với đúng tệp này." in page) is told, person
        assert (f'href="/hoc-lieu/{kept_id}/phien-ban-moi?' in page) is may_add, person


def guesses_for(browser: FlaskClient, text: str, work: Callable[[], None]) -> str:
    """What the contribute form says of a file once it was read."""
    sent = {"draft": new_id(), "uploads": uploaded(browser, text, work)}
    return browser.post("/dong-gop/doan", data=sent).text


def uploaded(browser: FlaskClient, text: str, work: Callable[[], None]) -> str:
    """The id of an upload that arrived and was read."""
    reference = upload(browser, "bai.txt", text.encode())
    browser.post(f"/api/uploads/{reference['upload']}/complete", json={"parts": reference["parts"]})
    work()
    return str(reference["upload"])


def kept_work(cast: Cast) -> tuple[str, str]:
    """A published work of Lan with a text that was read: its id, and its file's."""
    kept = published(cast.lan, cast.clusters["K2"], title="Băng giấy và phân số", visibility="cum")
    where = VersionFile.version_id == kept.current_version_id
    file_id = current_session().scalars(select(VersionFile.file_id).where(where)).one()
    record_derivatives(current_session().get_one(StoredFile, file_id), Made(Extracted(text=KEPT)))
    return kept.id, file_id


def test_a_draft_becomes_a_new_version_of_the_work_it_nearly_equals(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        kept_id, old_file = kept_work(cast)
    work()
    lan, draft_id = sign_in("lan"), new_id()
    sent = {"draft": draft_id, "title": "Băng giấy", "uploads": uploaded(lan, CHANGED, work)}
    assert lan.post("/dong-gop", data={**sent, "viec": "nhap"}).status_code == 303
    page = lan.get(f"/hoc-lieu/{draft_id}/sua").text
    link = html.unescape(re.search(r'href="([^"]+/phien-ban-moi[^"]*)"', page).group(1))  # type: ignore[union-attr]
    form = lan.get(link).text
    boxes = dict(re.findall(r'name="kept" value="(\w+)"( checked)?', form))
    assert boxes.pop(old_file) == "" and list(boxes.values()) == [" checked"], "the old file makes room"
    refused = lan.post(link, data={"kept": list(boxes), "draft": draft_id})
    assert refused.status_code == 422 and next(iter(boxes)) in refused.text, (
        "nothing is lost by a missing note"
    )
    moved = lan.post(link, data={"kept": list(boxes), "draft": draft_id, "change_note": "Thêm chợ phiên"})
    assert moved.headers["Location"] == f"/hoc-lieu/{kept_id}/sua"
    with db.session(writing=False) as session:
        assert session.get(Resource, draft_id) is None, "no second draft is left behind"
        version = session.get_one(Resource, kept_id).working_version_id
        held = session.scalars(select(VersionFile.file_id).where(VersionFile.version_id == version)).all()
    assert held == list(boxes)


def test_another_persons_draft_brings_nothing_along(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        kept_id, _file = kept_work(cast)
        foreign, version = draft(cast.quang, cast.clusters["K1"])
        file_id = version.files[0].file_id
        foreign_id = foreign.id
    form = {"kept": file_id, "draft": foreign_id, "change_note": "Thử"}
    assert file_id not in sign_in("lan").get(f"/hoc-lieu/{kept_id}/phien-ban-moi?draft={foreign_id}").text
    sign_in("lan").post(f"/hoc-lieu/{kept_id}/phien-ban-moi", data=form)
    with db.session(writing=False) as session:
        assert session.get(Resource, foreign_id) is not None
        made = session.get_one(Resource, kept_id).working_version_id
        assert not session.scalars(select(VersionFile).where(VersionFile.version_id == made)).all()


def test_a_work_of_ones_own_may_name_the_one_it_is_made_from(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        kept_id, _file = kept_work(cast)
        secret = published(cast.quang, cast.clusters["K1"], visibility="rieng")
        secret_id = secret.id
    minh, draft_id = sign_in("minh"), new_id()
    sent = {"draft": draft_id, "title": "Băng giấy, bản của đảo", "based_on": kept_id, "viec": "nhap"}
    assert minh.post("/dong-gop", data={**sent, "based_on": secret_id}).status_code == 404
    assert minh.post("/dong-gop", data=sent).status_code == 303
    assert "Băng giấy và phân số" in minh.get(f"/hoc-lieu/{draft_id}").text
    minh.post("/dong-gop", data={**sent, "based_on": ""})
    assert "Băng giấy và phân số" not in minh.get(f"/hoc-lieu/{draft_id}").text


def test_what_differs_is_said_by_headings_and_bounded(db: Database, cast: Cast) -> None:
    long = [f"Đoạn {number}, rất riêng của bài này." for number in range(400)]
    with db.transaction():
        before, after = (stored_file(cast.lan, f"{name}.txt") for name in ("cu", "moi"))
        old = "\n".join(["Mục tiêu", *LINES, "Luyện tập", "Bài 1"])
        record_derivatives(before, Made(Extracted(text=old, headings=(0, 31))))
        new = "\n".join(["Mục tiêu", *LINES, "Luyện tập", *long])
        record_derivatives(after, Made(Extracted(text=new)))
        found = what_differs(before.id, after.id)
        same = what_differs(before.id, before.id)
    assert (found.added, found.removed, list(found.places)) == (400, 1, ["Luyện tập"])
    assert len(found.lines) == 40 and found.is_cut
    assert found.sentence == "So với bài ấy, tệp này thêm 400 đoạn, không có 1 đoạn; khác ở “Luyện tập”."
    assert same.sentence == "Chữ trong hai tệp giống nhau." and not same.is_cut


def test_the_share_of_equal_runs_is_met_within_a_tenth() -> None:
    first, second = sketch(KEPT), sketch(CHANGED)
    assert first and second and 0.75 < likeness(first, second) < 1
    assert set(bands(first)) & set(bands(second))
    assert likeness(first, first) == 1


def test_texts_that_share_little_do_not_meet_and_short_ones_have_no_sketch() -> None:
    first, second = sketch(KEPT), sketch(OTHER)
    assert first and second and likeness(first, second) < 0.3
    assert not set(bands(first)) & set(bands(second))
    assert sketch("Bài học về phân số ở chợ phiên.") is None and sketch("") is None
    assert sketch(KEPT) == sketch(KEPT.upper()), "marks and size of letters do not count"


def test_the_nearest_work_is_found_behind_many_that_share_a_form(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    """Plans of one form have a band in common here and there; the real copy must not drown in them."""
    form = LINES[:22]
    with db.transaction():
        for number in range(25):
            other = published(cast.minh, cast.clusters["K2"], title=f"Cùng mẫu {number}")
            where = VersionFile.version_id == other.current_version_id
            file_id = current_session().scalars(select(VersionFile.file_id).where(where)).one()
            own = [f"Phần riêng {number}, dòng {line}: bài tập số {number * line}." for line in range(14)]
            text = Made(Extracted(text="\n".join([*form, *own])))
            record_derivatives(current_session().get_one(StoredFile, file_id), text)
        kept_id, _file = kept_work(cast)
    work()
    page = guesses_for(sign_in("lan"), CHANGED, work)
    assert f'href="/hoc-lieu/{kept_id}"' in page and page.count("Gần giống một bài đã có") == 1


def test_a_draft_that_colleagues_have_read_is_not_dropped_for_a_new_version(
    db: Database, cast: Cast, sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        work = published(cast.lan, cast.clusters["K2"])
        read, version = draft(cast.lan, cast.clusters["K2"])
        resources.submit(lan, read, version)
        reviews.open_round(lan, read, version)
        reviews.recall(lan, read, version)
        unread, second = draft(cast.lan, cast.clusters["K2"])
        ids, files = (work.id, read.id, unread.id), [version.files[0].file_id, second.files[0].file_id]
    browser = sign_in("lan")
    form = {"kept": files[0], "draft": ids[1], "change_note": "Thêm một hoạt động"}
    assert browser.post(f"/hoc-lieu/{ids[0]}/phien-ban-moi", data=form).status_code == 303
    with db.session(writing=False) as session:
        assert session.get(Resource, ids[1]) is not None
