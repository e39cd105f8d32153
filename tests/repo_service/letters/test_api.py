"""Choosing letters through JSON: as on the page, all or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from repo_service.notifications.texts import GROUPS

SignIn = Callable[[str], FlaskClient]


def test_a_program_reads_and_changes_the_choices_of_its_person(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    before = lan.get("/api/mail-choices").json
    assert before["choices"] == dict.fromkeys(GROUPS, "khong") and before["mail_is_on"] is False
    changed = lan.patch("/api/mail-choices", json={"choices": {"bai": "ngay", "cum": "hang-tuan"}}).json
    assert changed["choices"] == {**before["choices"], "bai": "ngay", "cum": "hang-tuan"}
    assert lan.patch("/api/mail-choices", json={}).json == changed
    assert sign_in("hoa").get("/api/mail-choices").json["choices"] == before["choices"]


@pytest.mark.parametrize(
    "wrong", [{"bai": "mai"}, {"khac": "ngay"}, {"bai": None}, {"bai": ["ngay"]}, ["bai"], None, "ngay"]
)
def test_one_wrong_choice_changes_none(sign_in: SignIn, wrong: object) -> None:
    lan = sign_in("lan")
    choices = {"cum": "ngay", **wrong} if isinstance(wrong, dict) else wrong
    answer = lan.patch("/api/mail-choices", json={"choices": choices})
    assert answer.status_code == 422 and answer.content_type == "application/problem+json"
    assert set(lan.get("/api/mail-choices").json["choices"].values()) == {"khong"}
