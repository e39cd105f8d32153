"""`kho init`: a fresh installation, run twice, keeps what the department has edited and has no default account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.accounts.queries import open_link
from repo_service.accounts.service import use_link
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput
from repo_service.curriculum.models import Installation, Term
from repo_service.organizations import queries
from repo_service.organizations.access import load_viewer
from repo_service.organizations.models import Organization
from repo_service.organizations.setup import first_administrator_link, install
from repo_service.schema import migrate
from tests import databases


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A migrated database without a single row."""
    migrate(databases.make(tmp_path))
    database = Database(databases.url_of(tmp_path))
    yield database
    database.engine.dispose()


def test_an_installation_begins_with_lists_communes_and_the_department(empty: Database) -> None:
    with empty.transaction() as session:
        install("51")
        assert session.get_one(Installation, 1).province_name == "Quảng Ngãi"
        assert (
            session.scalar(select(func.count()).select_from(Organization).where(Organization.kind == "xa"))
            == 96
        )
        assert queries.department().name == "Sở Giáo dục và Đào tạo Quảng Ngãi"
        assert session.get_one(Term, ("subjects", "toan")).label == "Toán"
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_former_district_finds_its_communes(empty: Database) -> None:
    with empty.transaction():
        install()
        found = [row.name for row in queries.organizations("xa", typed="huyen ba to")]
        assert "Xã Ba Tơ" in found and "Xã Sơn Hà" not in found


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Đắk Hà", "Xã Đăk Pxi"),
        ("huyện Đắk Glei", "Xã Xốp"),
        ("dak ha", "Xã Ngọk Réo"),
        ("Ngọk Hồi", "Xã Bờ Y"),
        ("Tây Trà", "Xã Trà Bồng"),
    ],
)
def test_other_spellings_of_a_former_district_find_its_communes(
    empty: Database, typed: str, name: str
) -> None:
    with empty.transaction():
        install()
        rows = queries.organizations("xa", typed=typed)
        assert name in [row.name for row in rows]
        assert any(typed in old for row in rows for old in row.old_names) or typed.isascii()


def test_a_second_run_keeps_edits_and_adds_nothing(empty: Database) -> None:
    with empty.transaction() as session:
        install()
        session.get_one(Term, ("subjects", "toan")).label = "Toán (tỉnh gọi)"
        queries.department().name = "Sở của chúng tôi"
    with empty.transaction() as session:
        before = session.scalar(select(func.count()).select_from(Organization))
        install("51")
        assert session.get_one(Term, ("subjects", "toan")).label == "Toán (tỉnh gọi)"
        assert queries.department().name == "Sở của chúng tôi"
        assert session.scalar(select(func.count()).select_from(Organization)) == before


def test_a_province_that_kho_does_not_know_is_refused(empty: Database) -> None:
    with empty.transaction(), pytest.raises(InvalidInput):
        install("01")


def test_the_first_administrator_comes_by_link_and_only_once(empty: Database) -> None:
    with empty.transaction():
        install()
        first, second = first_administrator_link(), first_administrator_link()
        assert first and second and first != second
        user = open_link(second)[1]
        assert user.password_hash is None, "no default password"
        use_link(second, "một câu của quản trị")
        assert load_viewer(user.id).is_administrator
        assert first_administrator_link() is None


def test_the_command_prints_the_link(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from repo_service.cli import cli

    for name, value in {"KHO_DATA": str(tmp_path), **databases.environment(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(cli, ["init"])
    assert result.exit_code == 0, result.output
    secret = result.stdout.strip().rsplit("/lien-ket/", 1)[1]
    with empty.transaction():
        use_link(secret, "một câu của quản trị")
    assert "/lien-ket/" not in CliRunner().invoke(cli, ["init"]).stdout
    assert CliRunner().invoke(cli, ["init", "--province", "01"]).exit_code == 1
