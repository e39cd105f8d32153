"""The board of the year: what its cells say, who sees which rows, the same words on page, API and in files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.curation.models import CurationRound
from repo_service.duty_board.rows import Filters, Row, read_board, read_years
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.resources.models import ResourceVersion
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import THIS_YEAR, counted_statements, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
BOARD = "/so/nhiem-vu"


@pytest.fixture
def review(db: Database, cast: Cast) -> Callable[..., str]:
    """`review(due, closed, state)` -> the resource of a round of K2 with these days."""

    def make(due: str, closed: datetime | None = None, state: str = "", **version: Any) -> str:
        with db.transaction() as session:
            resource, work = draft(cast.lan, cast.clusters["K2"])
            for name, value in version.items():
                setattr(work, name, value)
            session.add(
                ReviewRound(
                    resource_id=resource.id, version_id=work.id, cluster_id=cast.clusters["K2"],
                    due_on=date.fromisoformat(due), closed_at=closed, state=state or ("approved" if closed else "open"),
                )
            )  # fmt: skip
            return resource.id

    return make


@pytest.fixture
def row(app: Any, db: Database, cast: Cast) -> Callable[..., Row]:
    """`row()` -> K2 on the board as the department sees it."""

    def read(year: str = THIS_YEAR, who: str = "tuan") -> Row:
        with app.test_request_context(), db.session(writing=False):
            shown = read_board(viewer_of(cast.people[who]), Filters(year))
            return next(each for each in shown.rows if each.cluster.id == cast.clusters["K2"])

    return read


def test_a_cluster_without_reviews_is_asked_for_nothing(row: Callable[..., Row]) -> None:
    cell = row().cells[1]
    assert (cell.state, cell.is_met, cell.tone, cell.is_nudgeable) == ("none", True, "", False)


def test_a_round_closed_on_its_day_is_on_time_by_the_clock_of_vietnam(
    row: Callable[..., Row], review: Callable[..., str]
) -> None:
    review("2026-11-10", datetime(2026, 11, 10, 16, 59, tzinfo=UTC))  # 23:59 in Vietnam
    review("2026-11-20")
    cell = row().cells[1]
    assert (cell.state, cell.words) == ("on_time", "Đúng hẹn, 1 vòng đang đọc")
    review("2026-11-10", datetime(2026, 11, 10, 17, 1, tzinfo=UTC))  # past midnight there
    cell = row().cells[1]
    assert (cell.state, cell.is_met, cell.is_nudgeable) == ("late", False, False)
    assert cell.words == "1 trong 3 vòng xong sau hẹn"


def test_an_open_round_past_its_day_says_since_when(
    row: Callable[..., Row], review: Callable[..., str]
) -> None:
    review("2026-11-16")
    assert row().cells[1].state == "on_time"
    review("2026-11-15")
    review("2026-11-02")
    cell = row().cells[1]
    assert (cell.state, cell.words, cell.is_nudgeable) == ("overdue", "2 vòng quá hẹn", True)
    assert "sớm nhất là hẹn 02/11/2026" in cell.reason


def test_a_round_belongs_to_the_year_of_its_due_day(
    row: Callable[..., Row], review: Callable[..., str]
) -> None:
    review("2026-07-31", datetime(2026, 7, 30, tzinfo=UTC))
    review("2026-08-01", datetime(2026, 8, 2, tzinfo=UTC))
    assert (row("2025-2026").cells[1].state, row().cells[1].state) == ("on_time", "late")


def test_recalled_rounds_and_papers_under_embargo_are_not_counted(
    row: Callable[..., Row], review: Callable[..., str], sign_in: SignIn, cast: Cast
) -> None:
    review("2026-11-02", state="recalled", closed=datetime(2026, 11, 9, tzinfo=UTC))
    review("2026-11-02", embargo_until=datetime(2026, 12, 1, tzinfo=UTC))
    assert row().cells[1].state == "none"
    page = sign_in("tuan").get(f"/cum/{cast.clusters['K2']}/viec-nam/{THIS_YEAR}").get_data(as_text=True)
    assert "Chưa có vòng phản biện nào tới hẹn" in page
    with clock.pinned(datetime(2026, 12, 2, tzinfo=UTC)):
        assert row().cells[1].state == "overdue"


@pytest.fixture
def curation(db: Database, cast: Cast) -> Callable[..., None]:
    """`curation(due, done)`: a round of K2 over four works, closed on a day when `closed` says one."""

    def make(due: str, done: int, closed: str | None = None) -> None:
        with db.transaction() as session:
            session.add(
                CurationRound(
                    title="Đợt của cụm", cluster_id=cast.clusters["K2"], school_year=THIS_YEAR,
                    due_on=date.fromisoformat(due), state="closed" if closed else "open", item_count=4,
                    done_count=done, closed_on=date.fromisoformat(closed) if closed else None,
                )
            )  # fmt: skip

    return make


@pytest.mark.parametrize(
    ("rounds", "state", "words"),
    [
        ([], "none", "Chưa có đợt rà soát"),
        ([("2026-12-15", 1)], "open", "Còn 3 bài, hẹn 15/12/2026"),
        ([("2026-11-15", 1)], "overdue", "3 bài quá hẹn rà soát"),
        ([("2026-11-10", 4, "2026-11-10")], "on_time", "Đúng hạn"),
        ([("2026-11-10", 4, "2026-11-11")], "late", "Đã rà soát, xong sau hẹn"),
        ([("2026-11-10", 4, "2026-11-11"), ("2026-11-16", 0)], "open", "Còn 4 bài, hẹn 16/11/2026"),
    ],
)
def test_curation_is_judged_by_the_dates_of_its_rounds(
    rounds: list[tuple[str, ...]], state: str, words: str,
    row: Callable[..., Row], curation: Callable[..., None],
) -> None:  # fmt: skip
    for each in rounds:
        curation(*each)
    cell = row().cells[2]
    assert (cell.state, cell.words) == (state, words)
    assert cell.is_met == (state in ("none", "open", "on_time")) == (not cell.reason)


def test_works_past_their_date_without_a_round_are_said_this_year_only(
    row: Callable[..., Row], db: Database, cast: Cast
) -> None:
    with db.transaction():
        published(cast.lan, cast.clusters["K2"]).next_review_on = date(2026, 11, 1)
    assert row().cells[2].words == "1 bài tới hạn, chưa mở đợt"
    assert row("2025-2026").cells[2].state == "none"


def test_evidence_names_works_only_to_those_who_may_read_them(
    review: Callable[..., str], db: Database, sign_in: SignIn, cast: Cast
) -> None:
    review("2026-11-02", title="Bài chưa ai được thấy")
    with db.transaction() as session:
        seen = published(cast.lan, cast.clusters["K2"], title="Bài đã công bố rồi")
        version = session.get_one(ResourceVersion, seen.current_version_id)
        session.add(
            ReviewRound(
                resource_id=seen.id, version_id=version.id, cluster_id=cast.clusters["K2"],
                due_on=date(2026, 11, 5), closed_at=datetime(2026, 11, 4, tzinfo=UTC), state="approved",
            )
        )  # fmt: skip
    path = f"/cum/{cast.clusters['K2']}/viec-nam/{THIS_YEAR}"
    page = sign_in("tuan").get(path).get_data(as_text=True)
    assert "Bài đã công bố rồi" in page and "Bài chưa ai được thấy" not in page
    assert "Một bài đang trên đường công bố" in page and page.index("quá hẹn") < page.index(
        "Bài đã công bố rồi"
    )


def test_who_opens_the_evidence(sign_in: SignIn, cast: Cast) -> None:
    for name, status in (
        ("tuan", 200),
        ("phuc", 200),
        ("minh", 200),
        ("lan", 404),
        ("quang", 404),
        ("nga", 404),
    ):
        browser = sign_in(name)
        assert browser.get(f"/cum/{cast.clusters['K2']}/viec-nam/{THIS_YEAR}").status_code == status, name
        assert browser.get(f"/cum/{cast.clusters['K2']}/viec-nam/2026").status_code == 404


def test_the_board_is_for_the_department_and_commune_officers(sign_in: SignIn, client: FlaskClient) -> None:
    paths = (BOARD, f"{BOARD}/nhieu-nam", f"{BOARD}.xlsx", f"{BOARD}/nhieu-nam.csv", "/api/duty-board")
    for browser in map(sign_in, ("lan", "minh", "hanh")):
        assert {browser.get(path).status_code for path in paths} == {404}
    assert {client.get(path).status_code for path in paths} == {302, 401}


def test_a_commune_officer_sees_the_clusters_of_the_own_schools_everywhere(sign_in: SignIn) -> None:
    phuc = sign_in("phuc")
    for path in (BOARD, f"{BOARD}/nhieu-nam", f"{BOARD}.csv", f"{BOARD}/nhieu-nam.csv"):
        text = phuc.get(path).get_data(as_text=True)
        assert "Cụm THCS Toán" in text and "Cụm Tiểu học" not in text, path
    assert len(phuc.get("/api/duty-board").json["items"]) == 1


def table_of(page: str) -> list[list[str]]:
    """The rows of the page's table as a reader sees them, opened rows left out: name, units, cells, lead."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = []
    for found in re.findall(r"<tr>(.*?)</tr>", body, re.S):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.S)
        name, _, units = cells[0].partition("<br>")
        rows.append([text_of(cell) for cell in (name, *([units] if units else []), *cells[1:])])
    return rows


