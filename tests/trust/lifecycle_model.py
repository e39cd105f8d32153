"""Random people contribute, publish, replace and withdraw several works; a small model says what each may do and find.

Which moves the tables of one work allow, and that a refusal leaves no trace, is the matter of
tests/repo_service/reviews; here it is who sees and finds which version of which work, whatever happened to others.
"""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from repo_service.app import create_app
from repo_service.core.db import KhoFlask
from repo_service.worker import drain
from tests.trust import world

AUTHOR, LEAD, CURATOR, ELSEWHERE, DEPARTMENT, GUEST = "lan", "minh", "hoa", "quang", "tuan", ""
EVERYBODY = (AUTHOR, LEAD, CURATOR, ELSEWHERE, DEPARTMENT, GUEST)
STEPS = 30
"""Of one run of the machine; the next begins with no works."""
_words = itertools.count(1)


@dataclass
class Work:
    """The model: everything that decides who sees, finds and may do what."""

    id: str
    word: str
    visibility: str
    title: str
    state: str | None = "draft"
    """Of the version on its way; None when there is none."""
    coming: str = ""
    """The title of the version on its way."""
    shown: str | None = None
    """The title of the published version."""
    version: int = 0
    resource_state: str = "active"

    def is_within_reach(self, who: str) -> bool:
        """Of the published version."""
        return who != GUEST and (self.visibility == "tinh" or who != ELSEWHERE)

    def is_visible(self, who: str) -> bool:
        """Whether the person may open it."""
        return who == AUTHOR or (who == LEAD if self.shown is None else self.is_within_reach(who))

    def is_found(self, who: str) -> bool:
        """Whether the person finds it, once the index has caught up."""
        return self.shown is not None and self.resource_state == "active" and self.is_within_reach(who)

    def allows(self, who: str, move: str) -> bool:
        """Whether the move is made when this person asks for it."""
        gone, public = self.resource_state == "withdrawn", self.shown is not None
        curates = public and who in (LEAD, CURATOR, DEPARTMENT)
        match move:
            case "rename":
                if gone or (not public and self.state != "draft"):
                    return False
                return who == AUTHOR or (public and who == LEAD)
            case "submit":
                return not gone and who == AUTHOR and self.state == "draft"
            case "approve" | "send_back":
                return not gone and who in (LEAD, CURATOR) and self.state == "in_review"
            case "new_version":
                may_begin = self.state == "changes_requested" or (public and self.state is None)
                return not gone and who == AUTHOR and may_begin
            case "retire":
                return curates and self.resource_state in ("active", "replaced")
            case "restore":
                return curates and self.resource_state in ("replaced", "retired")
            case "replace":
                return curates and self.resource_state in ("active", "retired")
            case "withdraw":
                return public and not gone and who in (LEAD, DEPARTMENT)
        raise KeyError(move)

    def make(self, move: str, title: str) -> None:
        """What the move does."""
        match move:
            case "rename" if self.shown is None:
                self.coming = title
            case "rename":
                self.shown = title
            case "submit":
                self.state = "in_review"
            case "approve":
                self.shown, self.state, self.version = self.coming, None, self.version + 1
            case "send_back":
                self.state = "changes_requested"
            case "new_version":
                self.coming = title
                self.state = "in_review"
            case _:
                states = {
                    "retire": "retired",
                    "restore": "active",
                    "replace": "replaced",
                    "withdraw": "withdrawn",
                }
                self.resource_state = states[move]


MOVES = (
    "rename", "submit", "approve", "send_back", "new_version", "retire", "restore", "replace", "withdraw",
)  # fmt: skip


