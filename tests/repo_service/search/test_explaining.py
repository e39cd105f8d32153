"""`kho search`: what was understood, how the query was asked, and what each score is made of, in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from repo_service.core.db import Database
from repo_service.search.commands import search_command
from tests.cast import Cast
from tests.factories import published


@pytest.fixture
def shelf(db: Database, cast: Cast, work: Callable[[], None]) -> None:
    with db.transaction():
        for title in ("Giáo án phân số", "Phiếu ôn phân số", "Cộng hai phân số"):
            published(cast.lan, cast.clusters["K2"], title=title, grades=["lop-6"], type="khbd")
        published(cast.lan, cast.clusters["K2"], title="Đề cuối kì 1 phân số", grades=["lop-4"])
    work()


def ran(db: Database, *arguments: str) -> Result:
    return CliRunner().invoke(search_command, list(arguments), obj=db)


def test_a_search_at_the_machine_lists_the_works(shelf: None, db: Database) -> None:
    answer = ran(db, "phan so", "--as", "lan")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("4 học liệu") and "Giáo án phân số" in answer.output
    assert ran(db, "phan so").output.startswith("0 học liệu")  # a guest sees what is public
    assert ran(db, "phan so", "--as", "ai-do").exit_code == 1


def test_an_explanation_says_what_was_understood_and_adds_up(shelf: None, db: Database) -> None:
    answer = ran(db, "phân số lớp 6", "--as", "lan", "--explain")
    assert answer.exit_code == 0, answer.output
    for said in ("bài phải có 4 trong 4 chữ", "Xét dấu: có", "Hiểu là Lớp 6", "hiểu là: Lớp 6", "trong tên"):
        assert said in answer.output, said
    for block in answer.output.split("\n\n")[1:]:
        score, *added = [float(each.replace(",", ".")) for each in re.findall(r"(-?\d+,\d\d)(?:  |$)", block, re.M)]
        assert sum(added) == pytest.approx(score, abs=0.1)


def test_loosened_searches_say_so(shelf: None, db: Database) -> None:
    assert "sai một chữ cái" in ran(db, "phaan so", "--as", "lan", "--explain").output
    assert "tìm rộng ra" in ran(db, "phân số vectơ", "--as", "lan", "--explain").output
