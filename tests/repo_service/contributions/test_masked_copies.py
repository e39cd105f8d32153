"""Kho puts private words out in a copy; the author compares and takes it; nobody else comes near."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from docx import Document
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.core.db import Database
from repo_service.core.identifiers import new_id
from repo_service.files.models import StoredFile
from tests.cast import Cast
from tests.repo_service.contributions.test_near_copies import uploaded
from tests.repo_service.contributions.test_personal_data import CLEAN, FIELDS, ROSTER

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def held(work: Callable[[], None], sign_in: SignIn) -> tuple[FlaskClient, str, str]:
    """(Lan's browser, draft, file): a draft whose only file lists pupils."""
    lan, draft = sign_in("lan"), new_id()
    lan.post("/dong-gop", data={**FIELDS, "draft": draft, "uploads": uploaded(lan, ROSTER, work), "viec": "nhap"})
    return lan, draft, lan.get(f"/api/resources/{draft}").get_json()["files"][0]["id"]


def test_the_author_compares_the_places_and_takes_the_copy(
    db: Database, work: Callable[[], None], held: tuple[FlaskClient, str, str]
) -> None:
    lan, draft, file = held
    path = f"/hoc-lieu/{draft}/che/{file}"
    assert path in lan.get(f"/hoc-lieu/{draft}/sua").get_data(as_text=True)
    assert "Kho che giúp trong tệp này?" in lan.get(path).get_data(as_text=True)
    page = lan.post(path).get_data(as_text=True)
    assert "Nguyễn Minh Khuê" in page and "▇▇▇" in page  # side by side
    copy = re.findall(r'name="copy" value="(\w{16})"', page)[0]
    assert [one["id"] for one in lan.get(f"/api/resources/{draft}").get_json()["files"]] == [file]  # not yet
    assert lan.post(f"{path}/dung", data={"copy": copy}).status_code == 303
    files = lan.get(f"/api/resources/{draft}").get_json()["files"]
    assert [(one["id"], one["name"].endswith("-da-che.txt")) for one in files] == [(copy, True)]
    work()
    text = lan.get(files[0]["url"]).get_data(as_text=True)
    assert "Khuê" not in text and "12/03/2014" not in text and "Kế hoạch phụ đạo" in text
    assert "Tệp có thông tin riêng" not in lan.get(f"/hoc-lieu/{draft}/sua").get_data(as_text=True)
    assert lan.post("/dong-gop", data={**FIELDS, "draft": draft, "kept": copy, "viec": "gui"}).status_code == 303
    again = lan.post(f"/hoc-lieu/{draft}/che/{copy}")
    assert again.status_code == 409  # sent: no longer a draft


def test_nobody_else_masks_takes_or_is_shown_anything(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn, held: tuple[FlaskClient, str, str]
) -> None:
    lan, draft, file = held
    path = f"/hoc-lieu/{draft}/che/{file}"
    with db.session(writing=False) as session:
        stored = session.scalar(select(func.count()).select_from(StoredFile))
    for name in ("minh", "thao", "tuan"):
        other = sign_in(name)
        assert other.get(path).status_code == other.post(path).status_code == 404
        assert other.post(f"{path}/dung", data={"copy": file}).status_code == 404
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == stored
    hoa = sign_in("hoa")
    mine = uploaded(hoa, CLEAN, work)
    hoa.post("/dong-gop", data={**FIELDS, "draft": new_id(), "uploads": mine, "viec": "nhap"})
    with db.session(writing=False) as session:
        foreign = session.scalars(select(StoredFile.id).where(StoredFile.owner_id == cast.hoa)).one()
    for wrong in (foreign, file, "0" * 16, ""):  # somebody's, one that is used, none
        lan.post(f"{path}/dung", data={"copy": wrong})
        assert [one["id"] for one in lan.get(f"/api/resources/{draft}").get_json()["files"]] == [file]


def test_what_cannot_be_masked_says_so(work: Callable[[], None], sign_in: SignIn) -> None:
    lan, draft = sign_in("lan"), new_id()
    lan.post("/dong-gop", data={**FIELDS, "draft": draft, "uploads": uploaded(lan, CLEAN, work), "viec": "nhap"})
    file = lan.get(f"/api/resources/{draft}").get_json()["files"][0]["id"]
    answer = lan.post(f"/hoc-lieu/{draft}/che/{file}")
    assert answer.status_code == 409 and "chưa thấy thông tin riêng" in answer.get_data(as_text=True)
    assert lan.get(f"/hoc-lieu/{draft}/che/{'0' * 16}").status_code == 404


def test_a_word_document_stays_a_sound_word_document(work: Callable[[], None], sign_in: SignIn) -> None:
    lan, draft, paper = sign_in("lan"), new_id(), Document()
    for line in ROSTER.splitlines():
        paper.add_paragraph(line)
    body = io.BytesIO()
    paper.save(body)
    body.seek(0)
    lan.post("/dong-gop", data={**FIELDS, "draft": draft, "file": (body, "danh sach.docx"), "viec": "nhap"})
    work()
    file = lan.get(f"/api/resources/{draft}").get_json()["files"][0]["id"]
    path = f"/hoc-lieu/{draft}/che/{file}"
    copy = re.findall(r'name="copy" value="(\w{16})"', lan.post(path).get_data(as_text=True))[0]
    lan.post(f"{path}/dung", data={"copy": copy})
    work()
    taken = lan.get(f"/api/resources/{draft}").get_json()["files"][0]
    assert (taken["state"], taken["name"]) == ("ready", "danh sach-da-che.docx")
    text = "\n".join(each.text for each in Document(io.BytesIO(lan.get(taken["url"]).data)).paragraphs)
    assert "Khuê" not in text and "▇▇▇" in text
