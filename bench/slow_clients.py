"""Clients that are slow on purpose, held against a running Kho, and what a search takes meanwhile.

A third sends the heads of its requests byte by byte, a third a body, a third asks for a file and hardly reads it.
"""

from __future__ import annotations

import http.client
import resource
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.footprint import Server
from bench.machine import percentile
from bench.temporary import demo_installation, query_mix, tokens
from repo_service.core.db import Database
from repo_service.settings import Settings
from repo_service.ui.assets import manifest
from tests.servers import nginx, processes, site

BEAT = 10.0
"""Seconds between two bytes of one client, as slowhttptest has it: below any server's patience, so that they stay."""
QUERIES = 100
FACETS = {
    "grade": [f"lop-{grade}" for grade in range(1, 13)],
    "type": ["khbd", "hoc-lieu-so", "bai-giang-so"],
}
SOURCES = 10
"""Loopback addresses they come from: the proxy lets 200 connections of one address through."""
HEAD_BEATS = 2
"""After so many bytes a head ends and the next begins: a proxy waits for one no longer than half a minute."""
_HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
_BODY = (
    b"POST /dong-gop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100000\r\n\r\nusername="
)


@dataclass
class SlowClient:
    """One connection; `kind` 0 dawdles over heads, 1 over a body, 2 over reading."""

    port: int
    kind: int
    source: str
    connection: socket.socket | None = None
    _sent: int = 0

    def dawdle(self) -> None:
        """One more byte; a connection that was closed is opened anew."""
        try:
            if self.connection is None:
                self._come()
            elif self.kind == 0:
                self._go_on_with_the_head()
            elif self.kind == 1:
                self.connection.send(b"a")
            else:
                self._read(1)
        except OSError:
            self.leave()

    def _come(self) -> None:
        self.connection = socket.socket()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.connection.settimeout(20)
        self.connection.bind((self.source, 0))
        self.connection.connect(("127.0.0.1", self.port))
        file = f"GET /static/dist/{manifest()['upload.js']} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        self.connection.sendall((_HEAD, _BODY, file)[self.kind])
        self.connection.setblocking(False)

    def _go_on_with_the_head(self) -> None:
        assert self.connection is not None
        self._sent = (self._sent + 1) % (HEAD_BEATS + 1)
        if self._sent:
            self.connection.send(b"a")
        else:
            self.connection.send(b"\r\n\r\n" + _HEAD)
            self._read(65536)

    def _read(self, most: int) -> None:
        assert self.connection is not None
        try:
            if not self.connection.recv(most):
                raise ConnectionError
        except BlockingIOError:
            pass  # nothing came yet

    @property
    def is_held(self) -> bool:
        """Whether the server keeps the connection; of a body it waits for, that it has not answered either."""
        if self.connection is None:
            return False
        try:
            found = self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return bool(found) and self.kind != 1

    def leave(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


@dataclass
class Crowd:
    """Slow clients at work, driven by one thread."""

    clients: Sequence[SlowClient]
    _gone: threading.Event = field(default_factory=threading.Event)

    @property
    def held(self) -> int:
        """How many connections the server holds at this moment."""
        return sum(client.is_held for client in self.clients)

    def dawdle(self) -> None:
        """Until the crowd goes home: each client a byte every BEAT seconds, evenly spread."""
        while not self._gone.is_set():
            for place, client in enumerate(self.clients):
                client.dawdle()
                if place % 20 == 19 and self._gone.wait(BEAT * 20 / len(self.clients)):
                    return

    def go_home(self) -> None:
        """End the thread."""
        self._gone.set()


@contextmanager
def slow_clients(port: int, count: int, sources: int = 1) -> Iterator[Crowd]:
    """So many slow clients of so many loopback addresses, all connected once before this yields."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # one file each
    crowd = Crowd([SlowClient(port, place % 3, f"127.0.0.{place % sources + 1}") for place in range(count)])
    for client in crowd.clients:
        client.dawdle()
    dawdling = threading.Thread(target=crowd.dawdle, name="slow clients")
    dawdling.start()
    try:
        yield crowd
    finally:
        crowd.go_home()
        dawdling.join()
        for client in crowd.clients:
            client.leave()


def search_milliseconds(
    port: int, token: str, queries: Sequence[str], source: str = "127.0.0.250"
) -> list[float]:
    """Of each search by somebody who arrives new: connection, question, whole answer. RuntimeError unless 200."""
    times = []
    for query in queries:
        begin = time.perf_counter()
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
        asked.request("GET", f"/api/search?{query}", headers={"Authorization": f"Bearer {token}"})
        answer = asked.getresponse()
        answer.read()
        asked.close()
        times.append((time.perf_counter() - begin) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"search answered {answer.status}")
    return times


@dataclass(frozen=True)
class Slowed:
    """How many connections were held, and p95 of a search meanwhile over the mean p95 of before and after."""

    held: int
    ratio: float


def slowed(port: int, token: str, queries: Sequence[str], count: int, sources: int = 1) -> Slowed:
    """Search alone, amid slow clients, and alone again; the figures of one server."""
    ask = lambda: percentile(search_milliseconds(port, token, queries), 0.95)  # noqa: E731
    before = ask()
    with slow_clients(port, count, sources) as crowd:
        amid, held = ask(), crowd.held
    time.sleep(2)
    return Slowed(held, amid / ((before + ask()) / 2))


def figures(count: int, records: int, rounds: int = 3) -> tuple[dict[str, float], dict[str, str]]:
    """(figures, what could not be measured) of `kho serve` alone, and of gunicorn behind nginx where there is one."""
    found: dict[str, float] = {}
    missing: dict[str, str] = {}
    with demo_installation(records) as settings:
        database = Database(settings.database_url)
        token = tokens(database, "lan")["lan"]
        queries = (query_mix(database, QUERIES, FACETS) * QUERIES)[:QUERIES]
        database.engine.dispose()
        for name, served in (("", _alone(settings)), ("_proxied", _behind_nginx(settings))):
            try:
                with served as port:
                    search_milliseconds(port, token, queries)
                    rounds_ = [slowed(port, token, queries, count, sources=SOURCES) for _ in range(rounds)]
            except FileNotFoundError as error:
                missing |= dict.fromkeys((f"slow_connections{name}", f"slow_p95_ratio{name}"), str(error))
                continue
            found[f"slow_connections{name}"] = min(each.held for each in rounds_)
            found[f"slow_p95_ratio{name}"] = statistics.median(each.ratio for each in rounds_)
    return found, missing


@contextmanager
def _alone(settings: Settings) -> Iterator[int]:
    server = Server(Path(sys.executable), settings)
    try:
        yield server.port
    finally:
        server.stop()


@contextmanager
def _behind_nginx(settings: Settings) -> Iterator[int]:
    """One gunicorn behind a real nginx with the files of deploy/."""
    if shutil.which("nginx") is None and shutil.which("nginx", path="/usr/sbin") is None:
        raise FileNotFoundError("there is no nginx here")
    port, web = processes.free_port(), processes.free_port()
    told = {
        "KHO_DATA": str(settings.data), "KHO_TODAY": settings.today or "", "RATE_LIMITS": "1000",
        "CONTENT_URL": f"http://tep.kho.test:{port}", "TRUSTED_PROXIES": "1", "WEB_CONCURRENCY": "1",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="kho-slow-") as name:
        folder = Path(name)
        try:
            site.start_web(folder, "web", web, told)
            nginx.start(folder / "nginx", port, [web], processes.free_port())
            yield port
        finally:
            nginx.stop(folder / "nginx")
            processes.stop(folder, "web")
