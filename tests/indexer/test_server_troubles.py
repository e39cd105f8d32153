"""What is wrong with a search server or its address is told by cause, and never with a secret."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from indexer import (
    BadRequest,
    EngineUnavailable,
    SearchEngine,
    SearchError,
    SearchRequest,
    Upsert,
    open_engine,
)
from indexer.engines.elasticsearch import writing
from tests.contracts.engine_asking import make
from tests.servers.certificates import Authority
from tests.servers.processes import free_port

PRODUCTS = ("elasticsearch", "opensearch")


@pytest.mark.parametrize(
    "url",
    [
        "elasticsearch://",
        "elasticsearch://:very-secret@/kho",
        "elasticsearch://u:very-secret@h:99999/kho",
        "elasticsearch://u:very-secret@h:9200/Không hợp lệ",
        "elasticsearch://u:very-secret@h:9200/kho?ca=/nowhere/ca.pem",
        "elasticsearch://h:9200/kho?api_key_file=/nowhere/key",
        "opensearch://u:very-secret@h/kho?tls=maybe",
        "opensearch://u:very-secret@h/kho?colour=red",
        "opensearch://u:very-secret@[::1/kho",
        "solr://u:very-secret@h/kho",
    ],
)
def test_a_wrong_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(BadRequest) as told:
        open_engine(url)
    assert "very-secret" not in str(told.value)


def cause(url: str) -> str:
    """The cause the engine names for not answering."""
    engine = open_engine(url)
    with pytest.raises(EngineUnavailable) as told:
        engine.search(SearchRequest("toán", ("tinh",)))
    with pytest.raises(EngineUnavailable):
        engine.apply([Upsert(make(1, "x"))])
    engine.close()
    assert "very-secret" not in f"{told.value} {told.value.__cause__}"
    return told.value.cause


def seconds_until_refused(engine: SearchEngine) -> float:
    began = time.monotonic()
    with pytest.raises(EngineUnavailable):
        engine.search(SearchRequest("toán", ("tinh",)))
    return time.monotonic() - began


@pytest.mark.parametrize("product", PRODUCTS)
def test_nobody_there(product: str) -> None:
    assert cause(f"{product}://u:very-secret@127.0.0.1:{free_port()}/kho?tls=0") == "unreachable"


@pytest.mark.parametrize("product", PRODUCTS)
def test_somebody_who_never_answers(product: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.engines.elasticsearch.client.ASK_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        url = f"{product}://u:very-secret@127.0.0.1:{silent.getsockname()[1]}/kho?tls=0"
        assert cause(url) == "unreachable"


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("hosts", [1, 2])
def test_a_server_that_hangs_is_waited_for_once(
    product: str, hosts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each host once: afterwards one request every few seconds tries it, the others are answered at once."""
    monkeypatch.setattr("indexer.engines.elasticsearch.client.ASK_SECONDS", 0.3)
    monkeypatch.setattr("indexer.engines.elasticsearch.patience.AWAY_SECONDS", 0.6)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        places = [f"{host}:{silent.getsockname()[1]}" for host in ("127.0.0.1", "localhost")[:hosts]]
        engine = open_engine(f"{product}://{','.join(places)}/kho?tls=0")
        assert [seconds_until_refused(engine) > 0.25 for _ in range(hosts)] == [True] * hosts
        assert seconds_until_refused(engine) < 0.25
        time.sleep(0.6)
        with ThreadPoolExecutor(4) as people:
            waited = sorted(people.map(seconds_until_refused, [engine] * 4))
        assert waited[2] < 0.2 < waited[3]
        engine.close()


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize(
    ("host", "days", "named"), [("localhost", -1, "expired"), ("other", 2, "host"), ("localhost", 2, "unsupported")]
)
def test_a_certificate_that_is_not_right(product: str, host: str, days: int, named: str, tmp_path: Path) -> None:
    authority = Authority("Kho tests")
    for name, pem in zip(("node.crt", "node.key"), authority.sign(host, days), strict=True):
        (tmp_path / name).write_text(pem)
    (tmp_path / "ca.pem").write_text(authority.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "node.crt", tmp_path / "node.key")
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # handshakes that we break off
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert cause(f"{product}://localhost:{server.server_port}/kho?ca={tmp_path / 'ca.pem'}") == named
        server.shutdown()


Answers = Callable[[str], tuple[int, bytes]]


@pytest.fixture
def answering(request: pytest.FixtureRequest) -> Iterator[Callable[[Answers], str]]:
    """Start a server that says what a test wants; gives its host and port."""
    servers = []

    def start(answers: Answers) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, body = answers(self.headers.get("Authorization", ""))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_GET  # noqa: N815 names that the library looks for

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("product", PRODUCTS)
def test_wrong_credentials_and_missing_rights(
    product: str, answering: Callable[[Answers], str], tmp_path: Path
) -> None:
    wanted = {"Basic dTpzL0A=": 403, "ApiKey aWQ6dmVyeS1zZWNyZXQ=": 403}
    place = answering(lambda said: (wanted.get(said, 401), b'{"error": {"type": "security_exception"}}'))
    key = tmp_path / "key"
    key.write_text("id:very-secret\n")
    assert cause(f"{product}://{place}/kho?tls=0") == "credentials"
    assert cause(f"{product}://u:very-secret@{place}/kho?tls=0") == "credentials"
    assert cause(f"{product}://u:s%2F%40@{place}/kho?tls=0") == "rights"
    assert cause(f"{product}://{place}/kho?tls=0&api_key_file={key}") == "rights"


@pytest.mark.parametrize(("product", "version"), [("elasticsearch", "7.17.3"), ("elasticsearch", "2.19.1"),
                                                  ("opensearch", "1.3.0"), ("opensearch", "8.19.0")])  # fmt: skip
def test_another_product_or_an_old_version(
    product: str, version: str, answering: Callable[[Answers], str]
) -> None:
    place = answering(lambda _: (200, b'{"nodes": {"a": {"version": "%s"}}}' % version.encode()))
    assert cause(f"{product}://{place}/kho?tls=0") == "unsupported"


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("said", [b"<html>", b"[]", b'"yes"', b"{}", b""])
def test_a_web_server_that_is_no_search_server(
    product: str, said: bytes, answering: Callable[[Answers], str]
) -> None:
    place = answering(lambda _: (200, said))
    engine = open_engine(f"{product}://{place}/kho?tls=0")
    with pytest.raises(SearchError):
        engine.search(SearchRequest("toán", ("tinh",)))
    engine.close()


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_plain_port_where_tls_is_expected(product: str, answering: Callable[[Answers], str]) -> None:
    assert cause(f"{product}://u:very-secret@{answering(lambda _: (200, b'{}'))}/kho") in (
        "tls",
        "unreachable",
    )


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_busy_server_is_asked_again_later(
    product: str, answering: Callable[[Answers], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(writing.time, "sleep", waits.append)
    place = answering(lambda _: (429, b'{"error": {"type": "es_rejected_execution_exception"}}'))
    engine = open_engine(f"{product}://{place}/kho?tls=0")
    engine._fits = True  # type: ignore[attr-defined]
    monkeypatch.setattr(engine._indexes, "targets", lambda: ["kho-write"])  # type: ignore[attr-defined]
    with pytest.raises(EngineUnavailable):
        engine.apply([Upsert(make(1, "x"))])
    engine.close()
    assert len(waits) >= 5 and waits[-1] > waits[0]
