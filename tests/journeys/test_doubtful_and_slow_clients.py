"""What no honest client sends: lengths that can be read in two ways, and hundreds of requests that never end."""

from __future__ import annotations

import re
import socket

import pytest

from bench.slow_clients import search_milliseconds, slow_clients
from repo_service.accounts.queries import find_by_username
from repo_service.accounts.service import create_token
from repo_service.core.db import Database
from repo_service.strict_requests import doubt
from tests import databases
from tests.journeys.running_server import RunningServer

HOST = b"Host: 127.0.0.1\r\n"
POST = b"POST /dang-nhap HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"
END = b"0\r\n\r\n"
SMUGGLED = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"

DOUBTFUL = {
    "a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + END + SMUGGLED,
    "chunks and a length": CHUNKED + b"Content-Length: 4\r\n\r\n" + END + SMUGGLED,
    "two lengths": POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde" + SMUGGLED,
    "one length twice": POST + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd" + SMUGGLED,
    "a list of lengths": POST + b"Content-Length: 4, 5\r\n\r\nabcde" + SMUGGLED,
    "a length with a sign": POST + b"Content-Length: +4\r\n\r\nabcd" + SMUGGLED,
    "a length below nothing": POST + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "a length in hexadecimal": POST + b"Content-Length: 0x4\r\n\r\nabcd" + SMUGGLED,
    "a length in other digits": POST + "Content-Length: ４\r\n\r\nabcd".encode() + SMUGGLED,
    "a length with an underscore": POST + b"Content-Length: 1_0\r\n\r\nabcdefghij" + SMUGGLED,
    "a blank before the colon": POST + b"Content-Length : 4\r\n\r\nabcd" + SMUGGLED,
    "a folded header": POST + b"X-A: b\r\n Content-Length: 4\r\n\r\nabcd" + SMUGGLED,
    "folded chunks": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + END + SMUGGLED,
    "chunks said twice": CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n" + END + SMUGGLED,
    "chunks by another name": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + END + SMUGGLED,
    "chunks and more": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n" + END + SMUGGLED,
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + END
    + SMUGGLED,
    "an extension that ends early": CHUNKED + b"\r\n5;a\nhello\r\n" + END + SMUGGLED,
    "a chunk with a sign": CHUNKED + b"\r\n+5\r\nhello\r\n" + END + SMUGGLED,
    "a chunk in another form": CHUNKED + b"\r\n0x5\r\nhello\r\n" + END + SMUGGLED,
    "a chunk that is too long": CHUNKED + b"\r\n5\r\nhelloXX" + END + SMUGGLED,
    "a bare line feed": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\nX: y\r\n\r\n" + SMUGGLED,
    "a bare carriage return": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\rX: y\r\n\r\n" + SMUGGLED,
    "a zero byte": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n" + SMUGGLED,
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SMUGGLED,
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n" + SMUGGLED,
}
HONEST = {
    "a length": b"POST /dang-nhap HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nabcd",
    "chunks": CHUNKED + b"\r\n5\r\nhello\r\n" + END,
    "chunks with an extension": CHUNKED + b"\r\n5;a=b\r\nhello\r\n" + END,
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
}


def statuses(port: int, request: bytes, *, closing: bool) -> tuple[list[bytes], bool]:
    """(the status of each answer, whether the server closed the connection); waits for the end when it is to come."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        got, closed = b"", False
        try:
            while not closed and (closing or b"HTTP/1" not in got):
                found = connection.recv(65536)
                got, closed = got + found, not found
        except ConnectionResetError:
            closed = True
        except TimeoutError:
            closed = False
    return re.findall(rb"HTTP/1\.[01] (\d{3})", got), closed


@pytest.mark.parametrize("request_", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_doubtful_request_is_refused_and_nothing_after_it_is_read(
    running: RunningServer, request_: bytes
) -> None:
    answers, closed = statuses(running.port, request_, closing=True)
    assert closed and len(answers) == 1, "one answer, then the end"
    assert answers[0] in (b"400", b"501")


@pytest.mark.parametrize("request_", HONEST.values(), ids=HONEST)
def test_an_honest_request_is_answered(running: RunningServer, request_: bytes) -> None:
    answers, _closed = statuses(running.port, request_, closing=False)
    assert answers and answers[0] in (b"200", b"400", b"422"), "400: no token of a form"
    assert doubt(request_.partition(b"\r\n\r\n")[0]) == ""


def test_three_hundred_slow_clients_are_held_and_others_are_served(running: RunningServer) -> None:
    database = Database(databases.url_of(running.data))
    with database.transaction():
        lan = find_by_username("lan")
        assert lan is not None
        token = create_token(lan, "chậm")
    database.engine.dispose()
    queries = ["q=toan"] * 20
    quiet = sorted(search_milliseconds(running.port, token, queries))
    with slow_clients(running.port, 300) as crowd:
        amid = sorted(search_milliseconds(running.port, token, queries))
        assert crowd.held == 300
    # a busy machine has outliers of its own; what an exhausted server does is not answer at all
    assert amid[10] <= 2 * quiet[10] + 50
