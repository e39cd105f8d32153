"""The words of the model in reference.py: who there is, what they may try, and a round as the model knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from repo_service.reviews.lifecycle import ROUND_MOVES

AUTHORS = {"lan", "thao"}
LEADS = {"minh"}
CURATORS = {"minh", "hoa", "tuan"}
REMOVERS = {"minh", "tuan"}
COLLEAGUES = {"minh", "hoa", "hanh"}
"""Members of the cluster who did not make the work."""
OUTSIDERS = {"quang", "tuan", "guest"}
EVERYBODY = sorted(AUTHORS | COLLEAGUES | OUTSIDERS)
MOST_READERS = 5
DONE, MISSING, REFUSED, WRONG = 200, 404, 409, 422


class Request(NamedTuple):
    """What somebody tries: `what` is the move, the decision, the colleagues asked, or how many must agree."""

    actor: str
    kind: str
    what: Any = ""
    place: int = -1
    """Of the round, -1 the newest."""


MOVES_OF: dict[str, list[Any]] = {
    "version": ["submit", "recall", "appeal", "publish"],
    "delete": ["delete"],
    "work": ["replace", "retire", "restore", "withdraw"],
    "new_version": [""],
    "further": [""],
    "claim": [""],
    "ask": [(), ("hoa",), ("hanh",), ("minh", "hoa"), ("hoa", "quang"), ("lan",)],
    "hand_back": [""],
    "change": [0, 1, 2, 3, 6],
    "decide": ["approve", "request_changes", "decline"],
}
OF_A_ROUND = {"claim", "ask", "hand_back", "change", "decide"}
EVERYTHING = [
    Request(actor, kind, what) for kind, moves in MOVES_OF.items() for what in moves for actor in EVERYBODY
]


@dataclass
class Round:
    """One round, as the model knows it."""

    id: str
    number: int
    """Of the version it is about."""
    further: bool
    state: str = "open"
    required: int = 1
    places: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)

    @property
    def readers(self) -> list[str]:
        """Who holds a place."""
        return [name for name, state in self.places.items() if state != "returned"]

    def close(self, move: str) -> None:
        """End it; whoever still read is free."""
        self.state = ROUND_MOVES[self.state, move]
        self.places = {name: "done" if state == "open" else state for name, state in self.places.items()}
