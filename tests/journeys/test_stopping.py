"""Asked to end under load, the server lets nobody in any more and answers whoever is inside, within seconds."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

from tests import databases
from tests.journeys.running_server import RunningServer, kho

CLIENTS = 24


def test_no_request_that_was_let_in_is_cut_when_the_server_ends(tmp_path: Path) -> None:
    databases.environment(tmp_path)
    kho(tmp_path, "init")
    server = RunningServer(tmp_path)
    server.start()
    answered, cut = [], []

    def ask() -> None:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
                    answer = _answer(connection)
            except ConnectionRefusedError:
                return  # the door is closed
            (answered if answer.endswith(b"</html>\n") or b"</html>" in answer[-20:] else cut).append(
                answer[:200]
            )

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    try:
        for thread in threads:
            thread.start()
        time.sleep(1.0)
        assert server.stop() < 10
    finally:
        server.kill()
        for thread in threads:
            thread.join()
    assert len(answered) > CLIENTS and cut == []


def _answer(connection: socket.socket) -> bytes:
    connection.sendall(b"GET /dang-nhap HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    pieces = []
    try:
        while piece := connection.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pieces.append(b"(reset)")
    return b"".join(pieces)
