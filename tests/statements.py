"""Which tests say which SQL statements, so that on a real server each statement runs and no test runs for nothing.

`make test` notes the statements of each test in pytest's cache. With real servers (`KHO_REQUIRE_SERVERS`) a test runs
when its module names a server, starts threads or tries a NUL, when nothing was noted of it, or when it is one of the
few that together say every statement there is.
"""

from __future__ import annotations

import heapq
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

_KEY = "kho-statements"
_MEETS_A_SERVER = re.compile(r"tests\.servers|import databases|tests\.databases|TEST_[A-Z]+_URL")
_ODD_FOR_A_DATABASE = re.compile(r"\bthreading\b|ThreadPool|\\x00")
_VALUES = re.compile(r"\((?:\s*\?\s*,?)+\)|__\[POSTCOMPILE[^\]]*\]")
_said: dict[str, set[int]] = {}
_running: set[int] = set()


def pytest_configure(config: pytest.Config) -> None:
    """Listen to every engine of this process, except where what was noted is made use of."""
    if not os.environ.get("KHO_REQUIRE_SERVERS"):
        event.listen(Engine, "before_cursor_execute", _note)


def _note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    _running.add(zlib.crc32(_VALUES.sub("(?)", statement).encode()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What is said from the fixtures of a test to their end belongs to it."""
    _running.clear()
    result = yield
    _said[item.nodeid] = set(_running)
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Note what the tests of this process said."""
    cache = getattr(session.config, "cache", None)
    if cache and _said and not os.environ.get("KHO_REQUIRE_SERVERS"):
        process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        cache.set(f"{_KEY}/{process}", {test: sorted(said) for test, said in _said.items()})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On real servers leave out what would only do again what it did on the embedded defaults."""
    if not os.environ.get("KHO_REQUIRE_SERVERS"):
        return
    texts = {path: path.read_text() for path in {item.path for item in items}}
    meeting = {item for item in items if _MEETS_A_SERVER.search(texts[item.path])}
    others = {item for item in items if "installed" in getattr(item, "fixturenames", ())} - meeting
    noted = _noted(config)
    meeting |= {item for item in others if item.nodeid not in noted or _ODD_FOR_A_DATABASE.search(texts[item.path])}
    few = few_that_say_all({item.nodeid: noted[item.nodeid] for item in others - meeting})
    kept = [item for item in items if item in meeting or item.nodeid in few]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _noted(config: pytest.Config) -> dict[str, set[int]]:
    """Test -> its statements, of every process of the last run."""
    cache = getattr(config, "cache", None)
    found: dict[str, set[int]] = {}
    for path in sorted(Path(cache._cachedir, "v", _KEY).glob("*")) if cache else ():
        found.update({test: set(said) for test, said in cache.get(f"{_KEY}/{path.name}", {}).items()})
    return found


def few_that_say_all(said: Mapping[str, set[int]]) -> set[str]:
    """Some of the tests that together say every statement: always the one next that says most of what is left."""
    left = set[int]().union(*said.values())
    heap = [(-len(statements), test) for test, statements in said.items()]
    heapq.heapify(heap)
    few = set[str]()
    while left:
        _, test = heapq.heappop(heap)
        new = len(said[test] & left)
        if heap and new < -heap[0][0]:
            heapq.heappush(heap, (-new, test))
            continue
        few.add(test)
        left -= said[test]
    return few
