"""How fast bytes go up and come down through the real server, against the bare machine, and at what memory."""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.machine import anonymous_mb, free_port, print_result, say, wait_until_ready

MIB = 1024 * 1024
LANES = 3
"""Parts under way at once, as in the browser."""


def main() -> None:
    """Measure `--rounds` rounds of `--mib` each: 4 x 512 MiB are the 2 GB up and 2 GB down of the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=4)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kho-transfer-") as name:
        folder = Path(name)
        source = film(folder / "source.mp4", wanted.mib)
        token = install(folder / "data")
        with service(folder / "data") as (port, pid), _bare_server(source) as bare_port:
            figures, baseline = _measure(Client(port, token), pid, source, bare_port, wanted.rounds)
    print_result("transfer", figures, baseline)


def _measure(
    client: Client, pid: int, source: Path, bare_port: int, rounds: int
) -> tuple[dict[str, float], dict[str, float]]:
    times: dict[str, list[float]] = {"up": [], "copy": [], "down": [], "sendfile": []}
    size = source.stat().st_size
    resting = 0.0
    with _Highest(pid) as highest:
        for number in range(rounds + 1):
            say(f"round {number} of {rounds}")
            copied = _timed(lambda: _copy(source))
            upload: list[str] = []
            up = _timed(lambda upload=upload: upload.append(client.upload(source)))  # type: ignore[misc]
            path = client.deposit(upload[0])
            bare = _timed(lambda: fetch(bare_port, "/", {}, size))
            down = _timed(lambda path=path: client.download(path, size))  # type: ignore[misc]
            if number == 0:  # the warm-up, after which the service has loaded all it needs
                resting = highest.restart()
                continue
            for name, seconds in (("up", up), ("copy", copied), ("down", down), ("sendfile", bare)):
                times[name].append(seconds)
    median = {name: statistics.median(found) for name, found in times.items()}
    figures = {
        "upload_ratio": median["copy"] / median["up"],
        "download_ratio": median["sendfile"] / median["down"],
        "rss_growth_mb": max(0.0, highest.value - resting),
    }
    mb = size / MIB
    return figures, {
        "copyfile_fsync_mb_per_s": mb / median["copy"],
        "sendfile_mb_per_s": mb / median["sendfile"],
        "upload_mb_per_s": mb / median["up"],
        "download_mb_per_s": mb / median["down"],
        "rss_mb": resting,
    }


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def film(path: Path, mebibytes: int) -> Path:
    """A file that begins like a film and goes on with bytes nobody can compress."""
    block = os.urandom(MIB)
    head = (20).to_bytes(4, "big") + b"ftypisom\0\0\2\0isom" + b"\0\0\0\x08free"
    with path.open("wb") as file:
        file.write(head + block[len(head) :])
        for _ in range(mebibytes - 1):
            file.write(block)
        os.fsync(file.fileno())
    return path


def _copy(source: Path) -> None:
    target = source.with_name("copy")
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())
    target.unlink()


def install(data: Path) -> str:
    """A database with one school, one cluster and one teacher; the teacher's token."""
    from repo_service.accounts.models import User
    from repo_service.accounts.service import create_token
    from repo_service.core.db import Database
    from repo_service.curriculum.models import Installation
    from repo_service.curriculum.setup import install_vocabularies
    from repo_service.organizations.models import Cluster, Membership, Organization
    from repo_service.schema import migrate

    data.mkdir(parents=True)
    url = f"sqlite:///{data / 'kho.db'}"
    migrate(url)
    with Database(url).transaction() as session:
        session.add(Installation(id=1, province_code="51", province_name="Quảng Ngãi"))
        install_vocabularies()
        teacher = User(username="do", name="Đo", form_of_address="co", password_hash="-", name_sort="do")
        school = Organization(
            kind="truong",
            name="THCS Đo",
            code="T-DO",
            name_sort="do",
            levels=["thcs"],
            institution_type="truong-thcs",
        )
        cluster = Cluster(name="Cụm đo", from_year="2020-2021", name_sort="do")
        session.add_all([teacher, school, cluster])
        session.flush()
        year = {"from_year": "2020-2021"}
        session.add(Membership(organization_id=school.id, cluster_id=cluster.id, role="thanh-vien", **year))
        session.add(Membership(user_id=teacher.id, organization_id=school.id, role="giao-vien", **year))
        return create_token(teacher, "bench")


