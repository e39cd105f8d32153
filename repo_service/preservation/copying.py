"""Moving all bytes from one store to another while people work; what is there already is not sent again."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from repo_service.core.db import Database
from repo_service.preservation.comparison import DAMAGED, MISSING, Finding, Step
from repo_service.preservation.queries import Promised, is_promised, prefixes, promised
from storage_adapters import ObjectDamaged, ObjectExists, ObjectNotFound, Storage, copy_object, set_aside

AT_ONCE = 4
"""Objects under way: small ones wait for the network, not for bytes. Each holds some 16 MB at most."""
MOST_PASSES = 5


@dataclass
class Copied:
    """What a copy did: objects and bytes sent, objects that were there before, and what the source cannot give."""

    objects: int = 0
    size: int = 0
    there: int = 0
    findings: list[Finding] = field(default_factory=list)


def copy_store(
    database: Database, source: Storage, target: Storage, step: Step = lambda _objects, _bytes: None
) -> Copied:
    """Copy every object that a row promises, then what came meanwhile; killed, it goes on where it was.

    An object counts as there by its key and size: no store shows a part of one. Raises StorageUnavailable and
    StorageFull, after which it may be called again.
    """
    done = _one_pass(database, source, target, step)
    for _ in range(MOST_PASSES):
        later = _one_pass(database, source, target, lambda _objects, _bytes: None)
        done.objects += later.objects
        done.size += later.size
        done.findings = later.findings
        if not later.objects:
            break
    return done


def _one_pass(database: Database, source: Storage, target: Storage, step: Step) -> Copied:
    done = Copied()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copy") as pool:
        for prefix in prefixes():
            with database.session(writing=False):
                rows = promised(prefix)
            for found in target.list(prefix):
                if found.key in rows and found.size == rows[found.key].size:
                    step(1, rows.pop(found.key).size)
                    done.there += 1
            finished = pool.map(partial(copy_row, source, target), rows.values())
            _take_in(database, done, finished, step)
    return done


def _take_in(
    database: Database, done: Copied, finished: Iterable[tuple[Promised, str | None]], step: Step
) -> None:
    for row, kind in finished:
        step(1, row.size)
        if kind is None:
            done.objects += 1
            done.size += row.size
            continue
        with database.session(writing=False):
            if is_promised(row.key):  # else it was deleted while we copied
                done.findings.append(Finding(kind, row.key, row))


def copy_row(source: Storage, target: Storage, row: Promised) -> tuple[Promised, str | None]:
    """Copy one object unless it is there: the row again, and MISSING or DAMAGED when the source has no sound one."""
    try:
        try:
            copy_object(*row, source, target)
        except ObjectExists:
            if target.stat(row.key).size != row.size:  # nobody will read that one
                set_aside(target, row.key)
                copy_object(*row, source, target)
    except ObjectNotFound:
        return row, MISSING
    except ObjectDamaged:
        return row, DAMAGED
    return row, None
