"""Hostile programs on a real server: odd JSON, foreign ids, races, forged and random calls; never a 5xx."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.api_client import Answer, ApiClient, fetch
from tests.journeys.conftest import Programs
from tests.journeys.running_server import RunningServer

SEED = 20261116
CALLS = 300
ODD: list[Any] = [
    None,
    True,
    -1,
    10**400,
    1.5,
    "",
    "x" * 10_000,
    "\x00",
    "\ud800",
    "a\ud800b",
    "‮đảo",
    [],
    {},
    [[]],
    [None],
    ["\ud800"],
    {"$ne": 1},
    "../../etc/passwd",
    "'; DROP TABLE users; --",
    "khbd",
    "lop-6",
    "2026-2027",
    float("nan"),
    2**63,
]
FIELDS = (
    "title",
    "type",
    "grades",
    "subjects",
    "summary",
    "links",
    "files",
    "authors",
    "cluster",
    "keywords",
    "week",
    "visibility",
    "licence",
    "embargo_until",
    "submit",
    "filename",
    "size",
    "parts",
    "decision",
    "reason",
    "note",
    "checklist",
    "reviewer",
    "school_year",
    "resource",
    "local_fit",
    "use",
    "change_note",
    "successor",
    "user",
    "based_on",
    "licence_name",
)


@pytest.fixture
def lan(program: Programs) -> ApiClient:
    return program("lan")


def draft(of: ApiClient, **more: Any) -> Any:
    body = {"title": "Nháp", "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"]} | more
    made = of.post("/api/resources", body)
    assert made.status == 201, made.content
    return made.json


def at_once(*calls: Callable[[], Answer]) -> list[int]:
    """The statuses of calls made at the same moment, sorted."""
    barrier, statuses = threading.Barrier(len(calls)), []

    def run(call: Callable[[], Answer]) -> None:
        barrier.wait()
        statuses.append(call().status)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


@pytest.mark.parametrize("value", ODD, ids=lambda value: ascii(value)[:20])
def test_odd_values_are_refused_or_kept_but_never_break(lan: ApiClient, value: Any) -> None:
    for name in FIELDS[:14]:
        answer = lan.post("/api/resources", {name: value})
        assert answer.status in (201, 400, 404, 409, 413, 422), (name, answer.content[:300])
        if answer.status == 201:
            assert lan.get(f"/api/resources/{answer.json['id']}").status == 200
    assert lan.post("/api/uploads", {"filename": value, "size": 1}).status < 500
    assert lan.post("/api/uploads", {"filename": "a.txt", "size": value}).status < 500


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "a" * 10_000,
        "ố" * 10_000,
        '"((*:~',
        "𝕳đ",
        "%",
    ],
)
def test_the_search_box_survives(lan: ApiClient, text: str) -> None:
    for path in ("/api/search", "/api/suggest", "/tim"):
        assert lan.get(path, q=text).status in (200, 422), path
    assert lan.get("/api/search", page="9" * 400, size="-1", grade=["\x00", "x" * 5000]).status == 422


def test_bodies_that_are_not_what_they_say(lan: ApiClient) -> None:
    json_type = {"Content-Type": "application/json"}
    bodies = [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"title":' * 5000,
        b"\xff\xfe",
        b"NaN",
        b'{"week": 1e999}',
        b'"x"',
        b"null",
    ]
    for path in ("/api/resources", "/api/uploads"):
        for body in bodies:
            answer = lan.post(path, body, json_type)
            assert 400 <= answer.status < 500, (path, body[:20], answer.content)
            answer.problem(answer.status)
        lan.post(path, b"a=1", {"Content-Type": "application/x-www-form-urlencoded"})
        lan.post(path, b" " * (3 * 1024 * 1024), json_type).problem(413)


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "state",
        "owner_id",
        "created_by_id",
        "revision",
        "sha256",
        "published_at",
        "current_version_id",
        "download_count",
        "number",
    ],
)
def test_no_field_of_a_table_can_be_sent(lan: ApiClient, name: str) -> None:
    made = draft(lan)
    assert name in lan.post("/api/resources", {"title": "x", name: "1"}).problem(422)["errors"]
    path = f"/api/resources/{made['id']}"
    etag = lan.get(path).headers["ETag"]
    assert name in lan.call("PATCH", path, {name: "1"}, {"If-Match": etag}).problem(422)["errors"]


def test_what_is_of_somebody_else_looks_missing(lan: ApiClient, program: Programs) -> None:
    mine = draft(lan, files=[lan.uploaded("a.txt", b"cua Lan")])
    open_upload = lan.post("/api/uploads", {"filename": "b.txt", "size": 5}).json
    path, file = f"/api/resources/{mine['id']}", mine["files"][0]["id"]
    for other in (program("quang"), program(None)):
        status = 404
        for method, target in (
            ("GET", path),
            ("GET", f"{path}/versions"),
            ("GET", f"{path}/package.zip"),
            ("GET", f"{path}/files/{file}"),
            ("POST", f"{path}/submit"),
            ("POST", f"{path}/publish"),
            ("POST", f"{path}/withdraw"),
        ):
            other.call(method, target, {} if method == "POST" else None).problem(status)
        for method, target in (
            ("GET", f"/api/uploads/{open_upload['id']}"),
            ("DELETE", f"/api/uploads/{open_upload['id']}"),
            ("GET", f"/api/files/{file}"),
        ):
            assert other.call(method, target).status == (404 if other.token else 401), target
    reference = {"upload": open_upload["id"], "parts": [{"number": 1, "etag": "x"}]}
    stolen = program("quang").post("/api/resources", {"title": "x", "files": [reference]})
    assert stolen.status == 404
    part = open_upload["parts"][0]["url"]
    assert fetch(part.replace(open_upload["id"], "0" * 16), "PUT", b"12345").status == 404
    assert fetch(part[:-3] + "abc", "PUT", b"12345").status == 404
    assert fetch(part, "PUT", b"123456").status == 422


@pytest.mark.parametrize(
    "value",
    [
        "bytes=0-0,2-3",
        "bytes=" + "0-0," * 5000 + "1-1",
        "bytes=-0",
        "bytes=9-1",
        "bytes=a-b",
        "items=0-1",
        "bytes=-99999999999999999999",
        "bytes=99999999999999999999-",
    ],
)
def test_odd_ranges(lan: ApiClient, value: str) -> None:
    made = draft(lan, files=[lan.uploaded("a.txt", b"0123456789")])
    answer = lan.get(made["files"][0]["url"], {"Range": value})
    assert answer.status in (200, 206, 416) and len(answer.content) < 5000


def test_a_file_name_cannot_write_headers(lan: ApiClient) -> None:
    name = 'a"\r\nSet-Cookie: x=1\r\n;../b.txt'
    made = draft(lan, files=[lan.uploaded(name, b"noi dung")])
    for path in (made["files"][0]["url"], made["package"]):
        answer = lan.get(path)
        assert answer.status == 200 and answer.headers["Set-Cookie"] is None
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_of_two_changes_at_once_one_is_lost_with_a_word(lan: ApiClient) -> None:
    made = draft(lan)
    path = f"/api/resources/{made['id']}"
    etag = {"If-Match": lan.get(path).headers["ETag"]}
    assert at_once(*(lambda n=n: lan.call("PATCH", path, {"title": f"Tên {n}"}, etag) for n in range(4))) == [
        200,
        412,
        412,
        412,
    ]
    assert at_once(*(lambda: lan.post(f"{path}/submit") for _ in range(3)))[0] in (200, 422)


def test_two_approvals_at_once_publish_once(lan: ApiClient, program: Programs) -> None:
    made = draft(lan, files=[lan.uploaded("a.txt", b"hai nguoi doc")], submit=True)
    hoa, minh = program("hoa"), program("minh")
    [round_id] = [row["id"] for row in hoa.get("/api/reviews").json["items"] if row["resource"] == made["id"]]
    path = f"/api/reviews/{round_id}/decision"
    statuses = at_once(*(lambda who=who: who.post(path, {"decision": "approve"}) for who in (hoa, minh, hoa)))
    assert statuses[0] == 200 and set(statuses[1:]) <= {404, 409}, statuses
    assert lan.get(f"/api/resources/{made['id']}").json["state"] == "published"


def test_random_calls_never_meet_an_error_of_ours(running: RunningServer, program: Programs) -> None:
    chance = random.Random(SEED)
    described = program(None).get("/api/openapi.json").json
    calls = [
        (path, method.upper())
        for path, said in described["paths"].items()
        for method in said
        if method != "parameters"
    ]
    lan = program("lan")
    known = [draft(lan)["id"], "khong-co", "0" * 16, "..", "%00", "đ", "x" * 300]
    for _ in range(CALLS):
        path, method = chance.choice(calls)
        while "{" in path:
            start, end = path.index("{"), path.index("}")
            name = path[start + 1 : end]
            value = {"number": "1", "name": "withdraw"}.get(name) or chance.choice(known)
            path = path[:start] + value + path[end + 1 :]
        body = (
            {name: chance.choice(ODD) for name in chance.sample(FIELDS, 4)}
            if method in ("POST", "PATCH", "PUT")
            else None
        )
        headers = (
            {"If-Match": chance.choice(['"1"', "*", 'W/"2"', "x", "9" * 40])} if chance.random() < 0.5 else {}
        )
        query = {
            chance.choice(("q", "page", "size", "version", "school_year")): str(
                chance.choice(["1", "-1", "9" * 30, "x", "\x00"])
            )
        }
        answer = program(chance.choice(["lan", "minh", "tuan", None])).call(
            method, path, body, headers, **query
        )
        assert answer.status < 500, (method, path, query, body, headers, answer.content[:300])


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "-1", "0", "9" * 5000, "x"])
def test_version_numbers_beyond_counting_look_missing(lan: ApiClient, number: str) -> None:
    work = draft(lan)["id"]
    paths = [
        f"/api/resources/{work}?version={number}",
        f"/api/resources/{work}/versions?page={number}",
        f"/hoc-lieu/{work}/phien-ban/{number}",
        f"/hoc-lieu/{work}?version={number}",
        f"/hoc-lieu/{work}/so-sanh?tu={number}&den=1",
        f"/api/resources/{work}/package.zip?version={number}",
    ]
    for path in paths:
        assert lan.get(path).status < 500, path
