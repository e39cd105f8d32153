"""Words that stand only in works a reader may not see never reach him: hits, counts, suggestions, likeness, advice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.derivatives.models import FileText
from repo_service.resources import service, succession
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource, find_version
from tests.cast import Cast
from tests.factories import draft, published, viewer_of

CANARIES = {
    "draft": "quagmirex", "in review": "flummoxed", "embargo": "kerfuffle", "withdrawn": "brouhahaz",
    "private": "zebrawood", "cluster": "wyvernous", "retired": "jabbering", "replaced": "skullduggy",
}  # fmt: skip
MAY_SEE = {"lan": {"private", "cluster"}, "thao": {"cluster"}, "minh": {"cluster"}, "quang": set(), "guest": set()}
READERS = list(MAY_SEE)
HIDDEN_GRADE = "lop-11"
"""The class of the hidden works, and of no other."""


@pytest.fixture
def shelf(db: Database, cast: Cast, work: Callable[[], None]) -> str:
    """A hidden work of every kind, each with a word of its own in title, text, summary; the id of a public one."""
    k2, texts = cast.clusters["K2"], {}
    with db.transaction() as session:
        minh, lan = viewer_of(cast.minh), viewer_of(cast.lan)

        def made(kind: str, make: Any = published, **more: Any) -> Any:
            word = CANARIES[kind]
            said = {"title": f"Phân số và {word}", "summary": f"Kể chuyện {word}", "keywords": [word]}
            return make(cast.lan, k2, **said, grades=[HIDDEN_GRADE], **more)

        public = published(
            cast.lan, k2, title="Phân số cho mọi người", licence="mo", visibility="cong-khai", grades=["lop-6"]
        )
        for number in range(4):
            published(cast.lan, k2, title=f"Phân số {number}", licence="mo", visibility="cong-khai", grades=["lop-6"])
        made("draft", draft)
        resource, version = made("in review", draft)
        service.submit(lan, resource, version)
        waiting = made("embargo")
        find_version(waiting, waiting.current_version_id).embargo_until = clock.now() + timedelta(days=3)
        succession.withdraw(minh, find_resource(minh, made("withdrawn").id), "Trùng bài")
        made("private", visibility="rieng")
        made("cluster", visibility="cum")
        succession.retire(minh, find_resource(minh, made("retired", visibility="cum").id), "Cũ")
        succession.replace(minh, made("replaced", visibility="cum"), find_resource(minh, public.id))
        for resource in session.query(Resource):
            for file in find_version(resource, resource.current_version_id or resource.working_version_id).files:
                texts[file.file_id] = f"Trong bài có {resource.title} và phân số bằng nhau"
        for file_id, text in texts.items():
            current_session().merge(FileText(file_id=file_id, text=text))
        public_id = str(public.id)
    work()
    return public_id


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, client: FlaskClient, sign_in: Callable[[str], FlaskClient]) -> Any:
    """(name, browser)"""
    return request.param, client if request.param == "guest" else sign_in(request.param)


def test_a_hidden_word_is_nowhere(shelf: str, reader: Any) -> None:
    name, browser = reader
    for kind, word in CANARIES.items():
        allowed = kind in MAY_SEE[name]
        answer = browser.get("/api/search", query_string={"q": word}).get_json()
        assert (answer["total"] > 0) is allowed, (kind, answer["total"])
        if allowed:
            continue
        near = word[:4] + "q" + word[5:]
        for path, q in [("/api/search", near), ("/tim", near), ("/api/suggest", word[:6]), ("/goi-y", word[:6]),
                        ("/api/suggest", f"phân số và {word[:5]}"), ("/tim", f"phân số {near}"), ("/tim", "phân số"),
                        ("/tim", f"{near} zzzz"), ("/api/search", "phan so")]:  # fmt: skip
            shown = browser.get(path, query_string={"q": q})
            assert shown.status_code == 200
            assert word not in shown.get_data(as_text=True), (kind, path, q)


def test_counts_tell_nothing_of_hidden_works(shelf: str, reader: Any) -> None:
    name, browser = reader
    answer = browser.get("/api/search", query_string={"q": "phân số"}).get_json()
    counts = {each["value"]: each["count"] for each in answer["facets"]["grade"]}
    assert counts.get(HIDDEN_GRADE, 0) == len(MAY_SEE[name])
    assert answer["total"] == 5 + len(MAY_SEE[name])
    chosen = browser.get("/api/search", query_string={"q": "phân số", "grade": HIDDEN_GRADE}).get_json()
    assert chosen["total"] == len(MAY_SEE[name])
    page = browser.get("/tim", query_string={"q": "phân số"}).get_data(as_text=True)
    assert (f'value="{HIDDEN_GRADE}"' in page) is bool(MAY_SEE[name])


def test_similar_works_are_visible_ones(shelf: str, reader: Any) -> None:
    name, browser = reader
    found = browser.get(f"/api/resources/{shelf}/similar").get_data(as_text=True)
    found += browser.get(f"/hoc-lieu/{shelf}/tuong-tu").get_data(as_text=True)
    for kind, word in CANARIES.items():
        assert kind in MAY_SEE[name] or word not in found, kind


def test_a_state_that_is_asked_for_shows_what_the_reader_may_read(shelf: str, reader: Any) -> None:
    name, browser = reader
    for state in ("retired", "replaced"):
        answer = browser.get("/api/search", query_string={"q": CANARIES[state], "state": state}).get_json()
        assert (answer["total"] == 1) is ("cluster" in MAY_SEE[name]), state
    assert CANARIES["withdrawn"] not in browser.get("/tim?state=withdrawn").get_data(as_text=True)
