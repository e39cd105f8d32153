"""Lists of people from spreadsheets: read however they were saved, every line's fate first, nothing made twice."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.accounts import service as accounts
from repo_service.accounts.models import OneTimeLink, User
from repo_service.cli import cli
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput
from repo_service.organizations.models import Membership, Organization
from repo_service.organizations.rosters import planning, service
from repo_service.organizations.rosters.reading import decoded, read_lines
from tests import databases
from tests.cast import Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]
LIST = "Họ và tên;Trường;Vai trò;Email;Xưng hô"
LAN = "Nguyễn Thị Ánh;THCS Bờ Xe Nước;Giáo viên;anh@truong.edu.vn;cô"


def _fates(db: Database, user_id: str, *lines: str) -> list[planning.Fate]:
    with db.session(writing=False):
        return planning.plan(viewer_of(user_id), read_lines("\n".join((LIST, *lines))))


def _carry_out(db: Database, user_id: str, *lines: str) -> list[service.Invitation]:
    with db.transaction():
        return service.carry_out(viewer_of(user_id), read_lines("\n".join((LIST, *lines))))[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("parts", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_is_read_however_it_was_saved(encoding: str, parts: str, end: str) -> None:
    text = end.join(line.replace(";", parts) for line in (LIST, LAN, ";;;;", LAN)) + end
    lines = read_lines(decoded(text.encode(encoding)))
    assert [(line.number, line.name) for line in lines] == [(2, "Nguyễn Thị Ánh"), (4, "Nguyễn Thị Ánh")]
    assert (lines[0].email, lines[0].form, lines[0].place) == ("anh@truong.edu.vn", "cô", "THCS Bờ Xe Nước")


def test_names_in_two_columns_decomposed_letters_and_quotes_are_read() -> None:
    text = 'Họ đệm,Tên,Mã trường\n"  Trần  Thị ",Bi\u0301ch,"A ""B"", C"\n'
    assert read_lines(decoded(text.encode()))[0].name == "Trần Thị Bích"
    assert read_lines(text)[0].place == 'A "B", C'


@pytest.mark.parametrize(
    "content",
    [
        b"", b"PK\x03\x04whatever", "Họ và tên;Trường\nÁnh;X".encode("cp1258", "replace"), b"\x00\x01\x02",
        b"a,b\n1,2\n", LIST.encode(), b"x" * (1 << 21), "Tên;Trường\nÁnh;X".encode(),
        (LIST + "\n" + (LAN + "\n") * 2001).encode(), (LIST + '\n"' + "x" * 200_000).encode(),
    ],
)  # fmt: skip
def test_what_is_no_list_is_said_in_a_sentence(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_lines(decoded(content))
    assert refused.value.errors["file"][0].endswith(".")


@pytest.mark.parametrize(
    "typed", ["THCS Bờ Xe Nước", "thcs bo xe nuoc", "Trường THCS Bờ Xe Nước ", "S05-01", "THCS  BỜ XE NƯỚC"]
)
def test_a_school_is_found_by_code_or_name_however_it_is_written(
    db: Database, cast: Cast, typed: str
) -> None:
    with db.transaction() as session:
        session.get_one(Organization, cast.schools["S05"]).code = "S05-01"
    (fate,) = _fates(db, cast.tuan, f"Nguyễn Ánh;{typed};;;")
    assert (fate.kind, fate.place) == (planning.NEW, "THCS Bờ Xe Nước")


def test_an_unknown_school_comes_with_suggestions_and_nothing_is_guessed(db: Database, cast: Cast) -> None:
    near, far = _fates(db, cast.tuan, "Nguyễn Ánh;THCS Bờ Xe Nươc Nóng;;;", "Nguyễn Ánh;Trường trên trời;;;")
    assert (near.kind, near.suggestions[0]) == (planning.WRONG, "THCS Bờ Xe Nước")
    assert far.kind == planning.WRONG and not far.suggestions


def test_every_line_is_told_its_fate_and_nothing_is_written(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        session.get_one(User, cast.lan).email = "lan@truong.edu.vn"
        accounts.deactivate(session.get_one(User, cast.quang), None)
    lines = (
        LAN,
        "Trần Thị Lan;THCS Bờ Xe Nước;Giáo viên;lan@truong.edu.vn;cô",
        "Trần Thị Lan;Cụm THCS Toán - KHTN đồng bằng;Người phản biện;lan@truong.edu.vn;cô",
        "Võ Thị Thảo;THCS Bờ Xe Nước;;;",
        "Nguyễn Thị Ánh;THCS Bờ Xe Nước;Giáo viên;anh@truong.edu.vn;",
        "Nguyễn Thị Ánh;Cụm THCS Toán - KHTN đồng bằng;Người rà soát;anh@truong.edu.vn;",
        "Lê Bảo;THCS Bờ Xe Nước;Phi công;;",
        "Lê Bảo;THCS Bờ Xe Nước;;không phải email;",
        "B;THCS Bờ Xe Nước;;;",
        "Đỗ Quang;Tiểu học Hoa Phượng Đỏ;;;",
        "Lê Bảo;;;;",
    )
    fates = _fates(db, cast.tuan, *lines)
    new, more, known, wrong = planning.NEW, planning.MORE, planning.KNOWN, planning.WRONG
    assert [fate.kind for fate in fates] == [
        new, known, more, known, known, more, wrong, wrong, wrong, wrong, wrong,
    ]  # fmt: skip
    assert all(fate.words for fate in fates if fate.kind == wrong)


def test_the_same_list_again_makes_nothing_and_gives_no_link_away(db: Database, cast: Cast) -> None:
    lines = (
        LAN,
        "Nguyễn Thị Ánh;Cụm THCS Toán - KHTN đồng bằng;Người rà soát;anh@truong.edu.vn;",
        "=HYPERLINK(1);THCS Bờ Xe Nước;;;",
        "Trần Văn Tí;THCS Bờ Xe Nước;;;",
        "Trần Văn Tí;TH&THCS Sóng Xanh;;;",
    )
    made = _carry_out(db, cast.tuan, *lines)
    assert [each.name for each in made] == ["Nguyễn Thị Ánh", "=HYPERLINK(1)", "Trần Văn Tí", "Trần Văn Tí"]
    assert len({each.username for each in made}) == 4
    rows = list(csv.reader(io.StringIO(service.links_sheet(made, "https://kho").decode("utf-8-sig"))))
    assert rows[1][3].startswith("https://kho/lien-ket/") and rows[2][0] == "'=HYPERLINK(1)"
    with db.session(writing=False) as session:
        anh = session.scalars(select(User).where(User.email == "anh@truong.edu.vn")).one()
        roles = session.scalars(select(Membership.role).where(Membership.user_id == anh.id)).all()
        assert sorted(roles) == ["giao-vien", "ra-soat"] and anh.form_of_address == "co"
        before = session.scalar(select(func.count()).select_from(OneTimeLink))
    assert _carry_out(db, cast.tuan, *lines) == []
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(OneTimeLink)) == before


def test_a_school_manager_fills_the_own_school_and_no_other(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        session.get_one(User, cast.quang).email = "quang@truong.edu.vn"
    fates = _fates(
        db,
        cast.hanh,
        LAN,
        "Lê Bảo;Tiểu học Hoa Phượng Đỏ;;;",
        "Lê Bảo;THCS Bờ Xe Nước;Hiệu trưởng;;",
        "Đỗ Quang;THCS Bờ Xe Nước;;quang@truong.edu.vn;",
    )
    assert [fate.kind for fate in fates] == [planning.NEW, planning.WRONG, planning.WRONG, planning.WRONG]
    assert not fates[1].suggestions, "nor learns what other schools are called"


def test_the_page_shows_the_fates_then_makes_accounts_and_hands_out_links(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    hanh = sign_in("hanh")
    assert "/nguoi/danh-sach" in hanh.get("/nguoi").get_data(as_text=True)
    assert hanh.get("/nguoi/danh-sach/mau.csv").data.startswith(b"\xef\xbb\xbf")
    content = "\ufeff" + LIST + "\n" + LAN + "\nLê <b>;Trường lạ;;;\n"
    file = {"tep": (io.BytesIO(content.encode()), "gv.csv")}
    looked = hanh.post("/nguoi/danh-sach", data=file).get_data(as_text=True)
    assert "Tạo 1 tài khoản" in looked and "cần sửa" in looked and "Lê &lt;b&gt;" in looked
    with db.session(writing=False) as session:
        assert session.scalars(select(User).where(User.email == "anh@truong.edu.vn")).all() == []
    done = hanh.post("/nguoi/danh-sach", data={"danh_sach": content})
    page = done.get_data(as_text=True)
    assert done.headers["Cache-Control"] == "no-store" and "Đã tạo 1 tài khoản" in page
    sheet = re.search(r'name="bang" value="([^"]+)"', page)
    assert sheet is not None
    saved = hanh.post("/nguoi/danh-sach", data={"bang": sheet[1]})
    assert saved.headers["Content-Disposition"].startswith("attachment") and saved.mimetype == "text/csv"
    path = re.search(r"/lien-ket/\S+", saved.data.decode("utf-8-sig"))
    assert path is not None and hanh.get(path[0]).status_code == 200
    assert "Không có tài khoản nào mới" in hanh.post(
        "/nguoi/danh-sach", data={"danh_sach": content}
    ).get_data(as_text=True)
    assert hanh.post("/nguoi/danh-sach", data={}).status_code == 422
    for who in ("lan", "phuc"):
        assert sign_in(who).get("/nguoi/danh-sach").status_code == 404
        assert sign_in(who).post("/nguoi/danh-sach", data={"danh_sach": content}).status_code == 404


def test_the_operator_imports_at_the_machine(tmp_path: Path) -> None:
    def kho(*words: str) -> tuple[int, str]:
        env = {"KHO_DATA": str(tmp_path), **databases.environment(tmp_path)}
        answer = CliRunner().invoke(cli, words, env=env)
        return answer.exit_code, answer.output

    kho("init")
    database = Database(databases.url_of(tmp_path))
    with database.transaction() as session:
        session.add(Organization(kind="truong", name="THCS Bờ Xe Nước", name_sort="b"))
    source, links = tmp_path / "gv.csv", tmp_path / "links.csv"
    source.write_text("\ufeff" + LIST + "\r\n" + LAN + "\r\n")
    assert kho("accounts", "import", str(source), "--dry-run")[1].startswith("+ 2")
    assert kho("accounts", "import", str(source))[0] == 1, "links must have a place to go"
    assert kho("accounts", "import", str(source), "--links", str(links))[0] == 0
    assert "/lien-ket/" in links.read_text("utf-8-sig") and links.stat().st_mode & 0o077 == 0
    assert kho("accounts", "import", str(source), "--dry-run")[1].startswith("= 2")
    source.write_text(LIST + "\nLê Bảo;Trường lạ;;;\n")
    assert kho("accounts", "import", str(source), "--dry-run")[0] == 1
    database.engine.dispose()
