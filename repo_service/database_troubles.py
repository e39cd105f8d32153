"""Why a database cannot be used, in one Vietnamese and one English line that name the setting and the cure."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import URL, Connection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from repo_service.core.db import make_engine
from repo_service.schema import is_current

OLDEST_SERVER = 140000
"""PostgreSQL 14, as the server numbers itself."""


class Trouble(NamedTuple):
    """The same sentence for operators of either language; no password stands in it."""

    vi: str
    en: str


OLD_SCHEMA = Trouble(
    "Lược đồ của cơ sở dữ liệu chưa mới nhất. Chạy: kho migrate",
    "The database schema is not the newest one; run: kho migrate",
)


def why_not_served(url: str) -> str | None:
    """The lines that tell the operator why nothing can be served from this database; None when it can."""
    trouble = find_trouble(url) or (None if is_current(url) else OLD_SCHEMA)
    return f"kho: {trouble.vi}\nkho: {trouble.en}" if trouble else None


def find_trouble(url: str) -> Trouble | None:
    """Connect, look at the server and ask for the right to write; None when the database can be used."""
    try:
        engine = make_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        return Trouble(
            "DATABASE_URL: Kho không hiểu địa chỉ này. Viết postgresql://tên:mật-khẩu@máy/kho, hoặc bỏ trống.",
            "DATABASE_URL: not an address Kho understands. Write postgresql://user:password@host/kho, or leave it out.",
        )
    try:
        with engine.connect() as connection:
            return _look(connection, engine.url)
    except SQLAlchemyError as error:
        return _explain(str(getattr(error, "orig", error)), engine.url)
    finally:
        engine.dispose()


def _look(connection: Connection, url: URL) -> Trouble | None:
    if connection.dialect.name != "postgresql":
        return None
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < OLDEST_SERVER:
        return Trouble(
            f"DATABASE_URL: máy chủ PostgreSQL bản {version // 10000} cũ quá. Nâng lên bản 14 trở lên.",
            f"DATABASE_URL: PostgreSQL {version // 10000} is too old. Upgrade the server to 14 or newer.",
        )
    read_only = connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
    may_write = connection.exec_driver_sql(
        "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    ).scalar_one()
    if read_only or not may_write:
        return _no_rights(url)
    return None


def _explain(said: str, url: URL) -> Trouble:
    said = said.lower()
    place = f"{url.host}:{url.port or 5432}/{url.database}"
    if url.get_backend_name() == "sqlite":
        return Trouble(
            f"KHO_DATA: không mở được {url.database}. Xem thư mục có đó không, có ghi được không, đĩa có đầy không.",
            f"KHO_DATA: cannot open {url.database}. Does the folder exist, may it be written, is the disk full?",
        )
    if (
        "authentication failed" in said
        or "no password" in said
        or ("role" in said and "does not exist" in said)
    ):
        return Trouble(
            f"DATABASE_URL: {place} không nhận tên “{url.username}” hoặc mật khẩu. Sửa lại hai thứ ấy trong địa chỉ.",
            f"DATABASE_URL: {place} refuses the user “{url.username}” or the password. Correct them in the address.",
        )
    if "ssl" in said or "certificate" in said:
        return Trouble(
            f"DATABASE_URL: không nối an toàn được tới {place}. Xem sslmode=… và sslrootcert=TỆP trong địa chỉ.",
            f"DATABASE_URL: no secure connection to {place}. Look at sslmode=… and sslrootcert=FILE in the address.",
        )
    if "does not exist" in said:
        return Trouble(
            f"DATABASE_URL: máy chủ chưa có cơ sở dữ liệu “{url.database}”. Chạy: createdb {url.database}",
            f"DATABASE_URL: the server has no database “{url.database}”. Run: createdb {url.database}",
        )
    if "permission denied" in said or "read-only" in said:
        return _no_rights(url)
    return Trouble(
        f"DATABASE_URL: {place} không trả lời. Xem PostgreSQL có đang chạy và địa chỉ có đúng không.",
        f"DATABASE_URL: no answer from {place}. Is PostgreSQL running, and is the address right?",
    )


def _no_rights(url: URL) -> Trouble:
    return Trouble(
        f"DATABASE_URL: “{url.username}” không được ghi vào “{url.database}”. Cấp quyền, hoặc nối tới máy chủ chính.",
        f"DATABASE_URL: “{url.username}” may not write to “{url.database}”. Grant it, or name the primary server.",
    )