class People(RuleBasedStateMachine):
    """Several works, six people; the service is asked over HTTP."""

    def __init__(self, app: KhoFlask, tokens: dict[str, str]) -> None:
        super().__init__()
        self.app, self.tokens = app, tokens
        self.browser: FlaskClient = app.test_client(use_cookies=False)

    @initialize()
    def begin(self) -> None:
        self.works: list[Work] = []
        self.contribute("tinh")

    @rule(visibility=st.sampled_from(["tinh", "tinh", "cum"]))
    def contribute(self, visibility: str) -> None:
        word = f"zqx{next(_words)}w"
        fields = {"title": f"Bài {word}", "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"]}
        links = [{"url": "https://example.org/bai", "label": "Bài"}]
        made = self._ask(
            AUTHOR, "POST", "/api/resources", {**fields, "links": links, "visibility": visibility}
        )
        assert made[0] == 201, made
        self.works.append(Work(made[1]["id"], word, visibility, fields["title"], coming=fields["title"]))

    @rule(data=st.data())
    def somebody_does_what_is_theirs_to_do(self, data: st.DataObject) -> None:
        could = [
            (number, who, move)
            for number, work in enumerate(self.works) for who in EVERYBODY for move in MOVES
            if work.allows(who, move) and (move != "withdraw" or len(self.works) > 3)
        ]  # fmt: skip
        if could:
            number, who, move = data.draw(st.sampled_from(could))
            self._try(self.works[number], who, move)

    @rule(data=st.data(), who=st.sampled_from(EVERYBODY), move=st.sampled_from(MOVES))
    def somebody_tries_something(self, data: st.DataObject, who: str, move: str) -> None:
        self._try(data.draw(st.sampled_from(self.works)), who, move)

    @rule(data=st.data(), who=st.sampled_from(EVERYBODY))
    def somebody_looks(self, data: st.DataObject, who: str) -> None:
        work = data.draw(st.sampled_from(self.works))
        status, body = self._ask(who, "GET", f"/api/resources/{work.id}")
        assert (status == 200) == work.is_visible(who), (who, work, status)
        if status == 200:
            title = work.shown if work.shown is not None else work.coming
            assert (body["title"], body["resource_state"]) == (title, work.resource_state), (who, work)

    @rule(data=st.data(), who=st.sampled_from(EVERYBODY))
    def somebody_searches(self, data: st.DataObject, who: str) -> None:
        drain(self.app.database)
        work = data.draw(st.sampled_from(self.works))
        status, body = self._ask(who, "GET", f"/api/search?q={work.word}")
        assert status == 200, (who, work, body)
        assert not body["by_title_only"]
        found = {each["id"] for each in body["hits"]}
        assert (work.id in found) == work.is_found(who), (who, work, found)
        hidden = {each.id for each in self.works if not each.is_found(who)}
        assert not hidden & found, (who, work, hidden & found)

    def _try(self, work: Work, who: str, move: str) -> None:
        title, others = f"Bài {work.word} {next(_words)}", [each for each in self.works if each is not work]
        expected = work.allows(who, move)
        if move == "replace":
            taken = [each for each in others if each.is_found(who)]
            expected = expected and bool(taken)
            status = self._send(work, who, move, title, taken[0].id if taken else work.id)
        else:
            status = self._send(work, who, move, title, "")
        assert (200 <= status < 300) == expected, (who, move, work, status)
        assert status < 500, (who, move, work, status)
        if expected:
            work.make(move, title)

    def _send(self, work: Work, who: str, move: str, title: str, successor: str) -> int:
        path = f"/api/resources/{work.id}"
        if move == "rename":
            _status, body = self._ask(AUTHOR, "GET", path)
            return self._ask(who, "PATCH", path, {"title": title}, **{"If-Match": f'"{body["revision"]}"'})[0]
        if move in ("approve", "send_back"):
            return self._decide(work, who, move)
        bodies: dict[str, Any] = {
            "new_version": {"change_note": "Thêm phiếu", "submit": True, "title": title},
            "retire": {"reason": "Cũ rồi."}, "withdraw": {"reason": "Có tên học sinh."},
            "replace": {"successor": successor, "reason": "Đủ hơn."},
        }  # fmt: skip
        name = "versions" if move == "new_version" else move
        return self._ask(who, "POST", f"{path}/{name}", bodies.get(move, {}))[0]

    def _decide(self, work: Work, who: str, move: str) -> int:
        status, desk = self._ask(who, "GET", "/api/reviews?size=100")
        mine = [each["id"] for each in desk["items"] if each["resource"] == work.id] if status == 200 else []
        said: dict[str, Any] = {"decision": "approve"}
        if move == "send_back":
            said = {"decision": "request_changes", "reason": ["chinh-xac"], "note": "Bài 3 sai dấu."}
        return self._ask(who, "POST", f"/api/reviews/{mine[0]}/decision", said)[0] if mine else 404

    def _ask(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = {"Authorization": f"Bearer {self.tokens[who]}"} | headers if who else headers
        answer = self.browser.open(path, method=method, json=body, headers=sent)
        return answer.status_code, answer.get_json(silent=True)


def walk(app: KhoFlask, tokens: dict[str, str], runs: int, number: int | None = None) -> None:
    """So many runs of STEPS random steps; a mismatch is an AssertionError with the steps that lead to it."""
    phases = [Phase.generate, Phase.shrink] if number is None else [Phase.generate]
    chosen = settings(
        max_examples=runs, stateful_step_count=STEPS, deadline=None, phases=phases, database=None,
        derandomize=number is None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    def machine() -> People:
        return People(app, tokens)

    run_state_machine_as_test(seed(number)(machine) if number is not None else machine, settings=chosen)


def in_memory(folder: Path) -> KhoFlask:
    """An application on an installation of tests.trust.world, with bytes and index in memory."""
    app = create_app(replace(world.settings_of(folder), storage_url="memory:", search_url="memory:"))
    world.prepare(app.database)
    return app


def steps(count: int, number: int) -> int:
    """About `count` random steps from the seed `number`: how many mismatches ended them (0 or 1)."""
    with tempfile.TemporaryDirectory(prefix="kho-model-") as name:
        tokens = world.make(Path(name))["tokens"]
        app = in_memory(Path(name))
        try:
            walk(app, tokens, max(1, count // STEPS), number)
        except AssertionError:
            return 1
        finally:
            app.database.engine.dispose()
        return 0
