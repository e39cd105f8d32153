"""What can be found: kind of record -> the module that turns its rows into documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from indexer import Change, Document
from repo_service.resources import documents as resources


class Documents(Protocol):
    """What each `documents.py` offers."""

    BATCH: int

    def changes(self, ids: Sequence[str]) -> list[Change]:
        """What the index must do to hold these rows as they are now."""

    def all_documents(self) -> Iterator[Document]:
        """Everything findable, for a rebuild."""

    def findable_revisions(self) -> dict[str, int]:
        """Id -> revision of all that the index should hold."""

    def findable_count(self) -> int:
        """How many of them there are."""


KINDS: dict[str, Documents] = {"resource": cast(Documents, resources)}
