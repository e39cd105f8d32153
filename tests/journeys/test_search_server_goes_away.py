"""A real search server is killed or hangs under load and comes back: people browse, deposit, publish meanwhile."""

from __future__ import annotations

import importlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bench.mixed_load import Load, Reader, Reviewer, Teacher, at_work, lost
from repo_service.core import outbox
from repo_service.core.db import Database
from tests import databases
from tests.conftest import Installed
from tests.journeys.api_client import ApiClient
from tests.journeys.running_server import RunningServer, kho, serving
from tests.servers import processes, url_or_skip

QUERIES = ("q=phan+so", "level=thcs", "subject=toan&grade=lop-6", "q=duong+tron&type=khbd", "")
PATIENCE = 7.0
"""Seconds of the first who ask a server that hangs; whoever comes afterwards is answered at once."""
SOON = 3.0


class Journey:
    """A site that searches on a server of its own, and the people at work on it."""

    def __init__(
        self, outage: str, node: ModuleType, folder: Path, server: RunningServer, tokens: dict[str, str]
    ) -> None:
        self.outage, self.node, self.folder, self.server, self.tokens = outage, node, folder, server, tokens
        self.load = Load()
        self.lan = ApiClient(server.url, tokens["lan"])

    def go_away(self) -> None:
        if self.outage == "killed":
            self.node.kill(self.folder)
        else:
            self._signal(signal.SIGSTOP)
            time.sleep(PATIENCE)  # the first who ask wait for it

    def come_back(self) -> None:
        if self.outage == "killed":
            self.node.start(self.folder)
        else:
            self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        os.killpg(int((self.folder / "node.pid").read_text()), number)

    def published(self) -> list[str]:
        return [work.resource_id for work in self.load.works.values() if work.is_published]

    def wait_for_a_publication(self) -> None:
        before = len(self.published())
        processes.wait_until(lambda: len(self.published()) > before, "a publication", 60)

    def searches(self) -> bool:
        return self.lan.get("/api/search", q="phân số").json["by_title_only"] is False

    def finds(self, resource_id: str) -> bool:
        answer = self.lan.get("/api/search", q=f'"{self.load.works[resource_id].title}"').json
        return resource_id in [hit["id"] for hit in answer["hits"]]

    def assert_people_browse(self, cluster: str) -> None:
        """By level, subject and cluster from the database, by title in the box, and the page says so."""
        newest = self.published()[-1]
        for path in (
            f"/tim?level=thcs&cluster={cluster}",
            "/tim?subject=toan",
            "/tim?q=phan+so+bai",
            f"/cum/{cluster}",
        ):
            began = time.monotonic()
            answer = self.lan.get(path)
            seconds = time.monotonic() - began
            page = answer.content.decode()
            assert answer.status == 200 and seconds < SOON, (path, answer.status, seconds)
            assert "Phân số, bài" in page, path
            assert ("Kho tìm theo tên bài" in page) is path.startswith("/tim"), path
        hits = self.lan.get("/api/search", q="phân số bài", sort="newest").json
        assert hits["by_title_only"] and newest in [hit["id"] for hit in hits["hits"]]
        told = self.lan.get("/readyz").json
        assert (told["status"], told["parts"]["search"]) == ("degraded", "down")


pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=[("elasticsearch", "killed"), ("opensearch", "hanging")], ids="-".join)
def journey(request: pytest.FixtureRequest, installed: Installed, tmp_path: Path) -> Iterator[Journey]:
    product, outage = request.param
    url_or_skip(f"TEST_{product.upper()}_URL")
    node, folder, data = (
        importlib.import_module(f"tests.servers.{product}"),
        tmp_path / "node",
        tmp_path / "data",
    )
    data.mkdir()
    databases.copy(installed.folder, data)
    try:
        [search_url] = node.start(folder).values()
        with serving(data, SEARCH_URL=search_url) as server:
            tokens = {name: kho(data, "token", "create", name).strip() for name in ("lan", "minh", "hoa")}
            yield Journey(outage, node, folder, server, tokens)
    finally:
        node.kill(folder)
        databases.drop(data)


def test_a_search_server_that_goes_away_costs_nothing_but_full_text(
    journey: Journey, installed: Installed
) -> None:
    load, tokens, url = journey.load, journey.tokens, journey.server.url
    people = [
        *(Reader(load, url, tokens["minh"], list(QUERIES), seed) for seed in range(2)),
        Teacher(load, url, tokens["lan"], "lan"),
        Reviewer(load, url, tokens["hoa"]),
    ]

    def it_goes_away_and_comes_back() -> None:
        journey.wait_for_a_publication()
        processes.wait_until(lambda: journey.finds(journey.published()[0]), "the first work in the index", 30)
        journey.go_away()
        journey.wait_for_a_publication()
        journey.assert_people_browse(installed.cast.clusters["K2"])
        journey.come_back()
        processes.wait_until(journey.searches, "the search")
        journey.wait_for_a_publication()

    at_work(load, people, it_goes_away_and_comes_back)
    assert max(load.by_status()) < 500 and 0 not in load.by_status(), load.by_status()
    assert max(each.ended - each.began for each in load.answers) < PATIENCE
    lan = Reader(Load(), url, tokens["lan"], [], 0)
    assert lost(load, {"lan": lan}) == []
    lan.close()
    assert_the_index_catches_up(journey)


def assert_the_index_catches_up(journey: Journey) -> None:
    """Nothing waits, nothing failed for good, index and database agree, every work is found by its text."""
    data, search_url = journey.server.data, journey.server.settings["SEARCH_URL"]
    database = Database(databases.url_of(data))

    def waiting() -> int:
        with database.session(writing=False) as session:
            assert outbox.dead(session) == []
            return outbox.waiting(session)

    processes.wait_until(lambda: waiting() == 0, "the end of the background work")
    database.engine.dispose()
    processes.wait_until(
        lambda: all(map(journey.finds, journey.published())), "what was published meanwhile", 10
    )
    said = kho(data, "index", "check", SEARCH_URL=search_url)
    assert "Thiếu trong chỉ mục: 0. Thừa trong chỉ mục: 0." in said