def text_of(html: str) -> str:
    html = re.sub(r'<span class="vh">.*?</span>', "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def sheet_of(content: bytes) -> list[list[str]]:
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    return [[str(value or "") for value in row] for row in page.iter_rows(values_only=True)]


def paper_of(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(content)).tables[0].rows]


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("query", ["?level=tieu-hoc", "?school_year=2026-2027"])
def test_files_hold_the_rows_and_words_of_the_page_cell_by_cell(
    query: str, sign_in: SignIn, review: Callable[..., str]
) -> None:
    review("2026-11-02")
    tuan = sign_in("tuan")
    shown = table_of(tuan.get(BOARD + query).get_data(as_text=True))
    api = tuan.get("/api/duty-board" + query).json["items"]
    assert shown
    assert [row[0] for row in shown] == [item["cluster_name"] for item in api]
    assert [row[2:5] for row in shown] == [[cell["words"] for cell in item["cells"]] for item in api]
    for kind, read in (("xlsx", sheet_of), ("csv", lines_of), ("docx", paper_of)):
        answer = tuan.get(f"{BOARD}.{kind}{query}")
        head, *rows = read(answer.data)
        assert [row[:-1] for row in rows] == shown, kind
        assert [row[-1] for row in rows] == [
            " ".join(cell["reason"] for cell in item["cells"] if cell["reason"]) for item in api
        ]
        assert head[0] == "Cụm" and "viec-nam-hoc-" in answer.headers["Content-Disposition"]
    assert tuan.get(f"{BOARD}.csv").data.startswith(b"\xef\xbb\xbf")
    assert tuan.get(f"{BOARD}.pdf").status_code == 404


