"""What the children of bench.crash's zygote do: serve until they are killed, look at everything once it is quiet."""

from __future__ import annotations

import os
import time
from pathlib import Path

from flask import Flask, Response, request

from repo_service import server
from repo_service.core.db import READING_METHODS, KhoFlask, commit
from tests.trust import world
from tests.trust.invariants import check_invariants
from tests.trust.journey import two_days_on

WRITTEN_BEHIND = 0.02
"""Seconds by which the control's commits come after their answers, as from a cache that writes behind."""


def serve(app: KhoFlask, folder: Path, port: int, answering_first: bool) -> None:
    """`kho serve` on the built application; what it says goes to a file beside the data."""
    said = os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    if answering_first:
        answer_first(app)
    server.create_app = lambda *_, **__: app  # type: ignore[assignment]
    server.serve(world.settings_of(folder), "127.0.0.1", port)


def judge(app: KhoFlask, _folder: Path) -> list[str]:
    """Let the background work end and two days pass; sentences about promises that were broken."""
    world.recover(app.database)
    two_days_on(app)
    world.recover(app.database)
    return check_invariants(app, swept=True)


def answer_first(app: KhoFlask) -> None:
    """The wrong order on purpose: the answer leaves, and a moment later its transaction is committed."""

    def dispatch() -> Response:
        opening = app.database.session(writing=request.method not in READING_METHODS)
        opened = opening.__enter__()
        response = Flask.full_dispatch_request(app)

        def end() -> None:
            time.sleep(WRITTEN_BEHIND)
            if response.status_code < 400:
                commit(opened)
            opening.__exit__(None, None, None)

        response.call_on_close(end)
        return response

    app.full_dispatch_request = dispatch  # type: ignore[method-assign]
