"""Random people make random moves over HTTP: only the moves of the tables happen, and a refusal leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from repo_service.core.db import Database
from repo_service.resources.service import Author, set_authors
from tests.cast import Cast
from tests.factories import draft, published, viewer_of
from tests.repo_service.reviews import reference_terms as terms
from tests.repo_service.reviews.reference import Work
from tests.repo_service.reviews.traces import Traces, traces

SignIn = Callable[[str], FlaskClient]
QUICK = settings(max_examples=8, stateful_step_count=40, derandomize=True, phases=[Phase.generate])
"""In every `make test`; for an hour of other ones: pytest --hypothesis-profile=long on this file."""
ANSWERS = dict.fromkeys((200, 201, 204), terms.DONE) | dict.fromkeys((401, 404), terms.MISSING)
ANSWERS |= {409: terms.REFUSED, 422: terms.WRONG}
SENT_BACK = {"reason": ["chinh-xac"], "note": "Bài 3 sai dấu."}


class Moves(RuleBasedStateMachine):
    """A new work each time; the database and the signed-in browsers stay."""

    def __init__(self, db: Database, cast: Cast, browsers: dict[str, FlaskClient], successor: str) -> None:
        super().__init__()
        self.db, self.cast, self.browsers, self.successor = db, cast, browsers, successor

    @initialize(waits=st.booleans())
    def begin(self, waits: bool) -> None:
        self.work = Work(waits)
        with self.db.transaction():
            lan = viewer_of(self.cast.lan)
            resource, _version = draft(self.cast.lan, self.cast.clusters["K2"], wait_to_publish=waits)
            set_authors(lan, resource, [Author("Lan", lan.id), Author("Thảo", self.cast.thao)])
            self.id = resource.id

    @rule(data=st.data())
    def somebody_does_what_is_theirs_to_do(self, data: st.DataObject) -> None:
        open_to = [each for each in terms.EVERYTHING if self.work.rounds or each.kind not in terms.OF_A_ROUND]
        lasting = [each for each in open_to if each.what not in ("withdraw", "delete")]
        legal = [each for each in lasting if self.work.expects(each) == terms.DONE]
        kind = data.draw(st.sampled_from(sorted({request.kind for request in legal}) or ["work"]))
        self._try(data.draw(st.sampled_from([each for each in legal if each.kind == kind] or terms.EVERYTHING[:1])))

    @rule(request=st.sampled_from(terms.EVERYTHING), place=st.sampled_from([-1, -1, -1, 0]))
    def somebody_tries_something(self, request: terms.Request, place: int) -> None:
        if self.work.rounds or request.kind not in terms.OF_A_ROUND:
            self._try(request._replace(place=place if request.kind in terms.OF_A_ROUND else -1))

    def _try(self, request: terms.Request) -> None:
        expected, before = self.work.expects(request), traces(self.db, self.id)
        answer = self._send(request, before)
        told = ANSWERS.get(answer.status_code, answer.status_code)
        assert told == expected, f"{request}: {answer.status_code} {answer.get_data(as_text=True)}"
        after = traces(self.db, self.id)
        if expected != terms.DONE:
            assert after == before, f"{request}: a refusal left something behind"
            return
        assert after.acts > before.acts, f"{request}: no audit row"
        assert after.outbox > before.outbox or not after.resource, f"{request}: no outbox row"
        self.work.follow(request, str(after.rounds[-1][0]) if after.rounds else "")

    def _send(self, request: terms.Request, before: Traces) -> Any:
        work = f"/api/resources/{self.id}"
        one = f"/api/reviews/{self.work.rounds[request.place].id}" if request.kind in terms.OF_A_ROUND else ""
        browser, match = (
            self.browsers[request.actor],
            f'"{before.resource[0][-1]}"' if before.resource else "",
        )
        what = request.what
        match request.kind:
            case "version":
                return browser.post(f"{work}/{what}")
            case "delete":
                return browser.delete(work, headers={"If-Match": match})
            case "work":
                said = {"reason": "Đã có bài mới.", "successor": f"/hoc-lieu/{self.successor}"}
                return browser.post(f"{work}/{what}", json=said)
            case "new_version":
                said = {"change_note": "Sửa lại.", "wait_to_publish": self.work.waits}
                return browser.post(f"{work}/versions", json=said)
            case "further":
                return browser.post(f"{work}/reviews")
            case "claim":
                return browser.post(f"{one}/assign", json={})
            case "ask":
                asked = [self.cast.people[name] for name in what]
                return browser.post(f"{one}/assign", json={"reviewers": asked})
            case "hand_back":
                return browser.post(f"{one}/hand-back", json={"word": "bận"})
            case "change":
                return browser.patch(one, json={"required": what})
        return browser.post(f"{one}/decision", json={"decision": what, **SENT_BACK})

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        now, work = traces(self.db, self.id), self.work
        assert [row[0] for row in now.resource] == ([] if work.deleted else [work.state])
        assert {row[0]: row[1] for row in now.versions} == work.versions
        assert [row[1:3] for row in now.rounds] == [(each.state, each.required) for each in work.rounds]
        places = sorted(state for each in work.rounds for state in each.places.values())
        assert sorted(row[1] for row in now.places) == places


def test_no_illegal_move_is_possible_and_no_refusal_leaves_a_trace(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    browsers = {name: sign_in(name) for name in terms.EVERYBODY if name != "guest"}
    browsers["guest"] = browsers["lan"].application.test_client()
    with db.transaction():
        successor = published(cast.lan, cast.clusters["K2"]).id
    chosen = settings() if settings.get_current_profile_name() == "long" else QUICK
    unhurried = settings(chosen, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(lambda: Moves(db, cast, browsers, successor), settings=unhurried)
