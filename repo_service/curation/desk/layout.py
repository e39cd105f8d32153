"""What the desk shows of a round and the work at hand: read with six statements, said in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from repo_service.core.permissions import Viewer
from repo_service.curation import policy, reading
from repo_service.curation.models import CurationRound
from repo_service.curation.reading import ItemAtHand, Past, QueueRow
from repo_service.curation.works import words
from repo_service.curation.works.words import Told
from repo_service.derivatives.queries import Reading, readings_of
from repo_service.resources.policy import is_author
from repo_service.resources.queries import FileRow, files_of
from repo_service.ui.maths import with_formulas

LONGEST_READ = 20_000
"""Characters of each file on the desk; the file itself has the rest."""


@dataclass(frozen=True)
class Desk:
    """One work of a round on the desk, and its neighbours in the queue."""

    round: CurationRound
    rows: Sequence[QueueRow]
    at_hand: ItemAtHand
    place: int | None
    """From 1, among the works that wait; None for one that does not."""
    waiting: int
    previous: str | None
    next: str | None
    files: list[FileRow]
    readings: dict[str, Reading]
    past: list[Past]
    risks: list[Told]
    old_names: list[str]
    may_decide: bool
    is_own: bool


def lay_out(viewer: Viewer, found: CurationRound, rows: Sequence[QueueRow], item_id: str) -> Desk:
    """The desk with one item of the round; four statements beside round and queue."""
    at_hand = reading.item_for(viewer, found.id, item_id)
    item = at_hand.item
    places = [row.id for row in rows]
    place = places.index(item_id) if item_id in places else None
    files, waiting = files_of([at_hand.version.id]), [row.id for row in rows if row.state == "waiting"]
    return Desk(
        round=found, rows=rows, at_hand=at_hand, waiting=len(waiting),
        place=waiting.index(item_id) + 1 if item_id in waiting else None,
        previous=places[place - 1] if place else None,
        next=places[place + 1] if place is not None and place + 1 < len(places) else None,
        files=files, readings=readings_of([file.id for file in files], LONGEST_READ),
        past=reading.history(viewer, item.resource_id), risks=words.told(item.risks),
        old_names=words.old_names(item.risks),
        may_decide=item.state == "waiting" and found.state == "open" and policy.can_decide(viewer, item),
        is_own=is_author(viewer, item.resource),
    )  # fmt: skip


def next_waiting(rows: Sequence[QueueRow], after: str | None) -> str | None:
    """The waiting item that follows `after` in the queue, decided or not; at the end the first that waits."""
    waiting = [row for row in rows if row.state == "waiting"]
    left = next((row for row in rows if row.id == after), None)
    later = [row for row in waiting if left is not None and row.order > left.order]
    return (later or waiting)[0].id if waiting else None


def marked(text: str, names: Sequence[str]) -> Markup:
    """A line of the paper as safe HTML, old place names marked in it."""
    drawn = with_formulas(text)
    if not names:
        return drawn
    pattern = re.compile(
        "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)), re.IGNORECASE
    )
    return Markup(pattern.sub(lambda found: f"<mark>{found[0]}</mark>", drawn))  # noqa: S704  # names hold no markup
