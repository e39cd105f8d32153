"""The service on a bucket of a real S3 server: bytes go straight there and back, publication waits for the check."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import databases
from tests.conftest import Installed
from tests.journeys.api_client import ApiClient, fetch
from tests.journeys.running_server import RunningServer, kho, run_kho, serving
from tests.servers import processes
from tests.servers.buckets import Bucket, fresh_bucket

SITE = "http://kho.example.invalid"
PLAN = "Kế hoạch bài dạy: phân số và hỗn số.\n".encode() * 300_000  # 12 MB: two parts


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.xdist_group(f"s3-{name}")) for name in ("VERSITYGW", "RADOSGW")
    ],
)
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    with fresh_bucket(request.param) as made:
        yield made


@pytest.fixture(scope="module")
def server(
    bucket: Bucket, installed: Installed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("on-a-bucket")
    databases.copy(installed.folder, folder)
    with serving(folder, STORAGE_URL=bucket.url) as running:
        yield running
    databases.drop(folder)


@pytest.fixture(scope="module")
def lan(server: RunningServer) -> ApiClient:
    return ApiClient(server.url, kho(server.data, "token", "create", "lan").strip())


@pytest.fixture(scope="module")
def hoa(server: RunningServer) -> ApiClient:
    return ApiClient(server.url, kho(server.data, "token", "create", "hoa").strip())


def deposit(of: ApiClient, title: str, *files: dict[str, Any]) -> Any:
    about = {"title": title, "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"], "submit": True}
    made = of.post("/api/resources", about | {"files": list(files)})
    assert made.status == 201, made.content
    return made.json


def settled(of: ApiClient, resource_id: str) -> Any:
    """The file once it was read in the background."""
    read = lambda: of.get(f"/api/resources/{resource_id}").json["files"][0]  # noqa: E731
    processes.wait_until(lambda: read()["state"] != "checking", "the check of the file", 30)
    return read()


def test_bytes_go_straight_to_the_bucket_and_are_checked_before_publication(
    bucket: Bucket, lan: ApiClient, hoa: ApiClient
) -> None:
    endpoint = urlsplit(bucket.client.meta.endpoint_url).netloc
    told = lan.post("/api/uploads", {"filename": "Bài dạy – phân số.txt", "size": len(PLAN)}).json
    assert [urlsplit(part["url"]).netloc for part in told["parts"]] == [endpoint] * 2
    made = deposit(lan, "Phân số trên bucket", lan.uploaded("Bài dạy – phân số.txt", PLAN))
    assert made["files"][0]["state"] in ("checking", "ready")
    [review] = [each for each in hoa.get("/api/reviews").json["items"] if each["resource"] == made["id"]]
    assert hoa.post(f"/api/reviews/{review['id']}/assign", {}).status == 200
    file = settled(lan, made["id"])
    assert (file["state"], file["size"], file["sha256"]) == (
        "ready",
        len(PLAN),
        hashlib.sha256(PLAN).hexdigest(),
    )
    assert hoa.post(f"/api/reviews/{review['id']}/decision", {"decision": "approve"}).status == 200
    assert lan.get(f"/api/resources/{made['id']}").json["state"] == "published"

    answer = hoa.get(f"/api/resources/{made['id']}/files/{file['id']}")
    assert answer.status == 302 and "no-store" in answer.headers["Cache-Control"]
    link = answer.headers["Location"]
    assert urlsplit(link).netloc == endpoint
    saved = fetch(link)
    assert saved.content == PLAN and saved.headers["Content-Type"] == "text/plain"
    assert "attachment" in saved.headers["Content-Disposition"]
    assert "filename*=UTF-8''B%C3%A0i%20d%E1%BA%A1y" in saved.headers["Content-Disposition"]
    assert fetch(link, headers={"Range": "bytes=0-9"}).content == PLAN[:10]

    package = hoa.get(f"/api/resources/{made['id']}/package.zip")
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [PLAN]


def test_a_file_that_is_not_what_its_name_says_never_leaves_the_bucket(lan: ApiClient) -> None:
    made = deposit(lan, "Không phải ảnh", lan.uploaded("anh.png", b"<script>alert(1)</script>" * 10))
    file = settled(lan, made["id"])
    assert file["state"] == "quarantined"
    assert lan.get(f"/api/resources/{made['id']}/files/{file['id']}").status == 404


def test_an_upload_that_was_cut_goes_on_with_the_missing_part(bucket: Bucket, lan: ApiClient) -> None:
    told = lan.post("/api/uploads", {"filename": "bai.txt", "size": len(PLAN)}).json
    first, _second = told["parts"]
    kept = fetch(first["url"], "PUT", PLAN[: first["size"]])
    again = lan.get(f"/api/uploads/{told['id']}").json
    assert [part["number"] for part in again["parts"]] == [2]
    assert again["received"] == [
        {"number": 1, "size": first["size"], "etag": kept.headers["ETag"].strip('"')}
    ]
    one = [{"number": 1, "etag": again["received"][0]["etag"]}]
    refused = lan.post(f"/api/uploads/{told['id']}/complete", {"parts": one})
    assert refused.status == 422
    kept = fetch(again["parts"][0]["url"], "PUT", PLAN[first["size"] :])
    parts = [{"number": 1, "etag": again["received"][0]["etag"]}, {"number": 2, "etag": kept.headers["ETag"]}]
    done = lan.post(f"/api/uploads/{told['id']}/complete", {"parts": parts})
    assert done.status == 200 and done.json["file"]["size"] == len(PLAN)


def test_pages_let_the_browser_reach_the_bucket_and_nothing_else(
    bucket: Bucket, server: RunningServer
) -> None:
    policy = fetch(server.url + "/dang-nhap").headers["Content-Security-Policy"]
    for directive in ("connect-src", "img-src", "media-src"):
        assert f"{directive} 'self' {bucket.client.meta.endpoint_url};" in policy + ";"
    assert "script-src 'self';" in policy


def test_setup_lets_the_site_in_and_says_what_the_bucket_can_do(
    bucket: Bucket, server: RunningServer
) -> None:
    bucket.client.put_bucket_cors(
        Bucket=bucket.name,
        CORSConfiguration={
            "CORSRules": [
                {
                    "ID": "other",
                    "AllowedMethods": ["GET"],
                    "AllowedOrigins": ["https://other.example.invalid"],
                }
            ]
        },
    )
    for _ in range(2):
        said = kho(server.data, "storage", "setup", "--origin", SITE, STORAGE_URL=bucket.url)
    assert SITE in said and "trang khác không" in said and "lượt gửi dở" in said and "✗" not in said
    rules = bucket.client.get_bucket_cors(Bucket=bucket.name)["CORSRules"]
    assert sorted(rule["ID"] for rule in rules) == ["kho", "other"], (
        "rules of others stay, ours is there once"
    )
    assert "ETag" in next(rule["ExposeHeaders"] for rule in rules if rule["ID"] == "kho")
    told = "NotImplemented" in said
    assert told or bucket.client.get_bucket_lifecycle_configuration(Bucket=bucket.name)["Rules"]
    assert not bucket.client.list_objects_v2(Bucket=bucket.name, Prefix="probe/").get("Contents")


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "very-secret"}, "AWS_SECRET_ACCESS_KEY"),
        ({"AWS_ACCESS_KEY_ID": "nobody"}, "AWS_ACCESS_KEY_ID"),
        ({"name": "khong-co-bucket-nay"}, "no such bucket"),
        ({"port": "1"}, "does not answer"),
        ({"option": "colour=red"}, "options"),
    ],
)
def test_what_is_wrong_is_told_with_the_setting_and_without_a_secret(
    bucket: Bucket, server: RunningServer, wrong: dict[str, str], setting: str
) -> None:
    url = bucket.url.replace(bucket.name, wrong.get("name", bucket.name))
    if "port" in wrong:
        url = url.replace(str(urlsplit(bucket.client.meta.endpoint_url).port), wrong["port"])
    if "option" in wrong:
        url += "&" + wrong["option"]
    keys = {name: value for name, value in wrong.items() if name.startswith("AWS_")}
    for command in (("doctor",), ("storage", "setup", "--origin", SITE)):
        done = run_kho(server.data, *command, STORAGE_URL=url, **keys)
        said = done.stdout + done.stderr
        assert done.returncode == 1 and said.count("STORAGE_URL: ") == 2 and setting in said, said
        assert "Traceback" not in said and "very-secret" not in said
