"""What a version changed since the one that colleagues read before: fields, files, paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from repo_service.derivatives.queries import texts_of
from repo_service.resources.description import Line, compare_files, compare_texts, differences
from repo_service.resources.models import ResourceVersion
from repo_service.resources.queries import FileRow, files_of
from repo_service.reviews.models import ReviewRound


@dataclass(frozen=True)
class Changes:
    """From the version of an earlier round to the one at hand."""

    since: ResourceVersion
    fields: Sequence[tuple[str, Any, Any]]
    """(name, before, after) of the metadata."""
    files: Sequence[tuple[str, str]]
    """(added, removed, changed or same; name)."""
    lines: Sequence[Line]

    @property
    def added(self) -> int:
        """Paragraphs that are new."""
        return sum(line.kind == "added" for line in self.lines)

    @property
    def removed(self) -> int:
        """Paragraphs that are gone."""
        return sum(line.kind == "removed" for line in self.lines)


def changes_since(
    review_round: ReviewRound, rounds: Sequence[ReviewRound], files: Sequence[FileRow]
) -> Changes | None:
    """Against the newest version of an earlier round (`rounds`, newest first); None where there is no other version."""
    version = review_round.version
    before = next(
        (each.version for each in rounds
         if each.number < review_round.number and each.version.number < version.number), None
    )  # fmt: skip
    if before is None:
        return None
    theirs = files_of([before.id])
    texts = texts_of([file.id for file in (*theirs, *files)])
    one, other = ("\n".join(texts.get(file.id, "") for file in side) for side in (theirs, files))
    fields = [(name, *pair) for name, pair in differences(before, version).items()]
    return Changes(before, fields, compare_files(theirs, files), compare_texts(one, other))
