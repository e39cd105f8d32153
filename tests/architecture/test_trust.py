"""docs/trust.md maps promises to tests: every test that it names exists."""

from __future__ import annotations

import re

from tests.architecture.source_tree import ROOT

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


def test_every_test_named_in_the_promises_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "trust.md").read_text())
    assert len(named) > 20
    gone = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]
    assert gone == []


def test_every_promise_has_a_line() -> None:
    text = (ROOT / "docs" / "trust.md").read_text()
    assert [number for number in range(1, 13) if f"| I{number} | " not in text] == []
