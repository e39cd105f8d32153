"""A work whose text nearly equals one in Kho is pointed out before it is sent, to those who may see that one."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from indexer.extraction import Extracted
from indexer.sketch import bands, likeness, sketch
from repo_service.core.db import Database
from repo_service.core.identifiers import new_id
from repo_service.derivatives.service import record_derivatives
from repo_service.files.models import StoredFile
from repo_service.resources.models import VersionFile
from tests.cast import Cast
from tests.factories import published
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
    with db.transaction() as session:
        kept = published(cast.lan, cast.clusters["K2"], title="Băng giấy và phân số", visibility="cum")
        file = session.get_one(
            StoredFile,
            session.scalars(
                select(VersionFile.file_id).where(VersionFile.version_id == kept.current_version_id)
            ).one(),
        )
        record_derivatives(file, Extracted(text=KEPT), [])
        address = f"/hoc-lieu/{kept.id}"
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
        assert (f'href="{address}/phien-ban-moi"' in page) is may_add, person


def guesses_for(browser: FlaskClient, text: str, work: Callable[[], None]) -> str:
    """What the contribute form says of a file once it was read."""
    reference = upload(browser, "bai.txt", text.encode())
    browser.post(f"/api/uploads/{reference['upload']}/complete", json={"parts": reference["parts"]})
    work()
    return browser.post("/dong-gop/doan", data={"draft": new_id(), "uploads": reference["upload"]}).text


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
