"""Words that stand in private texts only: searched for by everybody, shown to those who may read them."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest

from tests.rights.people import USERNAMES
from tests.rights.stage import Stage, leaks

pytestmark = pytest.mark.xdist_group("rights")

EACH = 1 if os.environ.get("KHO_TRUST") else 5
"""One word of so many, others for each role; all of them in `make trust`."""
LISTS = (
    "/tim?q=ph%C3%A2n+s%E1%BB%91", "/tim?q=t%C3%B3m+t%E1%BA%AFt", "/tim?q=b%C3%A0i+h%E1%BB%8Dc", "/tim?state=retired",
    "/tim?state=replaced", "/api/search?size=100", "/api/search?q=ph%C3%A2n+s%E1%BB%91&size=100", "/goi-y?q=zaq",
    "/api/suggest?q=zaq", "/goi-y?q=ph%C3%A2n", "/api/openapi.json", "/khong-co-trang-nay", "/api/khong-co",
)  # fmt: skip
"""Pages that gather from everywhere, and errors."""


@pytest.mark.parametrize("role", USERNAMES)
@pytest.mark.usefixtures("unwritten")
def test_nobody_is_shown_what_others_keep(stage: Stage, role: str, capfd: pytest.CaptureFixture[str]) -> None:
    shown = [leak for path in LISTS for leak in leaks(stage, role, stage.open(role, path))]
    assert not shown, "\n".join(shown)
    logged = "".join(capfd.readouterr())
    assert "zaq" not in logged, logged[:2000]


@pytest.mark.parametrize("role", USERNAMES)
@pytest.mark.usefixtures("unwritten")
def test_a_private_word_finds_nothing_for_others(stage: Stage, role: str) -> None:
    first = sum(role.encode()) % EACH
    for word, (where, readers) in list(stage.world.canaries.items())[first::EACH]:
        if role in readers or not where.startswith(("title", "text", "summary", "name of the file")):
            continue
        for path in (f"/api/search?q={quote(word)}", f"/api/suggest?q={quote(word[:-2])}"):
            answer = stage.open(role, path).get_json()
            assert not answer.get("total") and not answer.get("suggestions"), (
                f"{role} finds the {where} at {path}"
            )


@pytest.mark.usefixtures("unwritten")
def test_those_who_may_read_it_find_it(stage: Stage) -> None:
    """The control: the words are searchable, so that finding nothing means something."""
    found = {role: _found_by(stage, role) for role in ("author", "colleague", "department", "guest")}
    assert found["author"] > found["colleague"] >= found["department"] > found["guest"] > 0


def _found_by(stage: Stage, role: str) -> int:
    words = [
        word for word, (where, _) in stage.world.canaries.items() if where.startswith("title of published")
    ]
    return sum(stage.open(role, f"/api/search?q={word}").get_json()["total"] for word in words)
