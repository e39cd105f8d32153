"""All that Kho holds of one person as JSON, and the zip that holds it beside the person's own files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.files.models import StoredFile
from repo_service.files.packing import Member, made_member, package
from repo_service.privacy.personal_columns import NOT_GIVEN_OUT, PLACES
from repo_service.privacy.service import table_named

READ_ME = """Dữ liệu của thầy cô trên Kho học liệu dùng chung / Your own data in Kho
du-lieu.json: mọi dòng của Kho có tên thầy cô, theo bảng / every row that names you, by table
tep/: các tệp thầy cô đã gửi / the files you sent
"""


def own_data(user: User) -> dict[str, Any]:
    """Table -> rows that name the person, without hashes of secrets; values as JSON holds them."""
    found: dict[str, Any] = {"at": clock.now().isoformat(), "users": _rows("users", "id", user.id)}
    for name, column in PLACES:
        rows = _rows(name, column, user.id)
        known = found.setdefault(name, [])
        known += [row for row in rows if row not in known]
    return found


def _rows(name: str, column: str, user_id: str) -> list[dict[str, Any]]:
    table = table_named(name)
    columns = [each for each in table.columns if each.name not in NOT_GIVEN_OUT]
    rows = current_session().execute(select(*columns).where(table.c[column] == user_id)).mappings()
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def own_files(user_id: str) -> list[StoredFile]:
    """The files the person sent, in the order they came; those in quarantine stay there."""
    own = select(StoredFile).where(StoredFile.owner_id == user_id, StoredFile.state == "ready")
    return list(current_session().scalars(own.order_by(StoredFile.id)))


def blocks_of(user: User, files: list[StoredFile]) -> Iterator[bytes]:
    """The blocks of the zip; raises StorageError when a file is away."""
    data = json.dumps(own_data(user), ensure_ascii=False, indent=1).encode()
    members = [made_member("doc-truoc.txt", READ_ME.encode()), made_member("du-lieu.json", data)]
    members += [
        Member(f"tep/{file.name}", file.key, file.size, file.media_type, clock.now()) for file in files
    ]
    return package(members)
