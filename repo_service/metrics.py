"""`/metrics` for Prometheus, behind a token: how long requests take, and how background work and keeping stand.

Labels are routes, topics and parts of the house: nothing a person wrote, and as many as the house has.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from repo_service.background.queries import by_topic
from repo_service.backups import runs
from repo_service.core import clock
from repo_service.core.audit import chain
from repo_service.core.db import Database
from repo_service.files.scanning.queries import files_held
from repo_service.health import Parts
from repo_service.preservation.replication import waiting
from repo_service.preservation.turns import standing
from repo_service.search.queries import rows_waiting
from repo_service.settings import Settings

log = structlog.get_logger()

PATH = "/metrics"
ROUTE, DOWN = "kho.route", "kho.down"
"""What the application leaves in a request's environ: the rule of its route, and the error of a part that is away."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_requests = Histogram(
    "kho_request_seconds", "Seconds until a request is answered and kept", ("method", "route", "status"),
    buckets=_BUCKETS, registry=None,
)  # fmt: skip
_outages = Counter(
    "kho_outages_total", "Requests that a part that is away let fail", ("error",), registry=None
)


class MetricsDoor:
    """Times every request, and answers `/metrics` to whoever has the token; to others it is not there."""

    def __init__(self, application: WSGIApplication, database: Database, settings: Settings) -> None:
        self._application = application
        self._token = f"Bearer {settings.metrics_token}".encode()
        self._registry = _registry(database, settings)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == PATH and self._is_let_in(environ):
            return self._tell(start_response)
        status, began = ["500"], time.perf_counter()

        def note(line: str, *rest: Any) -> Callable[[bytes], object]:
            status[0] = line
            return start_response(line, *rest)

        try:
            return self._application(environ, note)
        finally:
            _count(environ, status[0], time.perf_counter() - began)

    def _is_let_in(self, environ: WSGIEnvironment) -> bool:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).encode("latin-1", "replace")
        return hmac.compare_digest(given, self._token)

    def _tell(self, start_response: StartResponse) -> list[bytes]:
        body = generate_latest(self._registry)
        headers = [
            ("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response("200 OK", headers)
        return [body]


def _count(environ: WSGIEnvironment, status: str, seconds: float) -> None:
    method = str(environ.get("REQUEST_METHOD"))
    known = method if method in _METHODS else "other"
    _requests.labels(known, environ.get(ROUTE, "none"), f"{status[:1]}xx").observe(seconds)
    if DOWN in environ:
        _outages.labels(environ[DOWN]).inc()


def _registry(database: Database, settings: Settings) -> CollectorRegistry:
    """Of all processes together where `PROMETHEUS_MULTIPROC_DIR` names a folder, else of this one."""
    registry = CollectorRegistry(auto_describe=False)
    try:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    except ValueError:
        registry.register(_requests)
        registry.register(_outages)
    registry.register(_Standing(database, settings))
    return registry


class _Standing:
    """What the rows say now, asked with each scrape: the same whichever process answers."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings, self._parts = database, settings, Parts(database)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing beforehand: the database may be away when the registry is made."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Gauges; without the database only which parts are up."""
        parts = GaugeMetricFamily("kho_part_up", "Whether a part answers", labels=["part"])
        for part, state in self._parts.look().items():
            parts.add_metric([part], float(state == "ok"))
        yield parts
        try:
            with self._database.session(writing=False):
                yield from [*_background(), *_keeping()]
        except SQLAlchemyError as error:
            log.warning("metrics_without_database", error=type(error).__name__)
        if self._settings.backup_folder is not None:
            whole = runs.complete(self._settings.backup_folder)
            age = (clock.now() - whole[-1].moment).total_seconds() if whole else float("inf")
            yield _gauge("kho_backup_age_seconds", "Since the newest whole backup", age)


def _background() -> Iterator[GaugeMetricFamily]:
    topics = by_topic()
    for name, words, value in (
        ("waiting", "Rows of background work that wait", lambda topic: topic.waiting),
        ("trying_again", "Rows that failed and are tried again", lambda topic: topic.trying_again),
        ("failed", "Rows that failed for good", lambda topic: topic.failed),
        ("oldest_seconds", "Age of the oldest row that waits", lambda topic: _age(topic.since)),
    ):
        family = GaugeMetricFamily(f"kho_outbox_{name}", words, labels=["topic"])
        for topic in topics:
            family.add_metric([topic.topic], float(value(topic)))
        yield family
    yield _gauge(
        "kho_index_changes_waiting", "Changes that the search index does not hold yet", rows_waiting()
    )


def _keeping() -> Iterator[GaugeMetricFamily]:
    stands, behind = standing(), waiting()
    unsealed, since = chain.unsealed()
    held = GaugeMetricFamily("kho_files_held", "Files nobody gets: waiting, or why held", labels=["reason"])
    yield _gauge(
        "kho_objects_unsound", "Objects found bad and not mended, twenty at most", len(stands.unsound)
    )
    yield _gauge("kho_objects_never_read_again", "Objects of over a week never read again", stands.unread)
    yield _gauge(
        "kho_reading_again_oldest_seconds", "Since the longest unread object was read", _age(stands.oldest)
    )
    yield _gauge("kho_replica_objects_waiting", "Objects not in the second store yet", behind.objects)
    for reason, files in files_held().items():
        held.add_metric([reason], float(files))
    yield held
    yield _gauge("kho_audit_unsealed", "Acts not sealed yet", unsealed)
    yield _gauge("kho_audit_unsealed_oldest_seconds", "Age of the oldest of them", _age(since))


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=float(value))


def _age(moment: Any) -> float:
    return (clock.now() - moment).total_seconds() if moment else 0.0
