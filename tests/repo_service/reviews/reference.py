"""A small model of a work under review: who may do what in which state, told again from design.md and the tables.

It predicts the answer to every request and the states after it; it shares nothing with the service but the tables
of moves, which docs/states.md shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from repo_service.resources.lifecycle import RESOURCE_MOVES, VERSION_MOVES
from tests.repo_service.reviews import reference_terms as terms


@dataclass
class Work:
    """The work, its versions and rounds."""

    waits: bool
    """Its author wants to publish by hand."""
    state: str = "active"
    versions: dict[int, str] = field(default_factory=lambda: {1: "draft"})
    working: int | None = 1
    current: int | None = None
    rounds: list[terms.Round] = field(default_factory=list)
    deleted: bool = False

    @property
    def open_round(self) -> terms.Round | None:
        """A work has one at most."""
        return next((each for each in self.rounds if each.state == "open"), None)

    def expects(self, request: terms.Request) -> int:
        """The answer to a request; one about a round needs a round."""
        actor, kind, what, place = request
        if kind in terms.OF_A_ROUND:
            given = {"ask": [what], "change": [what], "decide": [what]}.get(kind, [])
            return int(getattr(self, kind)(actor, self.rounds[place], *given))
        if kind in ("version", "delete"):
            return self.on_version(actor, what)
        return self.on_resource(actor, what) if kind == "work" else int(getattr(self, kind)(actor))

    def on_version(self, actor: str, move: str) -> int:
        """submit, recall, appeal, publish, delete: the answer expected."""
        allowed = terms.AUTHORS | (terms.LEADS if move == "publish" else set())
        if self.deleted or actor not in allowed or self.state == "withdrawn":
            return terms.MISSING
        working = self.versions[self.working] if self.working else ""
        legal = working == "draft" if move == "delete" else (working, move) in VERSION_MOVES
        if not legal or (move in ("submit", "appeal") and self.open_round):
            return terms.REFUSED
        return terms.DONE

    def on_resource(self, actor: str, move: str) -> int:
        """replace, retire, restore, withdraw."""
        allowed = terms.REMOVERS if move == "withdraw" else terms.CURATORS
        if self.deleted or actor not in (allowed if self.current else terms.LEADS):
            return terms.MISSING
        return terms.DONE if self.current and (self.state, move) in RESOURCE_MOVES else terms.REFUSED

    def new_version(self, actor: str) -> int:
        """A draft after what was sent back, or after the published version."""
        if self.deleted or actor not in terms.AUTHORS or self.state == "withdrawn":
            return terms.MISSING
        free = self.working is None or self.versions[self.working] in ("changes_requested", "declined")
        return terms.DONE if free else terms.REFUSED

    def further(self, actor: str) -> int:
        """Another round on the published version."""
        if self.deleted or actor not in terms.AUTHORS | terms.LEADS:
            return terms.MISSING
        refused = self.current is None or self.state == "withdrawn" or self.open_round is not None
        return terms.REFUSED if refused else terms.DONE

    def is_over(self, one: terms.Round) -> bool:
        """Nothing moves in this round any more."""
        return one.state != "open" or self.state == "withdrawn"

    def claim(self, actor: str, one: terms.Round) -> int:
        """A colleague takes a place."""
        if actor not in terms.COLLEAGUES:
            return terms.MISSING
        return self._place(one, [actor], one.required)

    def ask(self, actor: str, one: terms.Round, asked: Sequence[str]) -> int:
        """A lead asks several."""
        if actor not in terms.LEADS:
            return terms.MISSING
        if not asked or set(asked) - terms.COLLEAGUES:
            return terms.WRONG
        return self._place(one, asked, terms.MOST_READERS)

    def _place(self, one: terms.Round, names: Sequence[str], most: int) -> int:
        taken = set(names) & set(one.readers) or len(one.readers) + len(names) > most
        return terms.REFUSED if self.is_over(one) or taken else terms.DONE

    def hand_back(self, actor: str, one: terms.Round) -> int:
        """A reader cannot read it now."""
        if actor not in terms.COLLEAGUES | terms.AUTHORS:
            return terms.MISSING
        return (
            terms.DONE
            if not self.is_over(one) and actor in one.readers and one.places[actor] == "open"
            else terms.REFUSED
        )

    def change(self, actor: str, one: terms.Round, required: int) -> int:
        """A lead says how many must agree."""
        if actor not in terms.LEADS:
            return terms.MISSING
        given = sum(1 for decision in one.verdicts.values() if decision == "approve")
        if self.is_over(one):
            return terms.REFUSED
        return terms.DONE if max(1, given + 1) <= required <= terms.MOST_READERS else terms.WRONG

    def decide(self, actor: str, one: terms.Round, decision: str) -> int:
        """A verdict."""
        if actor not in terms.COLLEAGUES:
            return terms.MISSING
        before = [
            each for each in self.rounds
            if each is not one and each.number == one.number and each.state != "recalled"
        ]  # fmt: skip
        twice = decision == "approve" and any(each.verdicts.get(actor) == "approve" for each in before)
        full = actor not in one.readers and len(one.readers) >= one.required
        return terms.REFUSED if self.is_over(one) or actor in one.verdicts or twice or full else terms.DONE

    def follow(self, request: terms.Request, round_id: str) -> None:
        """The state after a request that was answered well; `round_id` is that of the newest round there is now."""
        actor, kind, what, place = request
        match kind:
            case "version" if what == "publish":
                self.publish()
            case "version":
                self._moved(what, round_id)
            case "delete":
                self._deleted()
            case "work":
                self.state = RESOURCE_MOVES[self.state, what]
            case "new_version":
                self.working = max(self.versions) + 1
                self.versions[self.working] = "draft"
            case "further":
                self.rounds.append(terms.Round(round_id, self.current or 0, further=True))
            case "decide":
                self.after_verdict(actor, self.rounds[place], what)
            case "change":
                self.rounds[place].required = what
            case _:
                names = what if kind == "ask" else [actor]
                self.rounds[place].places |= dict.fromkeys(
                    names, "returned" if kind == "hand_back" else "open"
                )

    def _moved(self, move: str, round_id: str) -> None:
        assert self.working is not None
        self.move(self.working, move)
        if move == "recall" and self.open_round:
            self.open_round.close("recall")
        if move in ("submit", "appeal"):
            self.rounds.append(terms.Round(round_id, self.working, further=False))

    def _deleted(self) -> None:
        assert self.working is not None
        del self.versions[self.working]
        left = max(self.versions, default=None)
        self.deleted = left is None
        self.working = left if left and self.versions[left] != "published" else None
        self.rounds = [each for each in self.rounds if each.number in self.versions]

    def after_verdict(self, actor: str, one: terms.Round, decision: str) -> None:
        """What a verdict does to the round and the version."""
        one.places[actor], one.verdicts[actor] = "done", decision
        approved = sum(1 for each in one.verdicts.values() if each == "approve")
        if decision == "approve" and approved < one.required:
            return
        one.close(decision)
        if one.further:
            return
        self.move(one.number, decision)
        if decision == "approve" and not self.waits:
            self.publish()

    def move(self, number: int, move: str) -> None:
        """Along the table."""
        self.versions[number] = VERSION_MOVES[self.versions[number], move]

    def publish(self) -> None:
        """The working version becomes the shown one."""
        assert self.working is not None
        self.move(self.working, "publish")
        self.current, self.working = self.working, None
