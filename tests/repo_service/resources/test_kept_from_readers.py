"""What readers are not to learn from a comparison, nor from a work that stands in another one's place."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.resources import succession
from repo_service.resources.models import Resource
from tests.cast import Cast
from tests.factories import published, viewer_of

SignIn = Callable[[str], FlaskClient]


def test_a_comparison_keeps_the_answer_about_personal_data_to_who_works_on_it(
    db: Database, cast: Cast, client: FlaskClient, sign_in: SignIn
) -> None:
    with db.transaction():
        one = published(
            cast.lan, cast.clusters["K2"], visibility="cong-khai", licence="mo", personal_data="dong-y"
        )
        other = published(cast.lan, cast.clusters["K2"], visibility="cong-khai", licence="mo")
        path = f"/hoc-lieu/{one.id}/so-voi/{other.id}"
    assert "Dữ liệu cá nhân trong tệp" not in client.get(path).text
    assert "Dữ liệu cá nhân trong tệp" in sign_in("lan").get(path).text


def test_what_stands_in_place_of_a_work_is_indexed_anew_when_that_work_is_withdrawn(
    db: Database, cast: Cast
) -> None:
    with db.transaction():
        minh = viewer_of(cast.minh)
        old, middle, new = (published(cast.lan, cast.clusters["K2"], title=name) for name in ("A", "B", "C"))
        succession.replace(minh, old, middle)
        succession.replace(minh, middle, new)
        ids = old.id, middle.id, new.id
    with db.transaction():
        before = len(changes_of(ids[2]))
        succession.withdraw(minh, current_session().get_one(Resource, ids[0]), "Lộ tên học sinh")
    with db.transaction():
        assert len(changes_of(ids[2])) == before + 1


def changes_of(resource_id: str) -> list[OutboxRow]:
    rows = select(OutboxRow).where(OutboxRow.topic == "resource.changed", OutboxRow.object_id == resource_id)
    return list(current_session().scalars(rows))
