"""Small makers of what many tests need: a file, a draft, a published resource; dates that never move."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import event

from repo_service.accounts.models import User
from repo_service.core.backends import storage
from repo_service.core.db import Database, current_session
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer
from repo_service.files.models import StoredFile
from repo_service.organizations.access import load_viewer
from repo_service.resources import service
from repo_service.resources.models import Resource, ResourceVersion
from storage_adapters import object_key

THIS_YEAR = "2026-2027"
REFERENCE_DAY = "2026-11-16"
REFERENCE_MOMENT = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)

DESCRIPTION = {
    "title": "Phân số với tử và mẫu là số nguyên",
    "type": "khbd",
    "grades": ["lop-6"],
    "subjects": ["toan"],
}


@cache
def hashed_password(password: str) -> str:
    """A cheap argon2id hash, so that tests sign in quickly."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def viewer_of(user_id: str) -> Viewer:
    """The viewer a request of this person would have; needs an open transaction."""
    return load_viewer(user_id)


def stored_file(
    owner_id: str, name: str = "bai.txt", content: bytes = "Bài học về phân số".encode(), **columns: Any
) -> StoredFile:
    """A ready file with its bytes in the store; needs an open transaction."""
    file_id = new_id()
    kept = storage().put(object_key(file_id), io.BytesIO(content), len(content))
    file = StoredFile(
        id=file_id, key=kept.key, name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
        media_type="text/plain", state="ready", owner_id=owner_id, **columns,
    )  # fmt: skip
    current_session().add(file)
    current_session().flush()
    return file


def draft(owner_id: str, cluster_id: str | None, **description: Any) -> tuple[Resource, ResourceVersion]:
    """A complete draft with one file; needs an open transaction."""
    viewer = viewer_of(owner_id)
    user = current_session().get_one(User, owner_id)
    visibility = description.pop("visibility", None)
    school_id = next(iter(viewer.school_ids), None)
    made = service.create_resource(
        viewer,
        service.Deposit(
            owner=service.Owner(cluster_id, school_id),
            authors=[service.Author(user.name, user.id, school_id=school_id)],
            description={**DESCRIPTION, **description},
            files=[stored_file(owner_id)],
            visibility=visibility,
        ),
    )
    current_session().flush()
    return made


def published(owner_id: str, cluster_id: str | None, **description: Any) -> Resource:
    """A published resource with one file, past its review; needs an open transaction."""
    resource, version = draft(owner_id, cluster_id, **description)
    service.submit(viewer_of(owner_id), resource, version)
    service.move_version(None, resource, version, "approve")
    service.publish_version(None, resource, version)
    current_session().flush()
    return resource


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """The SQL statements executed inside, in order."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
