"""`kho serve`: the web server of an installation on one machine, with the background work inside."""

from __future__ import annotations

import gc
import os
import resource
import select
import signal
import socket
import threading
import time
from functools import partial
from types import FrameType
from typing import Any
from wsgiref.types import WSGIApplication

import click
import structlog
from sqlalchemy import make_url
from waitress import wasyncore
from waitress.server import create_server

from repo_service.app import create_app, create_content_app
from repo_service.core import backends
from repo_service.files.scanning.jobs import hold_or_release
from repo_service.settings import Settings
from repo_service.strict_requests import StrictChannel
from repo_service.worker import start_in_background

log = structlog.get_logger()

CONNECTIONS = 3000
"""Slow clients hold a connection, not a thread (stack.md 2.1); fewer where the system allows fewer files."""
PART_BYTES = 1 << 30
FINISH_SECONDS, _BEAT, _COMING_SECONDS = 5.0, 0.05, 1.0
"""How long requests may take to finish when the server is asked to end."""
HEADER_BYTES = 96 * 1024
"""The address of a search of 10,000 Vietnamese letters, nine signs each once encoded, and the rest of the head."""


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, then finish the piece of work at hand and end within seconds."""
    connections = _raise_file_limit()
    content_socket = _listen(host, 0)
    content_port = content_socket.getsockname()[1]
    app = create_app(settings, content_port=content_port)
    hold_or_release(app.database)
    content = create_content_app(settings, app.database)
    main = _server(app, connections, sockets=[_listen(host, port)])
    beside = _server(content, connections // 4, sockets=[content_socket])
    gc.freeze()  # what is loaded by now stays: looking through it again stopped a request for a third of a second
    stop_work = start_in_background(settings, app.database) if _is_embedded(settings) else _nothing
    _stop_on_signals([main, beside])
    threading.Thread(target=beside.run, name="content", daemon=True).start()
    click.echo(f"Kho: http://{host}:{port}/")
    try:
        main.run()
    finally:
        stop_work()
        backends.close()


def _server(app: WSGIApplication, connections: int, sockets: list[socket.socket]) -> Any:
    server = create_server(
        app,
        sockets=sockets,
        connection_limit=connections,
        asyncore_use_poll=True,
        threads=8,
        channel_timeout=60,
        max_request_header_size=HEADER_BYTES,
        recv_bytes=262144,
        max_request_body_size=PART_BYTES,
        expose_tracebacks=False,
        clear_untrusted_proxy_headers=True,
        ident=None,
    )
    server.channel_class = StrictChannel
    return server


def _is_embedded(settings: Settings) -> bool:
    return make_url(settings.database_url).get_backend_name() == "sqlite"


def _nothing() -> None:
    return None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def _raise_file_limit() -> int:
    """Each connection is a file descriptor: raise the soft limit, or take fewer connections and say so."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS * 2
    if soft < wanted:
        reachable = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (reachable, hard))
        soft = reachable
    connections = min(CONNECTIONS, soft // 2)
    if connections < CONNECTIONS:
        log.warning("fewer_connections", connections=connections, open_files=soft)
    return connections


def _stop_on_signals(servers: list[Any]) -> None:
    """The first signal lets nobody in any more and what is inside finish; then, or at a second signal, it ends."""
    asked = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise SystemExit(0)  # waitress ends its loop on it
        asked.set()
        threading.Thread(target=_finish, args=(servers,), name="stopping", daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _finish(servers: list[Any]) -> None:
    for server in servers:
        server.trigger.pull_trigger(partial(_close_door, server))  # in the thread of its loop
    until = time.monotonic() + FINISH_SECONDS
    time.sleep(_BEAT)
    while time.monotonic() < until and any(_is_busy(server) for server in servers):
        time.sleep(_BEAT)
    os.kill(os.getpid(), signal.SIGTERM)


def _close_door(server: Any) -> None:
    """Take in who stands at the door already, then close it; the connections stay."""
    while select.select([server.socket], [], [], 0)[0]:
        server.handle_accept()
    wasyncore.dispatcher.close(server)


def _is_busy(server: Any) -> bool:
    """Whether a request is being read, worked at or answered, or a connection is so new that one may be coming."""
    young = time.time() - _COMING_SECONDS
    return any(
        channel.requests
        or channel.request
        or channel.total_outbufs_len
        or channel.creation_time == channel.last_activity > young
        for channel in list(server.active_channels.values())
    )
