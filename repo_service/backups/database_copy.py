"""Moving an installation from one database to another: every table, every row, compared at the end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, and_, bindparam, func, insert, select, text, update

from repo_service.core.db import make_engine
from repo_service.core.errors import MoveNotAllowed
from repo_service.schema import is_current, migrate
from repo_service.tables import Base

BATCH = 500
"""Rows in memory at one time; texts of files are among them."""
Step = Callable[[str, int], None]


def copy_database(
    source_url: str, target_url: str, step: Step = lambda _table, _rows: None
) -> dict[str, int]:
    """Copy all rows as they are at one moment, in one transaction of the target, and compare them: rows by table.

    What is written meanwhile is left out. The target may be empty or freshly migrated. MoveNotAllowed when it holds
    rows, when the source stands at an older schema, or when a table came out different; the target then stays empty.
    """
    if not is_current(source_url):
        raise MoveNotAllowed("the source is not at the newest schema; run: kho migrate")
    migrate(target_url)
    source, target = make_engine(source_url), make_engine(target_url)
    try:
        with _at_one_moment(source) as old, target.begin() as new:
            _refuse_rows(new)
            counts = {table.name: _copy(old, new, table, step) for table in Base.metadata.sorted_tables}
            for table in Base.metadata.sorted_tables:
                _fill_in(old, new, table)
            _set_sequences(new)
            for table in Base.metadata.sorted_tables:
                if checksum(old, table) != checksum(new, table):
                    raise MoveNotAllowed(f"the table {table.name} came out different; nothing was copied")
    finally:
        source.dispose()
        target.dispose()
    return counts


def _at_one_moment(source: Engine) -> Connection:
    """A connection whose one transaction sees one state: SQLite's do anyway."""
    if source.dialect.name == "postgresql":
        return source.connect().execution_options(isolation_level="REPEATABLE READ")
    return source.connect()


def refuse_rows(target_url: str) -> None:
    """Bring an empty database to the newest schema; MoveNotAllowed when it holds rows."""
    migrate(target_url)
    target = make_engine(target_url)
    try:
        with target.connect() as connection:
            _refuse_rows(connection)
    finally:
        target.dispose()


def _refuse_rows(target: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if target.execute(select(table).limit(1)).first() is not None:
            raise MoveNotAllowed(f"the target is not empty: {table.name} holds rows")


def _copy(old: Connection, new: Connection, table: Table, step: Step) -> int:
    """Copy a table's rows; what they name in this or a later table is filled in by `_fill_in`."""
    later = _later_columns(table)
    done = 0
    for rows in _batches(old, table):
        new.execute(insert(table), [dict(row._mapping) | dict.fromkeys(later) for row in rows])
        done += len(rows)
        step(table.name, len(rows))
    return done


def _later_columns(table: Table) -> list[str]:
    """Columns that name rows which are not there yet when this table is copied."""
    tables = Base.metadata.sorted_tables
    present = set(tables[: tables.index(table)])
    return [column.name for column in table.columns
            if any(key.column.table not in present for key in column.foreign_keys)]  # fmt: skip


def _fill_in(old: Connection, new: Connection, table: Table) -> None:
    later, keys = _later_columns(table), list(table.primary_key.columns)
    if not later:
        return
    this = and_(*(key == bindparam(f"this_{key.name}") for key in keys))
    fill = update(table).where(this).values({name: bindparam(f"new_{name}") for name in later})
    for rows in _batches(old, table):
        filled = [
            {f"this_{key.name}": row._mapping[key.name] for key in keys}
            | {f"new_{name}": row._mapping[name] for name in later}
            for row in rows
            if any(row._mapping[name] is not None for name in later)
        ]
        if filled:
            new.execute(fill, filled)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    streamed = connection.execute(ordered, execution_options={"yield_per": BATCH})
    yield from streamed.partitions(BATCH)


def checksum(connection: Connection, table: Table) -> tuple[int, int]:
    """(rows, sum of the rows' hashes): the same for the same rows in whatever order and on whatever database."""
    count = total = 0
    for rows in _batches(connection, table):
        for row in rows:
            told = json.dumps(dict(row._mapping), sort_keys=True, default=str)
            total = (total + int.from_bytes(hashlib.sha256(told.encode()).digest()[:16])) % 2**128
            count += 1
    return count, total


def _set_sequences(target: Connection) -> None:
    """PostgreSQL counts on from the highest number that was copied."""
    if target.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = target.scalar(select(func.max(column)))
            named = text("SELECT setval(pg_get_serial_sequence(:name, :column), :value, :used)")
            said = {
                "name": table.name,
                "column": column.name,
                "value": highest or 1,
                "used": highest is not None,
            }
            target.execute(named, said)
