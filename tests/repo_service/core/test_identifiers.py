"""Identifiers: unique, of one form, in the order they were made."""

from __future__ import annotations

import time

from repo_service.core.identifiers import is_id, new_id
from repo_service.core.urls import is_local


def test_ids_are_unique_and_sort_by_time() -> None:
    early = {new_id() for _ in range(5000)}
    time.sleep(0.003)
    late = new_id()
    assert len(early) == 5000
    assert all(is_id(found) and found < late for found in early)


def test_other_texts_are_no_id() -> None:
    assert not any(is_id(text) for text in ("", "x" * 15, "x" * 17, "../../../../etc/", "ABCDEFGHJKMNPQRS"))


def test_a_way_back_never_leaves_the_site() -> None:
    assert is_local("/tim?q=a")
    for target in (
        "//evil", "/\\evil", "\\\\evil", "https://evil", "javascript:alert(1)", "", "/a\nb", "tim", "/%0d\\x"
    ):  # fmt: skip
        assert not is_local(target), target
