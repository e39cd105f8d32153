"""A clamd in the test's own process: it speaks the real protocol over a socket, and misbehaves as it is told."""

from __future__ import annotations

import socketserver
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARKERS = (b"EVIL-MARKER", b"EICAR-STANDARD")


class StandIn:
    """`url` is for SCANNER_URL; `mood` is ok, hang, cut, garbage or nonsense; `seen` what was streamed to it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.mood = "ok"
        self.limit = 1 << 20
        self.markers: tuple[bytes, ...] = MARKERS
        self.version = "ClamAV 1.4.6/27800/Mon Nov 16 09:26:01 2026"
        self.seen: list[bytes] = []
        self.over = threading.Event()

    def judge(self, content: bytes) -> bytes:
        """Its word on a stream that came to its end."""
        if self.mood == "garbage":
            return b"\xff\x00"
        if self.mood == "nonsense":
            return b"stream: perhaps\0"
        found = any(marker in content for marker in self.markers)
        return b"stream: Kho.Test.Marker FOUND\0" if found else b"stream: OK\0"


class _Asked(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        told = self.server.told
        command = b""
        while not command.endswith(b"\0"):
            letter = self.rfile.read(1)
            if not letter:
                return
            command += letter
        if command == b"zINSTREAM\0":
            self._stream(told)
        else:
            self.wfile.write({b"zPING\0": b"PONG\0"}.get(command, told.version.encode() + b"\0"))

    def _stream(self, told: StandIn) -> None:
        content = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            if told.mood == "cut":
                return
            content += self.rfile.read(size)
            if len(content) > told.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        told.seen.append(content)
        if told.mood == "hang":
            told.over.wait(10)
            return
        self.wfile.write(told.judge(content))


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    told: StandIn

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has gone: that is part of the trade."""


@contextmanager
def listening() -> Iterator[StandIn]:
    """A stand-in that answers at a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        path = Path(folder) / "ctl"
        with _Server(str(path), _Asked) as server:
            server.told = StandIn(f"unix:{path}")
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            yield server.told
            server.told.over.set()
            server.shutdown()
            thread.join()