@pytest.mark.parametrize("duty", ["product", "reviews", "curation"])
def test_years_side_by_side_say_what_each_year_says(
    duty: str, sign_in: SignIn, review: Callable[..., str]
) -> None:
    review("2025-11-02", datetime(2025, 11, 9, tzinfo=UTC))
    tuan = sign_in("tuan")
    query = f"?duty={duty}"
    shown = table_of(tuan.get(f"{BOARD}/nhieu-nam{query}").get_data(as_text=True))
    head, *rows = sheet_of(tuan.get(f"{BOARD}/nhieu-nam.xlsx{query}").data)
    assert rows == shown and head[1:4] == ["2026–2027", "2025–2026", "2024–2025"]
    place = ["product", "reviews", "curation"].index(duty)
    for column, year in ((1, "2026-2027"), (2, "2025-2026")):
        items = tuan.get(f"/api/duty-board?school_year={year}").json["items"]
        assert [row[column] for row in rows] == [item["cells"][place]["words"] for item in items]
    assert {row[3] for row in rows} == {"–"}


def test_a_name_that_looks_like_a_formula_stays_text_in_the_files(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction() as session:
        session.get_one(Cluster, cast.clusters["K1"]).name = '=HYPERLINK("http://x","y")'
    tuan = sign_in("tuan")
    assert any(line[0].startswith("'=HYPERLINK") for line in lines_of(tuan.get(f"{BOARD}.csv").data))
    book = openpyxl.load_workbook(io.BytesIO(tuan.get(f"{BOARD}.xlsx").data))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} == {"s"}


def test_the_board_narrows_to_a_commune_or_a_former_district(
    cast: Cast, db: Database, sign_in: SignIn
) -> None:
    with db.transaction() as session:
        session.get_one(Organization, cast.schools["X1"]).code = "21235"  # Tư Nghĩa
    tuan = sign_in("tuan")
    for area in (cast.schools["X1"], "huyện Tư Nghĩa"):
        found = tuan.get("/api/duty-board", query_string={"area": area}).json["items"]
        assert [item["cluster"] for item in found] == [cast.clusters["K2"]]
    assert tuan.get("/api/duty-board?area=huyện+Sơn+Hà").json["items"] == []
    page = tuan.get(BOARD).get_data(as_text=True)
    assert ">huyện Tư Nghĩa cũ<" in page and f'value="{cast.schools["X1"]}"' in page
    assert "Không có cụm nào hợp với bộ lọc" in tuan.get(f"{BOARD}?area=x").get_data(as_text=True)


def test_the_statements_of_the_board_do_not_grow(app: Any, db: Database, cast: Cast) -> None:
    def cost() -> tuple[int, int]:
        with app.test_request_context(), db.session(writing=False):
            tuan = viewer_of(cast.tuan)
            read_board(tuan, Filters(THIS_YEAR))
            with counted_statements(db) as one_year:
                read_board(tuan, Filters(THIS_YEAR))
            with counted_statements(db) as several:
                for duty in ("reviews", "curation"):
                    read_years(tuan, Filters(THIS_YEAR), duty)
            return len(one_year), len(several)

    before = cost()
    with db.transaction() as session:
        for number in range(30):
            cluster = Cluster(name=f"Cụm {number}", name_sort=f"cụm {number}", from_year="2024-2025")
            session.add(cluster)
            session.flush()
            session.add(
                Membership(
                    organization_id=cast.schools["S05"], cluster_id=cluster.id, role="thanh-vien",
                    from_year="2024-2025",
                )
            )  # fmt: skip
    assert cost() == before
    assert before[0] <= 9 and before[1] <= 17


def test_nonsense_in_the_address_finds_nothing_or_this_year(sign_in: SignIn) -> None:
    tuan = sign_in("tuan")
    for query in ("school_year=abc", "school_year=2026-2028", "level=%00&area=%00", "area='; drop", "page=x"):
        assert tuan.get(f"{BOARD}?{query}").status_code == 200, query