@contextmanager
def service(data: Path, **settings: str) -> Iterator[tuple[int, int]]:
    """`kho serve` on an installed folder: its port and process id. `settings` stand beside the embedded defaults."""
    port = free_port()
    command = [sys.executable, "-m", "repo_service", "serve", "--port", str(port)]
    log = (data / "log").open("wb")
    with (
        log,
        subprocess.Popen(
            command, env={**os.environ, "KHO_DATA": str(data), **settings}, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/api/limits", seconds=90)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def _bare_server(source: Path) -> Iterator[int]:
    """A process that answers every connection by `socket.sendfile`, and does nothing else."""
    listener = socket.create_server(("127.0.0.1", 0))
    process = multiprocessing.get_context("fork").Process(
        target=_send_for_ever, args=(listener, source), daemon=True
    )
    process.start()
    try:
        yield listener.getsockname()[1]
    finally:
        process.terminate()
        process.join()
        listener.close()


def _send_for_ever(listener: socket.socket, source: Path) -> None:
    while True:
        connection, _ = listener.accept()
        with connection, source.open("rb") as file:
            connection.recv(65536)
            size = source.stat().st_size
            connection.sendall(
                f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n".encode()
            )
            connection.sendfile(file)


def fetch(port: int, path: str, headers: dict[str, str], size: int) -> None:
    """GET and count: the same reader for both sides."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    got, view = 0, memoryview(bytearray(MIB))
    while count := answer.readinto(view):
        got += count
    connection.close()
    if answer.status != 200 or got != size:
        raise RuntimeError(f"{path}: {answer.status}, {got} of {size} bytes")


class Client:
    """A program that speaks the upload protocol with a token."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}"}

    def upload(self, source: Path) -> str:
        """Send the file in parts over a few connections, complete it; the upload's id."""
        size = source.stat().st_size
        opened = self._call("/api/uploads", {"filename": source.name, "size": size})
        waiting, sent = iter(opened["parts"]), []
        lock = threading.Lock()

        where = urlsplit(opened["parts"][0]["url"]).netloc  # the service itself, or a bucket

        def work() -> None:
            connection = http.client.HTTPConnection(where, timeout=120)
            connection.connect()
            while True:
                with lock:
                    part = next(waiting, None)
                if part is None:
                    break
                sent.append(_put(connection, source, part, opened["part_size"]))
            connection.close()

        lanes = [threading.Thread(target=work) for _ in range(LANES)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        self._call(f"/api/uploads/{opened['id']}/complete", {"parts": sent})
        return str(opened["id"])

    def deposit(self, upload: str) -> str:
        """A draft with the uploaded file; the path of its bytes."""
        wanted = {
            "title": "Phim đo tốc độ",
            "type": "video-bai-hoc",
            "grades": ["lop-6"],
            "subjects": ["toan"],
        }
        made = self._call("/api/resources", {**wanted, "files": [{"upload": upload}]})
        self._wait_until_read(f"/api/resources/{made['id']}")
        return f"/api/resources/{made['id']}/files/{made['files'][0]['id']}"

    def _wait_until_read(self, path: str) -> None:
        """What went straight to a bucket is read in the background; that must not run beside what is measured."""
        while self._call(path, None)["files"][0]["state"] == "checking":
            time.sleep(0.1)

    def download(self, path: str, size: int) -> None:
        """All bytes of a file."""
        fetch(self._port, path, self._headers, size)

    def link(self, path: str) -> str:
        """Where a file in a bucket is fetched from."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        connection.request("GET", path, headers=self._headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 302:
            raise RuntimeError(f"{path}: {answer.status}, no link to a bucket")
        return answer.headers["Location"]

    def _call(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {**self._headers, "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        connection.request("GET" if sent is None else "POST", path, sent, headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {text[:500]!r}")
        return dict(json.loads(text))


def _put(
    connection: http.client.HTTPConnection, source: Path, part: dict[str, Any], part_size: int
) -> dict[str, Any]:
    path = part["url"].split("/", 3)[3]
    connection.putrequest("PUT", f"/{path}")
    connection.putheader("Content-Length", str(part["size"]))
    connection.endheaders()
    with source.open("rb") as file:
        connection.sock.sendfile(file, (part["number"] - 1) * part_size, part["size"])
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"part {part['number']}: {answer.status}")
    return {"number": part["number"], "etag": answer.headers["ETag"]}


class _Highest:
    """The most anonymous memory of a process and its children, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.value = 0.0

    def __enter__(self) -> _Highest:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def restart(self) -> float:
        """Forget the highest so far; what the process holds now."""
        self.value = anonymous_mb(self._pid)
        return self.value

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.value = max(self.value, anonymous_mb(self._pid))


if __name__ == "__main__":
    main()
