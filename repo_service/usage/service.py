"""Downloads written down, one row each, so that a cluster sees what is used (R18, R26)."""

from __future__ import annotations

from typing import Literal

from repo_service.core.db import Database
from repo_service.core.permissions import Viewer
from repo_service.usage.models import UsageEvent

Kind = Literal["tep", "goi"]


def record_download(
    database: Database, viewer: Viewer, kind: Kind, resource_id: str, version: int, file_id: str | None = None
) -> None:
    """Note one download in a short transaction of its own: the request that asks for bytes only reads."""
    with database.transaction() as session:
        session.add(
            UsageEvent(
                kind=kind, resource_id=resource_id, version=version, file_id=file_id, user_id=viewer.id
            )
        )
