"""Each way of naming a wrong database is told in two lines with the setting, the cure and no secret."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from repo_service.database_troubles import find_trouble
from tests import databases
from tests.journeys.running_server import environment, free_port


def test_an_address_nobody_understands() -> None:
    for url in ("nonsense", "oracle://a/b", "postgresql://h/kho?pool_size=many"):
        trouble = find_trouble(url)
        assert trouble is not None and trouble.en.startswith("DATABASE_URL"), url


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql://kho:very-secret@127.0.0.1:{free_port()}/kho"
    trouble = find_trouble(url)
    assert trouble is not None and "no answer" in trouble.en and "very-secret" not in "".join(trouble)
    for command in (("serve", "--port", "9"), ("user", "list"), ("doctor",)):
        done = subprocess.run(
            [sys.executable, "-m", "repo_service", *command],
            env=environment(tmp_path) | {"DATABASE_URL": url}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert done.returncode == 1 and trouble.vi in said and trouble.en in said, said
        assert "Traceback" not in said and "very-secret" not in said


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    trouble = find_trouble(f"sqlite:///{tmp_path}/nowhere/kho.db")
    assert trouble is not None and trouble.en.startswith("KHO_DATA")


def test_a_server_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not databases.SERVER:
        pytest.skip("TEST_DATABASE_URL is not set: no PostgreSQL was started (make test-servers)")
    monkeypatch.setattr("repo_service.database_troubles.OLDEST_SERVER", 990000)
    trouble = find_trouble(databases.make(tmp_path))
    databases.drop(tmp_path)
    assert trouble is not None and "is too old" in trouble.en and "cũ quá" in trouble.vi


def test_what_a_real_server_refuses(tmp_path: Path) -> None:
    if not databases.SERVER:
        pytest.skip("TEST_DATABASE_URL is not set: no PostgreSQL was started (make test-servers)")
    good = make_url(databases.make(tmp_path))
    assert find_trouble(good.render_as_string(hide_password=False)) is None
    with psycopg.connect(
        good.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'only-reads'")
    cases = {
        "refuses the user": good.set(password="wrong-secret"),
        "has no database": good.set(database="khong_co"),
        "may not write": good.set(username="reader", password="only-reads"),
        "no secure connection": good.update_query_dict({"sslmode": "require"}),  # a server without TLS
    }
    try:
        for words, url in cases.items():
            trouble = find_trouble(url.render_as_string(hide_password=False))
            assert trouble is not None and words in trouble.en, (words, trouble)
            assert "secret" not in "".join(trouble) and "only-reads" not in "".join(trouble)
    finally:
        databases.drop(tmp_path)
        with psycopg.connect(
            make_url(databases.SERVER).set(drivername="postgresql").render_as_string(hide_password=False),
            autocommit=True,
        ) as connection:
            connection.execute("DROP ROLE reader")
