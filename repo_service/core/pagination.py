"""Pages of a list: page number and size in, items and what comes next out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page; `next` is the number of the following page, or None at the end."""

    items: Sequence[Item]
    number: int
    size: int
    next: int | None


def page_of(rows: Sequence[Item], number: int, size: int) -> Page[Item]:
    """Make a page of up to `size` rows; ask the database for `size + 1` to learn whether more follow."""
    return Page(rows[:size], number, size, number + 1 if len(rows) > size else None)
