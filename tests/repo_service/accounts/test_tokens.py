"""Personal tokens: shown once, kept as a hash, ended by their owner only; and the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts import policy, queries, service
from repo_service.accounts.models import PersonalToken, User
from repo_service.core import clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.permissions import GUEST, listed, may
from tests import databases
from tests.cast import Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]


def with_token(client: FlaskClient, secret: str) -> int:
    return client.get("/tai-khoan", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_stands_for_its_owner_until_revoked(client: FlaskClient, db: Database, cast: Cast) -> None:
    with db.transaction():
        secret = service.create_token(queries.find_user(cast.lan), "đồng bộ")
    assert secret.startswith("kho_")
    assert with_token(client, secret) == 200
    with db.transaction() as session:
        token = session.scalars(select(PersonalToken)).one()
        assert secret not in (token.token_hash, token.name)
        with pytest.raises(NotFound):
            service.revoke_token(viewer_of(cast.minh), token.id)
        service.revoke_token(viewer_of(cast.lan), token.id)
    assert with_token(client, secret) == 302


def test_a_wrong_token_never_falls_back_to_the_cookie(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    assert with_token(browser, "kho_wrong") == 302
    assert browser.get("/tai-khoan").status_code == 200


def test_a_program_with_a_wrong_token_gets_a_problem_document(client: FlaskClient) -> None:
    answer = client.get("/api/anything", headers={"Authorization": "Bearer kho_wrong"})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_on_its_day_and_with_its_account(client: FlaskClient, db: Database, cast: Cast) -> None:
    with db.transaction():
        secret = service.create_token(queries.find_user(cast.lan), "một tháng", days=30)
        other = service.create_token(queries.find_user(cast.minh), "mãi")
        service.deactivate(queries.find_user(cast.minh), None)
    with clock.pinned(clock.now() + timedelta(days=29)):
        assert with_token(client, secret) == 200
    with clock.pinned(clock.now() + timedelta(days=31)):
        assert with_token(client, secret) == 302
    assert with_token(client, other) == 302


def test_the_page_shows_a_token_once_and_only_to_its_owner(sign_in: SignIn) -> None:
    browser = sign_in("lan")
    made = browser.post("/tai-khoan/ma-truy-cap", data={"name": "máy thư viện", "days": "90"})
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    assert 'value="kho_' in made.get_data(as_text=True)
    later = browser.get("/tai-khoan").get_data(as_text=True)
    assert "máy thư viện" in later and "kho_" not in later
    assert "máy thư viện" not in sign_in("minh").get("/tai-khoan").get_data(as_text=True)
    assert browser.post("/tai-khoan/ma-truy-cap", data={"name": "", "days": "9999"}).status_code == 422


def test_nobody_hoards_tokens(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        user = queries.find_user(cast.lan)
        for number in range(service.MOST_TOKENS):
            service.create_token(user, f"mã {number}")
        session.flush()
        with pytest.raises(InvalidInput):
            service.create_token(user, "một mã nữa")


def test_policies_say_the_same_for_one_and_for_a_list(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        for person in ("lan", "minh"):
            service.create_token(queries.find_user(cast.people[person]), "mã")
        session.flush()
        for viewer in [GUEST, *(viewer_of(user_id) for user_id in cast.people.values())]:
            for action, model in (
                (policy.OWN_TOKENS.action, PersonalToken),
                (policy.OWN_ACCOUNT.action, User),
            ):
                shown = set(session.scalars(select(model).where(listed(viewer, action))))  # type: ignore[var-annotated]
                assert shown == {row for row in session.scalars(select(model)) if may(viewer, action, row)}


@pytest.fixture
def kho(app: KhoFlask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """`kho("user", "list")` -> exit code and standard output, on this test's database."""
    from repo_service.cli import cli

    for name, value in {"KHO_DATA": str(tmp_path), **databases.environment(tmp_path)}.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, list(words))
        return result.exit_code, result.stdout

    return run


def test_the_command_prints_the_token_and_nothing_else(
    kho: Callable[..., tuple[int, str]], client: FlaskClient
) -> None:
    code, printed = kho("token", "create", "lan")
    assert code == 0
    assert printed.count("\n") == 1
    assert with_token(client, printed.strip()) == 200


def test_accounts_are_kept_from_the_command_line(
    kho: Callable[..., tuple[int, str]], client: FlaskClient
) -> None:
    code, link = kho("user", "create", "moi", "Người Mới")
    assert code == 0
    assert client.get(link.strip()).status_code == 200
    assert kho("user", "create", "MOI", "Người Mới")[0] == 1
    newer = kho("user", "link", "moi")[1].strip()
    assert client.get(link.strip()).status_code == 404
    kho("user", "deactivate", "moi")
    assert client.get(newer).status_code == 404
    assert "moi\tNgười Mới\tclosed\n" in kho("user", "list")[1]
    assert kho("token", "create", "khong-co")[0] == 1
