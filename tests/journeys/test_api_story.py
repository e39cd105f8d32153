"""The story of the API (issue item 12) on a real server: deposit, review, publish, find, download, annual product."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from typing import Any
from urllib.parse import quote

import pytest

from tests.cast import Cast
from tests.conftest import Installed
from tests.journeys.api_client import Answer, ApiClient, fetch, multipart
from tests.journeys.conftest import Programs
from tests.journeys.running_server import RunningServer, kho

PLAN = "Kế hoạch bài dạy: phân số và hỗn số. Khởi động bằng chiếc bánh xèo.\n".encode() * 40
FACETS = {"type", "grade", "subject", "level", "cluster", "school_year"}


@pytest.fixture
def cast(installed: Installed) -> Cast:
    return installed.cast


@pytest.fixture
def lan(program: Programs) -> ApiClient:
    return program("lan")


@pytest.fixture
def hoa(program: Programs) -> ApiClient:
    return program("hoa")


@pytest.fixture
def minh(program: Programs) -> ApiClient:
    return program("minh")


def deposit(of: ApiClient, title: str, **more: Any) -> Any:
    """A new work with one text file, in review; a file that went to a bucket has been checked."""
    body = {"title": title, "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"], "submit": True} | more
    if "files" not in body and "links" not in body:
        body["files"] = [of.uploaded("bài dạy.txt", PLAN + title.encode())]
    made = of.post("/api/resources", body)
    assert made.status == 201, made.content
    return checked(of, made.json)


def checked(of: ApiClient, work: Any) -> Any:
    """The work once none of its files is being checked."""
    deadline = time.monotonic() + 30
    while any(file["state"] == "checking" for file in work["files"]):
        assert time.monotonic() < deadline, "the check does not come"
        time.sleep(0.05)
        work = of.get(f"/api/resources/{work['id']}").json
    return work


def round_of(resource_id: str, reviewer: ApiClient) -> Any:
    rounds = reviewer.get("/api/reviews").json
    assert set(rounds) == {"items", "next"}
    [found] = [each for each in rounds["items"] if each["resource"] == resource_id]
    assert {"id", "resource", "version", "title", "state"} <= set(found)
    return found


def approved(resource_id: str, reviewer: ApiClient) -> Answer:
    found = round_of(resource_id, reviewer)
    claimed = reviewer.post(f"/api/reviews/{found['id']}/assign", {})
    assert claimed.status == 200, claimed.content
    return reviewer.post(f"/api/reviews/{found['id']}/decision", {"decision": "approve"})


def published(of: ApiClient, reviewer: ApiClient, title: str, **more: Any) -> Any:
    made = deposit(of, title, **more)
    assert approved(made["id"], reviewer).status == 200
    return of.get(f"/api/resources/{made['id']}").json


def found_by(of: ApiClient, resource_id: str, **query: Any) -> Any:
    """The search that finds a resource, once the index has caught up."""
    deadline = time.monotonic() + 30
    while True:
        answer = of.get("/api/search", **query)
        assert answer.status == 200, answer.content
        if resource_id in [hit["id"] for hit in answer.json["hits"]] or time.monotonic() > deadline:
            return answer.json
        time.sleep(0.05)


def test_the_command_prints_a_token_and_nothing_else(running: RunningServer, program: Programs) -> None:
    printed = kho(running.data, "token", "create", "quang")
    token = printed.strip()
    assert printed == token + "\n" and " " not in token
    assert ApiClient(running.url, token).get("/api/reviews").status == 200
    assert "Bearer" in ApiClient(running.url, token[:-2]).get("/api/reviews").headers["WWW-Authenticate"]


def test_a_deposit_is_two_calls_beside_the_bytes(running: RunningServer, lan: ApiClient, cast: Cast) -> None:
    upload = lan.post("/api/uploads", {"filename": "Bài 12 – phân số.txt", "size": len(PLAN)})
    assert upload.status == 201
    told = upload.json
    assert {"id", "part_size", "parts"} <= set(told)
    [part] = told["parts"]
    assert set(part) >= {"number", "url", "method", "headers"} and part["url"].startswith(running.url + "/")
    kept = fetch(part["url"], part["method"], PLAN, part["headers"])
    assert kept.status == 200 and kept.headers["ETag"].startswith('"')
    made = lan.post(
        "/api/resources",
        {
            "title": "Phân số và hỗn số",
            "type": "khbd",
            "grades": ["lop-6"],
            "subjects": ["toan"],
            "submit": True,
            "files": [
                {"upload": told["id"], "parts": [{"number": 1, "etag": kept.headers["ETag"].strip('"')}]}
            ],
        },
    )
    assert made.status == 201 and made.headers["ETag"]
    body = made.json
    assert (body["title"], body["state"], body["visibility"], body["version"]) == (
        "Phân số và hỗn số",
        "in_review",
        "tinh",
        1,
    )
    assert (body["ai_use"], body["rights"], body["licence"]) == ("khong", "tu-lam", "dung-chung-tinh")
    assert body["cluster"]["id"] == cast.clusters["K2"]
    [file] = body["files"]
    assert (file["name"], file["size"], file["state"]) == ("Bài 12 – phân số.txt", len(PLAN), "ready")
    assert file["sha256"] == hashlib.sha256(PLAN).hexdigest() and file["media_type"].startswith("text/plain")
    read = lan.get(f"/api/resources/{body['id']}")
    assert read.json == body and read.headers["ETag"] == made.headers["ETag"]


def test_an_upload_is_resumed_completed_and_given_up(lan: ApiClient) -> None:
    size = 9 * 1024 * 1024
    told = lan.post("/api/uploads", {"filename": "bai.txt", "size": size}).json
    content = b"a\n" * (size // 2)
    first, *others = told["parts"]
    assert others, "a file of 9 MiB has several parts"
    kept = fetch(first["url"], first["method"], content[: told["part_size"]], first["headers"])
    now = lan.get(f"/api/uploads/{told['id']}").json
    assert [part["number"] for part in now["received"]] == [1]
    assert [part["number"] for part in now["parts"]] == [part["number"] for part in others]
    parts = [{"number": 1, "etag": kept.headers["ETag"]}]
    early = lan.post(f"/api/uploads/{told['id']}/complete", {"parts": parts})
    assert early.status in (409, 422), early.content
    for part in now["parts"]:
        piece = content[(part["number"] - 1) * told["part_size"] :][: told["part_size"]]
        etag = fetch(part["url"], part["method"], piece, part["headers"]).headers["ETag"]
        parts.append({"number": part["number"], "etag": etag})
    done = lan.post(f"/api/uploads/{told['id']}/complete", {"parts": parts})
    assert done.status == 200 and set(done.json["file"]) >= {"id", "sha256", "size", "media_type", "state"}
    assert (
        done.json["file"]["sha256"] == hashlib.sha256(content).hexdigest()
        and done.json["file"]["state"] == "ready"
    )
    assert lan.post(f"/api/uploads/{told['id']}/complete", {"parts": parts}).json == done.json
    given_up = lan.post("/api/uploads", {"filename": "bai.txt", "size": 10}).json
    assert lan.call("DELETE", f"/api/uploads/{given_up['id']}").status == 204
    assert fetch(given_up["parts"][0]["url"], "PUT", b"0123456789").status in (404, 409)


def test_small_files_come_in_one_multipart_call(lan: ApiClient) -> None:
    metadata = (
        '{"title": "Một lần gọi", "type": "khbd", "grades": ["lop-7"], "subjects": ["toan"], "submit": true}'
    )
    for metadata_file in (None, "metadata.json"):
        body, headers = multipart(
            [
                ("metadata", metadata_file, "application/json", metadata.encode()),
                ("files", "một.txt", "text/plain", PLAN),
                ("files", "hai.txt", "text/plain", PLAN + b"2"),
            ]
        )
        made = lan.post("/api/resources", body, headers)
        assert made.status == 201, made.content
        assert made.json["state"] == "in_review"
        assert [file["name"] for file in made.json["files"]] == ["một.txt", "hai.txt"]


def test_links_stand_in_place_of_files(lan: ApiClient) -> None:
    links = [{"url": "https://vi.example/bai-hoc", "label": "Bài học"}]
    made = deposit(lan, "Chỉ có đường dẫn", links=links)
    assert made["links"] == links and made["files"] == [] and made["state"] == "in_review"


def test_a_change_needs_the_etag_that_was_read(lan: ApiClient) -> None:
    made = deposit(lan, "Còn đổi tên", submit=False)
    path = f"/api/resources/{made['id']}"
    assert made["state"] == "draft"
    etag = lan.get(path).headers["ETag"]
    lan.call("PATCH", path, {"title": "Tên hai"}).problem(428)
    changed = lan.call("PATCH", path, {"title": "Tên hai"}, {"If-Match": etag})
    assert changed.status == 200 and changed.json["title"] == "Tên hai" and changed.headers["ETag"] != etag
    lan.call("PATCH", path, {"title": "Tên ba"}, {"If-Match": etag}).problem(412)
    assert lan.post(f"{path}/submit").json["state"] == "in_review"
    lan.post(f"{path}/submit").problem(409)


def test_a_work_is_reviewed_published_versioned_and_withdrawn(
    lan: ApiClient, hoa: ApiClient, minh: ApiClient
) -> None:
    made = deposit(lan, "Đi hết một vòng")
    path, round_id = f"/api/resources/{made['id']}", round_of(made["id"], hoa)["id"]
    hoa.post(f"/api/reviews/{round_id}/assign")
    said = hoa.post(f"/api/reviews/{round_id}/decision", {"decision": "request_changes"}).problem(422)
    assert {"reason", "note"} <= set(said["errors"])
    lan.post(f"/api/reviews/{round_id}/decision", {"decision": 7}).problem(404)  # rights before the body
    decided = hoa.post(
        f"/api/reviews/{round_id}/decision",
        {"decision": "request_changes", "reason": ["chinh-xac"], "note": "Xem lại ví dụ 2."},
    )
    assert decided.status == 200 and decided.json["state"] == "changes_requested"
    second = lan.post(f"{path}/versions", {"change_note": "Sửa ví dụ 2", "submit": True})
    assert second.status == 201 and (second.json["version"], second.json["state"]) == (2, "in_review"), (
        second.content
    )
    assert approved(made["id"], hoa).json["state"] == "approved"
    assert lan.get(path).json["state"] == "published"
    history = lan.get(f"{path}/versions").json
    assert [(row["version"], row["state"]) for row in history["items"]] == [
        (2, "published"),
        (1, "changes_requested"),
    ]
    lan.post(f"{path}/publish").problem(409)
    further = lan.post(f"{path}/reviews")
    assert further.status == 201 and further.json["state"] == "open"
    lan.post(f"{path}/reviews").problem(409)
    assert minh.post(f"{path}/withdraw", {}).problem(422)["errors"]["reason"]
    gone = minh.post(f"{path}/withdraw", {"reason": "Có ảnh học sinh."})
    assert gone.status == 200 and gone.json["resource_state"] == "withdrawn"
    assert (
        fetch(lan.url + made["files"][0]["url"], headers={"Authorization": f"Bearer {lan.token}"}).status
        == 404
    )


def test_the_author_publishes_what_waits_for_it(lan: ApiClient, hoa: ApiClient) -> None:
    made = deposit(lan, "Chờ ngày mở", wait_to_publish=True)
    approved(made["id"], hoa)
    assert lan.get(f"/api/resources/{made['id']}").json["state"] == "approved"
    assert lan.post(f"/api/resources/{made['id']}/publish").json["state"] == "published"


def test_files_are_read_whole_in_ranges_and_as_a_package(
    lan: ApiClient, program: Programs, hoa: ApiClient
) -> None:
    name = "Phiếu học tập số 3 “ôn tập”.txt"
    work = published(lan, hoa, "Tải về", files=[lan.uploaded(name, PLAN)])
    other, path = program("quang"), f"/api/resources/{work['id']}"
    [file] = work["files"]
    whole = other.get(f"{path}/files/{file['id']}")
    assert (whole.status, whole.content) == (200, PLAN)
    assert f"filename*=UTF-8''{quote(name)}" in whole.headers["Content-Disposition"]
    part = other.get(f"{path}/files/{file['id']}", {"Range": "bytes=10-19"})
    assert (part.status, part.content) == (206, PLAN[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(PLAN)}"
    assert other.get(f"{path}/files/{file['id']}", {"Range": f"bytes={len(PLAN)}-"}).status == 416
    package = other.get(f"{path}/package.zip")
    assert package.status == 200
    with zipfile.ZipFile(io.BytesIO(package.content)) as zipped:
        assert [zipped.read(entry) for entry in zipped.namelist()] == [PLAN]
    program(None).get(f"{path}/files/{file['id']}").problem(404)


def test_search_finds_what_was_published(
    lan: ApiClient, hoa: ApiClient, program: Programs, cast: Cast
) -> None:
    work = published(lan, hoa, "Đường tròn ngoại tiếp tam giác", grades=["lop-9"])
    hidden = published(
        lan,
        hoa,
        "Đường tròn ngoại tiếp, chỉ trong cụm",
        grades=["lop-9"],
        visibility="cum",
        licence="dung-trong-cum",
    )
    quang, guest = program("quang"), program(None)
    found = found_by(lan, hidden["id"], q="duong tron ngoai tiep")
    assert {work["id"], hidden["id"]} <= {hit["id"] for hit in found["hits"]}
    assert set(found) >= {"total", "hits", "facets", "took_ms"} and set(found["facets"]) >= FACETS
    for choices in found["facets"].values():
        assert all(set(choice) == {"value", "label", "count", "selected"} for choice in choices)
    assert all({"id", "title", "snippet"} <= set(hit) for hit in found["hits"])
    marked = found_by(
        quang, work["id"], q="đường tròn", grade=["lop-9", "lop-8"], cluster=cast.clusters["K2"]
    )
    assert [hit["id"] for hit in marked["hits"]] == [work["id"]]
    assert {choice["value"] for choice in marked["facets"]["grade"] if choice["selected"]} >= {"lop-9"}
    assert guest.get("/api/search", q="đường tròn").json["total"] == 0
    assert guest.get("/api/suggest", q="đường tr").status == 200
    assert work["id"] in str(quang.get("/api/suggest", q="duong tron").json)
    assert hidden["id"] not in str(quang.get("/api/suggest", q="duong tron").json)
    paged = lan.get("/api/search", q="duong tron", size=1, page=2, sort="newest").json
    assert len(paged["hits"]) == 1 and paged["total"] == 2
    assert "grade" in lan.get("/api/search", grade="lop-99").problem(422)["errors"]


def test_clusters_are_listed_and_shown(program: Programs, cast: Cast) -> None:
    for asker in (program("lan"), program(None)):
        listed = asker.get("/api/clusters").json
        assert {row["id"] for row in listed["items"]} == set(cast.clusters.values())
        one = asker.get(f"/api/clusters/{cast.clusters['K1']}").json
        assert one["name"] == "Cụm Tiểu học ven sông, ven biển" and len(one["schools"]) == 2
        assert one["scopes"] == [{"kind": "cap-hoc", "value": "tieu-hoc"}]
        asker.get("/api/clusters/khong-co").problem(404)
    assert [row["id"] for row in program(None).get("/api/clusters", q="khtn").json["items"]] == [
        cast.clusters["K2"]
    ]


def test_the_lead_makes_it_the_annual_product(
    lan: ApiClient, hoa: ApiClient, minh: ApiClient, cast: Cast, program: Programs
) -> None:
    work = published(lan, hoa, "Sản phẩm của năm")
    path = f"/api/clusters/{cast.clusters['K2']}/annual-products"
    said = {
        "school_year": "2026-2027",
        "resource": work["id"],
        "local_fit": "Ví dụ lấy từ chợ quê.",
        "use": "Dạy ở cả ba trường.",
    }
    lan.post(path, said).problem(404)
    assert {"local_fit", "use", "resource"} <= set(
        minh.post(path, {"school_year": "2026-2027"}).problem(422)["errors"]
    )
    chosen = minh.post(path, said)
    assert chosen.status == 201, chosen.content
    product = chosen.json
    minh.post(path, said).problem(409)
    assert minh.post(f"{path}/{product['id']}/publish").problem(422)["errors"]
    duty = _duty(program("tuan"), cast.clusters["K2"])
    assert duty["met"] is False and duty["cluster"] == cast.clusters["K2"]
    assert minh.post(f"/api/resources/{work['id']}/reviews").status == 201
    assert approved(work["id"], minh).status == 200
    locked = minh.post(f"{path}/{product['id']}/publish")
    for _ in range(100):  # 202 while Kho reads every byte again
        if locked.status != 202:
            break
        time.sleep(0.1)
        locked = minh.post(f"{path}/{product['id']}/publish")
    assert locked.status == 200, locked.content
    assert locked.json["state"] == "published" and work["files"][0]["sha256"] in str(locked.json["manifest"])
    minh.post(f"{path}/{product['id']}/publish").problem(409)
    assert _duty(program("tuan"), cast.clusters["K2"])["met"] is True


def _duty(asker: ApiClient, cluster_id: str) -> Any:
    [found] = [
        row
        for row in asker.get("/api/duties", school_year="2026-2027").json["items"]
        if row["cluster"] == cluster_id
    ]
    return found


def test_errors_are_problem_documents(lan: ApiClient, program: Programs) -> None:
    guest = program(None)
    guest.post("/api/resources", {"title": "x"}).problem(401)
    guest.post("/api/uploads", {"filename": "a.txt", "size": 1}).problem(401)
    guest.get("/api/reviews").problem(401)
    lan.get("/api/resources/khong-co").problem(404)
    lan.get("/api/khong-co").problem(404)
    lan.call("PUT", "/api/search").problem(405)
    lan.post("/api/uploads", {"filename": "a.txt", "size": 10**13}).problem(413)
    assert {"filename", "size"} <= set(lan.post("/api/uploads", {}).problem(422)["errors"])
    said = lan.post("/api/resources", {"title": "", "type": "bai-tho", "mau": 1}).problem(422)
    assert {"type", "mau"} <= set(said["errors"])
    assert {"title", "type"} <= set(
        lan.post("/api/resources", {"grades": ["lop-6"], "submit": True}).problem(422)["errors"]
    )
