"""The two clients behind one call; all that differs between Elasticsearch and OpenSearch stands here."""

import json
import ssl
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from urllib3 import Timeout

from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.patience import Patience
from indexer.engines.elasticsearch.tls_errors import tls_cause
from indexer.errors import BadRequest, EngineUnavailable

ASK_SECONDS = 5.0  # a page, or a small order
CONNECT_SECONDS = 1.5  # a machine that is away is noticed soon
VERSIONS = {"elasticsearch": ("8", "9"), "opensearch": ("2", "3")}
WRITE_SECONDS = 60.0  # a bulk request, a refresh of a new index
_RETRIES = 2  # on other hosts, when one cannot be reached


class Answer(NamedTuple):
    """What a server said."""

    status: int
    body: Any


Send = Callable[[str, str, bytes | None, float], Answer]


class Server:
    """One call to any of the servers; only EngineUnavailable and BadRequest come out."""

    def __init__(self, send: Send, close: Callable[[], None], hosts: int) -> None:
        self._send = send
        self._patience = Patience(hosts)
        self.close = close

    def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        *,
        expect: Collection[int] = (),
        seconds: float = 0,
    ) -> Answer:
        """Ask within `seconds` (0: ASK_SECONDS). A status from 300 on is an error, but for those in `expect`.

        EngineUnavailable at once for AWAY_SECONDS after it did not answer.
        """
        raw = body if body is None or isinstance(body, bytes) else encoded(body)
        self._patience.before()
        try:
            answer = self._send(method, path, raw, seconds or ASK_SECONDS)
        except EngineUnavailable as error:
            if error.cause == "unreachable":
                self._patience.unanswered()
            raise
        self._patience.answered()
        if answer.status >= 300 and answer.status not in expect:
            raise _refusal(answer)
        if answer.status < 429 and not isinstance(answer.body, dict):  # from there on a proxy may be speaking
            raise EngineUnavailable("what answers is no search server", "unsupported")
        return answer


def connect(address: Address) -> Server:
    """The client of the product that the address names; nothing is sent yet."""
    return _elasticsearch(address) if address.product == "elasticsearch" else _opensearch(address)


def check_version(server: Server, product: str) -> str:
    """The major version. EngineUnavailable for another product or an old one; who may not ask gets ""."""
    answer = server.call("GET", "/_nodes/_local?filter_path=nodes.*.version", expect=(403, 404))
    nodes = answer.body.get("nodes", {}) if answer.status < 300 else {}
    major = ""
    for version in (str(node.get("version", "")) for node in nodes.values()):
        major = version.partition(".")[0]
        if major not in VERSIONS[product]:
            raise EngineUnavailable(
                f"the server is not {product} {VERSIONS[product][0]}: {version}", "unsupported"
            )
    return major


def encoded(body: Mapping[str, Any]) -> bytes:
    """JSON; half a surrogate pair, which no server takes, becomes a question mark."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def error_type(body: Any) -> str:
    """The name of an error; never its text, which may hold what was written."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return ""
    causes = [cause for cause in error.get("root_cause") or [] if isinstance(cause, dict)]
    return str(causes[0].get("type") if causes else error.get("type") or "")


def _refusal(answer: Answer) -> Exception:
    kind = error_type(answer.body)
    if answer.status == 401:
        return EngineUnavailable("the search server refuses our credentials", "credentials")
    if answer.status == 403:
        return EngineUnavailable(f"the search server refuses us the right to do this: {kind}", "rights")
    if answer.status in (406, 415) or kind == "media_type_header_exception":
        return EngineUnavailable("the search server does not speak our protocol", "unsupported")
    if answer.status == 400:
        return BadRequest(f"the search server refuses the request: {kind}")
    return EngineUnavailable(f"the search server answers {answer.status} {kind}".rstrip())


def _unanswered(error: Exception) -> EngineUnavailable:
    kind = type(error).__name__
    cause = tls_cause(error) if kind in ("TlsError", "SSLError") else "unreachable"
    return EngineUnavailable(f"the search server does not answer: {kind}", cause)


def _within(seconds: float) -> Any:
    return Timeout(connect=CONNECT_SECONDS, read=seconds)


def _headers(address: Address) -> dict[str, str]:
    return {"authorization": address.authorization} if address.authorization else {}


def _elasticsearch(address: Address) -> Server:
    from elastic_transport import TransportError
    from elasticsearch import Elasticsearch

    scheme = "https" if address.tls else "http"
    options: dict[str, Any] = {"ca_certs": address.ca} if address.tls and address.ca else {}
    try:
        client = Elasticsearch(
            [f"{scheme}://{name}:{port}" for name, port in address.hosts],
            max_retries=min(_RETRIES, len(address.hosts) - 1),
            retry_on_status=(),
            http_compress=True,
            **options,
        )
    except (OSError, ValueError) as error:
        raise BadRequest(f"the search address cannot be used: {type(error).__name__}") from error
    kind = "application/vnd.elasticsearch+json; compatible-with=8"
    headers = _headers(address) | {"accept": kind, "content-type": kind}

    def send(method: str, path: str, body: bytes | None, seconds: float) -> Answer:
        try:
            meta, found = client.transport.perform_request(
                method,
                path,
                body=body,
                headers=headers,
                request_timeout=_within(seconds),
                max_retries=client._max_retries,
            )
        except TransportError as error:
            raise _unanswered(error) from error
        return Answer(meta.status, found)

    return Server(send, client.close, len(address.hosts))


def _opensearch(address: Address) -> Server:
    try:
        from opensearchpy import OpenSearch
        from opensearchpy.exceptions import OpenSearchException, TransportError
    except ImportError as error:
        raise BadRequest("opensearch:// needs the extra: pip install kho-hoc-lieu[opensearch]") from error
    context = ssl.create_default_context(cafile=address.ca) if address.tls else None
    client = OpenSearch(
        [{"host": name, "port": port} for name, port in address.hosts],
        use_ssl=address.tls,
        ssl_context=context,
        max_retries=min(_RETRIES, len(address.hosts) - 1),
        retry_on_status=(),
        http_compress=True,
        headers=_headers(address),
    )

    def send(method: str, path: str, body: bytes | None, seconds: float) -> Answer:
        try:
            found = client.transport.perform_request(method, path, body=body, timeout=_within(seconds))
        except TransportError as error:
            if not isinstance(error.status_code, int):
                raise _unanswered(error) from error
            return Answer(error.status_code, error.info)
        except OpenSearchException as error:
            raise _unanswered(error) from error
        return Answer(200, found)

    return Server(send, client.close, len(address.hosts))
