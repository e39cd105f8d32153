"""No regular expression of ours can be made to run for long (A4): each is attacked with strings drawn from itself.

Time is processor time of the thread, far from both sides of the limits. `KHO_TRUST=1` tries every attack.
"""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regex

import indexer
import repo_service
import storage_adapters
from indexer.abbreviations import Abbreviations
from indexer.extraction import extract_text
from indexer.extraction.gathered import Gathered
from indexer.highlighting import snippet
from indexer.keystrokes import from_keystrokes
from indexer.personal_data import find_personal_data
from indexer.query import read_query
from repo_service.core.clock import today
from repo_service.core.logs import strike_out_secrets
from repo_service.curriculum.guessing import guess_metadata
from repo_service.curriculum.secret_papers import find_secret_paper
from repo_service.curriculum.written_facts import numbered_papers
from repo_service.files.file_types import clean_name
from repo_service.search.understanding import LONGEST, corrected
from repo_service.ui.maths import with_formulas
from tests.trust.attacks import attacks

Pattern = re.Pattern[Any] | regex.Pattern[Any]
OURS = ("repo_service", "indexer", "storage_adapters")
TRIED = 10_000 if os.environ.get("KHO_TRUST") else 8
"""Attacks on each function; the short form draws some."""
NEAR = {("indexer.personal_data.people", "_HEAD_OF_ROW")}
"""Patterns that see a few dozen characters around a name, never a whole text."""
LONG, SECONDS = 16_000, 0.5
"""Characters and seconds: in proportion it takes a tenth of that, the square some seconds."""
SHORT, SHORT_SECONDS = 400, 0.03
"""Characters and seconds: the square of it takes a tenth of that, the cube ten times as much."""


@functools.cache
def patterns() -> dict[str, list[Pattern]]:
    """Compiled patterns by the module that holds them, in its tables too."""
    found: dict[str, list[Pattern]] = {}
    for package in (repo_service, indexer, storage_adapters):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.endswith(("__main__", ".wsgi", ".gunicorn_settings")):
                module = importlib.import_module(each.name)
                found[each.name] = list(_inside(list(vars(module).values())))
    return found


def _inside(value: Any, depth: int = 0) -> Iterator[Pattern]:
    if isinstance(value, re.Pattern | regex.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        yield from _inside([*value, *value.values()], depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _inside(each, depth + 1)
    elif depth < 4 and type(value).__module__.startswith(OURS) and hasattr(type(value), "__dataclass_fields__"):
        yield from _inside([getattr(value, name) for name in type(value).__dataclass_fields__], depth + 1)


def seconds_of(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def attacks_on(found: Iterable[Pattern], length: int) -> Iterator[str]:
    for pattern in found:
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        yield from attacks(source, pattern.flags, length)


def test_no_pattern_takes_the_cube_of_a_text() -> None:
    near = {vars(importlib.import_module(module))[name] for module, name in NEAR}
    slow = {}
    for pattern in {each for found in patterns().values() for each in found} - near:
        # two to the power of 24 shows already, and ends
        found = _slow_at(pattern, 24) or _slow_at(pattern, SHORT)
        if found:
            slow[str(pattern.pattern)[:80]] = found
    assert slow == {}


def _slow_at(pattern: Pattern, length: int) -> str | None:
    for text in attacks_on([pattern], length):
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        spent = seconds_of(lambda: sum(1 for _ in pattern.finditer(given)))  # noqa: B023
        if spent > SHORT_SECONDS:
            return f"{text[:40]!r}, {length} characters: {spent:.2f} s"
    return None


def _read_as(media_type: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        with tempfile.NamedTemporaryFile() as file:
            file.write(text.encode())
            file.flush()
            return extract_text(Path(file.name), media_type)

    return read


def _as_gathered(text: str) -> str:
    gathered = Gathered(len(text) + 2)
    gathered.add(text)
    return gathered.text()


FUNCTIONS: dict[str, tuple[Callable[[str], object], tuple[str, ...], int]] = {
    "personal data": (lambda text: find_personal_data(_as_gathered(text)), ("indexer.personal_data",), LONG),
    "a plain text": (_read_as("text/plain"), ("indexer.extraction",), LONG),
    "a page": (_read_as("text/html"), ("indexer.extraction",), LONG),
    "rich text": (_read_as("application/rtf"), ("indexer.extraction.rtf",), LONG),
    "subtitles": (_read_as("text/vtt"), ("indexer.extraction.subtitles",), LONG),
    "formulas": (with_formulas, ("repo_service.ui.maths",), LONG),
    "a log line": (lambda text: strike_out_secrets(None, "", {"said": text}), ("repo_service.core.logs",), LONG),
    "a query": (lambda text: read_query(text, Abbreviations()), ("indexer",), 10_000),
    "keys": (from_keystrokes, ("indexer.keystrokes",), LONGEST),
    "a slip": (lambda text: corrected(text, ["Phân số"]), ("repo_service.search", "indexer"), LONGEST),
    "a file's name": (clean_name, ("repo_service.files", "repo_service.resources"), LONG),
    "a snippet": (lambda text: snippet(text, {"phan", "so"}), ("indexer",), LONG),
    "papers": (numbered_papers, ("repo_service.curriculum.written_facts",), LONG),
    "a secret paper": (lambda text: find_secret_paper([text], today()), ("repo_service.curriculum",), LONG),
    "guesses": (
        lambda text: guess_metadata((text[:200],), (text,), (text[:300],)), ("repo_service.curriculum",), LONG,
    ),
}  # fmt: skip
"""What reads text of strangers: the function, the modules whose patterns it uses, the longest it is given here."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_text_keeps_a_function_busy(name: str) -> None:
    function, modules, longest = FUNCTIONS[name]
    found = [one for module in patterns() if module.startswith(modules) for one in patterns()[module]]
    texts = list(dict.fromkeys(attacks_on(dict.fromkeys(found), longest)))
    function(texts[0])  # what is made once is made
    for text in random.Random(4).sample(texts, min(TRIED, len(texts))):
        spent = seconds_of(functools.partial(function, text))
        assert spent < SECONDS, f"{text[:60]!r}, {len(text)} characters: {spent:.1f} s"
