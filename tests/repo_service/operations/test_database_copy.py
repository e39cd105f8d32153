"""Moving an installation to another database loses no row and refuses a target that is in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.backups.database_copy import checksum
from repo_service.cli import cli
from repo_service.core import backends
from repo_service.core.audit import record
from repo_service.core.db import Database, make_engine
from repo_service.demo import content, expected
from repo_service.tables import Base
from tests import databases


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """A demonstration on a SQLite file: with successors, copies, products, reviews, a waiting outbox."""
    folder = tmp_path / "from"
    folder.mkdir()
    keys = {*expected.ANNUAL_PRODUCTS.values(), "khbd-thay-the", "khbd-phan-so"}
    works = tuple(work for work in content.resources() if work.key in keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "resources", lambda: works)
        made = CliRunner().invoke(cli, ["seed"], env={"KHO_DATA": str(folder), "DATABASE_URL": ""})
    assert made.exit_code == 0, made.output
    yield f"sqlite:///{folder / 'kho.db'}"
    backends.close()


def copy(source: str, target: str, data: Path) -> Result:
    return CliRunner().invoke(
        cli, ["database", "copy", target], env={"KHO_DATA": str(data), "DATABASE_URL": source}
    )


def sums(url: str) -> dict[str, tuple[int, int]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {table.name: checksum(connection, table) for table in Base.metadata.sorted_tables}
    engine.dispose()
    return found


def test_every_row_arrives_and_the_numbers_go_on(source: str, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    target = databases.make(tmp_path / "to")
    said = copy(source, target, tmp_path / "from")
    assert said.exit_code == 0, said.output
    before = sums(source)
    assert sums(target) == before
    assert sum(count for count, _ in before.values()) > 500
    moved = Database(target)
    with moved.transaction() as session:
        lan = session.scalars(select(User).where(User.username == "lan")).one()
        record(lan.id, "test.after_the_move", "user", lan.id)
    moved.engine.dispose()
    assert sums(target)["audit_entries"][0] == before["audit_entries"][0] + 1
    again = copy(source, target, tmp_path / "from")
    assert again.exit_code == 1 and "not empty" in again.output
    databases.drop(tmp_path / "to")


def test_an_older_source_is_refused(tmp_path: Path) -> None:
    said = copy(f"sqlite:///{tmp_path / 'old.db'}", f"sqlite:///{tmp_path / 'new.db'}", tmp_path)
    assert said.exit_code == 1 and "kho migrate" in said.output


def test_a_changed_row_changes_the_sum(source: str) -> None:
    before = sums(source)
    database = Database(source)
    with database.transaction() as session:
        session.scalars(select(User).where(User.username == "lan")).one().name += "!"
    database.engine.dispose()
    changed = sums(source)
    assert {name for name in before if before[name] != changed[name]} == {"users"}
