"""The database: engine, column types, and one transaction per request or job.

Services never commit. A request commits after its view when the answer is below 400, a job when its
function returns; anything else rolls back. On SQLite a writing transaction begins IMMEDIATE, so two
writers wait for each other at the door and never fail half-way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import (
    JSON,
    URL,
    ColumnElement,
    Date,
    DateTime,
    Engine,
    MetaData,
    String,
    Text,
    cast,
    create_engine,
    event,
    insert,
    make_url,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from storage_adapters.crashpoints import crashpoint

_session: ContextVar[Session | None] = ContextVar("session", default=None)
_LATE = "late rows"
_writing: ContextVar[bool] = ContextVar("writing", default=False)

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_AT_ODDS = ("40001", "40P01")
"""PostgreSQL's SQLSTATE of a serialization failure (a standby that must catch up has it too) and of a deadlock."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments: nobody knows which clock they were read from."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite returns naive UTC, PostgreSQL the zone of its session: aware UTC from both."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """Root of every table; ids are 16-character strings, moments are UTC, lists are JSON."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), list[str]: Json, dict[str, Any]: Json, list[Any]: Json}


Id = String(16)


class Database:
    """An engine and the sessions on it; `open` again to move to another database (tests do)."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)

    def open(self, url: str) -> None:
        """Leave the present database and use the one at `url`."""
        self.engine.dispose()
        self.engine = make_engine(url)

    @contextmanager
    def session(self, *, writing: bool) -> Iterator[Session]:
        """A session that `current_session()` finds; the caller commits, leaving rolls back the rest."""
        write_token = _writing.set(writing)
        with Session(self.engine, expire_on_commit=False) as opened:
            token = _session.set(opened)
            try:
                yield opened
            finally:
                _session.reset(token)
                _writing.reset(write_token)

    @contextmanager
    def transaction(self, *, writing: bool = True) -> Iterator[Session]:
        """One transaction of a job or command: commits at the end, rolls back on any error."""
        with self.session(writing=writing) as opened:
            yield opened
            commit(opened)


def write_late(model: type[Base], **values: Any) -> dict[str, Any]:
    """Keep a row of an append-only table until the commit: all of one table go in with one statement."""
    row = dict(values)
    current_session().info.setdefault(_LATE, {}).setdefault(model, []).append(row)
    return row


def write_now(model: type[Base], **values: Any) -> None:
    """Write a row of an append-only table for a request that only reads: in a short transaction of its own.

    In a transaction that writes it goes along with the rest.
    """
    if _writing.get():
        write_late(model, **values)
        return
    token = _writing.set(True)
    try:
        with Session(current_session().get_bind()) as own:
            own.execute(insert(model), [values])
            own.commit()
    finally:
        _writing.reset(token)


def late_rows(model: type[Base]) -> list[dict[str, Any]]:
    """The rows of `model` that wait for the commit."""
    return list(current_session().info.get(_LATE, {}).get(model, ()))


def commit(session: Session) -> None:
    """Write the late rows and commit: how every transaction of the service ends well."""
    for model, rows in session.info.pop(_LATE, {}).items():
        session.execute(insert(model), rows)
    crashpoint("commit.before")
    session.commit()
    crashpoint("commit.after")


def let_others_write() -> None:
    """End the transaction while bytes move or a password is hashed: other writers need not wait.

    What was written so far is complete in itself and is committed; the next statement begins anew.
    """
    commit(current_session())


def json_list_holds(column: InstrumentedAttribute[list[str]], code: str) -> ColumnElement[bool]:
    """Whether a JSON list of codes holds one, in words that SQLite and PostgreSQL share."""
    return cast(column, Text).contains(f'"{code}"', autoescape=True)


class local_day(FunctionElement[date]):  # reads like func.date
    """SQL: the calendar day in Vietnam of a column of moments (seven hours ahead of UTC all year)."""

    type = Date()
    inherit_cache = True


@compiles(local_day, "sqlite")
def _local_day_sqlite(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+7 hours')"


@compiles(local_day, "postgresql")
def _local_day_postgresql(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(({compiler.process(element.clauses, **kw)}) AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Statements inside that take longer are ended by the database: OperationalError, and only they are undone."""
    session = current_session()
    connection = session.connection()
    driver = connection.connection.driver_connection
    with session.begin_nested():
        if connection.dialect.name == "sqlite":
            deadline = monotonic() + seconds
            driver.set_progress_handler(lambda: monotonic() > deadline, 10_000)  # type: ignore[union-attr]
            try:
                yield
            finally:
                driver.set_progress_handler(None, 0)  # type: ignore[union-attr]
        else:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
            yield


def current_session() -> Session:
    """The session of this request or job."""
    found = _session.get()
    if found is None:
        raise RuntimeError("no transaction is open here")
    return found


class KhoFlask(Flask):
    """Flask with the transaction of `database` around each request."""

    database: Database

    def full_dispatch_request(self) -> Response:
        """Run the request in one transaction; commit before the answer leaves."""
        with self.database.session(writing=request.method not in READING_METHODS) as opened:
            response = super().full_dispatch_request()
            if response.status_code < 400:
                try:
                    commit(opened)
                except SQLAlchemyError as error:  # refused at the last moment: nothing was kept, say so
                    return self.finalize_request(self.handle_user_exception(error))
            return response

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view; once more when it only reads and its connection was cut or others were in its way.

        A change is not made twice: a part of it may be committed (`let_others_write`). Its answer is 503, try again.
        """
        try:
            return super().dispatch_request()
        except OperationalError as error:
            if request.method not in READING_METHODS or not _may_pass(error):
                raise
        current_session().rollback()
        return super().dispatch_request()


def _may_pass(error: OperationalError) -> bool:
    """Whether the same statements may succeed at once: a cut connection, or a server that ended one of two at odds."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _AT_ODDS


def make_engine(url: str) -> Engine:
    """An engine for `url` (SQLAlchemy form) with the safety settings of its kind.

    Errors name the statement but not its values: they are logged, and values are what people wrote and searched for.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _server_engine(parsed)
    engine = create_engine(
        parsed, hide_parameters=True, pool_size=10, max_overflow=40, connect_args={"timeout": 15}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "checkin", _end_what_a_commit_left)
    return engine


def _server_engine(url: URL) -> Engine:
    """PostgreSQL: connections are tried before use, and nothing waits for ever.

    The query of the URL may say `pool_size` (connections kept by a process, 10) and `statement_timeout` (30s);
    with `options` of its own the URL has the whole say.
    """
    said = dict(url.query)
    size = int(str(said.pop("pool_size", "10")))
    limit = said.pop("statement_timeout", "30s")
    options = f"-c statement_timeout={limit} -c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
    arguments = {"connect_timeout": 5, "application_name": "kho"} | (
        {} if "options" in said else {"options": options}
    )
    driver = "postgresql+psycopg" if url.drivername in ("postgresql", "postgres") else url.drivername
    return create_engine(
        url.set(drivername=driver, query=said),
        hide_parameters=True,
        pool_size=size,
        max_overflow=size,
        pool_timeout=10,
        pool_recycle=1800,
        pool_pre_ping=True,
        connect_args=arguments,
    )


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-2000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    driver = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _end_what_a_commit_left(connection: Any, _: object) -> None:
    """A commit that a full disk refused may leave its transaction open, and with it the lock that all writers need."""
    if connection is not None and connection.in_transaction:
        connection.rollback()
