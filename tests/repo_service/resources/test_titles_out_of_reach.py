"""A work that names another (its original, its successor) names it only to who may read that one too."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.resources import succession
from tests.cast import Cast
from tests.factories import published, viewer_of

OPEN = {"visibility": "cong-khai", "licence": "mo"}


def test_the_original_is_named_to_its_readers_only(
    db: Database, cast: Cast, client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        original = published(cast.lan, cast.clusters["K2"], title="Bản gốc kín", visibility="cum")
        adapted = published(cast.minh, cast.clusters["K2"], title="Bản điều chỉnh", **OPEN)
        adapted.based_on_id = original.id
        address = f"/hoc-lieu/{adapted.id}"
    assert "Soạn lại từ" in sign_in("thao").get(address).text
    for reader in (client, sign_in("quang")):
        page = reader.get(address)
        assert page.status_code == 200 and "Bản gốc kín" not in page.text and "Soạn lại từ" not in page.text


def test_a_successor_out_of_reach_is_neither_named_nor_linked(
    db: Database, cast: Cast, client: FlaskClient, sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        old = published(cast.lan, cast.clusters["K2"], title="Bản cũ", **OPEN)
        new = published(cast.minh, cast.clusters["K2"], title="Bản thay kín", visibility="cum")
        succession.replace(viewer_of(cast.minh), old, new)
        address, successor = f"/hoc-lieu/{old.id}", new.id
    page = client.get(address).text
    assert "đã được thay bằng bài khác" in page and "Bản thay kín" not in page and successor not in page
    followed = sign_in("thao").get(address)
    assert followed.headers["Location"] == f"/hoc-lieu/{successor}"
