"""Links of works are looked at only where that is allowed, only at public addresses, and are dead only when sure."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.link_checks import jobs
from repo_service.link_checks.fetching import PORTS, Outcome, Outside, is_public, look_at
from repo_service.link_checks.queries import dead_links
from repo_service.organizations.province_settings import change_province_setting
from tests.cast import Cast
from tests.factories import published, viewer_of


class School(BaseHTTPRequestHandler):
    """A server that has some pages, leads astray with others, and notes what it was asked."""

    asked: list[str] = []

    def do_HEAD(self) -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers['Host']}")
        there = {"/bai": 200, "/kin": 403, "/loi": 500}
        target = {
            "/chuyen": "/bai",
            "/vong": "/vong",
            "/ben-trong": "http://10.0.0.7/",
            "/tep": "file:///etc/passwd",
        }
        self.send_response(302 if self.path in target else there.get(self.path, 404))
        if self.path in target:
            self.send_header("Location", target[self.path])
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815  # the name that http.server calls

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    """A world in which every name is that server, and its address counts as public."""
    server = HTTPServer(("127.0.0.1", 0), School)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Outside(
        lambda host, _port: [host] if host[0].isdigit() else ["127.0.0.1"],
        lambda address: address == "127.0.0.1",
        {"http": server.server_port},
    )
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://truong.vn/bai", Outcome("alive", "200")), ("http://truong.vn/chuyen", Outcome("alive", "200")),
        ("http://truong.vn/kin", Outcome("alive", "403")), ("http://truong.vn/mat", Outcome("failed", "404")),
        ("http://truong.vn/loi", Outcome("unknown", "500")), ("http://truong.vn/vong", Outcome("unknown", "redirects")),
        ("http://truong.vn/ben-trong", Outcome("unknown", "not_public")),
        ("http://truong.vn/tep", Outcome("unknown", "not_web")), ("http://10.0.0.7/", Outcome("unknown", "not_public")),
        ("http://a:b@truong.vn/bai", Outcome("unknown", "not_web")),
        ("ftp://truong.vn/", Outcome("unknown", "not_web")),
        ("http://truong.vn:22/", Outcome("unknown", "port")), ("http://[::1", Outcome("failed", "no_answer")),
    ],
)  # fmt: skip
def test_a_look_follows_redirects_and_judges_every_address(
    outside: Outside, url: str, expected: Outcome
) -> None:
    assert look_at(url, outside) == expected


def test_only_addresses_of_the_open_internet_are_public() -> None:
    assert is_public("8.8.8.8") and is_public("2606:4700::1111") and is_public("::ffff:8.8.8.8")
    for inside in (
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "::", "x",
    ):  # fmt: skip
        assert not is_public(inside), inside
    assert look_at("http://127.0.0.1/") == look_at("http://localhost/") == Outcome("unknown", "not_public")
    assert set(PORTS) == {"http", "https"}


def test_links_are_looked_at_only_when_allowed_and_dead_after_two_days_of_silence(
    outside: Outside, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HOST_PAUSE", 0.0)
    links = [{"url": f"http://truong.vn/{name}", "label": ""} for name in ("bai", "mat")]
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"], links=links).id
    School.asked.clear()
    jobs.check_links(db, outside)
    assert School.asked == [], "off until the department allows it"
    with db.transaction():
        change_province_setting(viewer_of(cast.tuan), "links.check_allowed", "1")
    jobs.check_links(db, outside)
    assert "HEAD /bai truong.vn:" in School.asked[0]
    with db.session(writing=False):
        assert dead_links([work]) == {}, "once may be a bad night"
    asked = len(School.asked)
    jobs.check_links(db, outside)
    assert len(School.asked) == asked, "not again so soon"
    with clock.pinned(clock.now() + timedelta(hours=26)):
        jobs.check_links(db, outside)
    with db.session(writing=False):
        assert dead_links([work]) == {work: ["http://truong.vn/mat"]}
