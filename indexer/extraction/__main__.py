"""The child process of `isolation.py`: limits itself, reads one request, answers JSON lines."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import json
import math
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

from indexer.extraction.extracted import Extracted, Limits, Refused
from indexer.extraction.formats import extract_text


def main() -> None:
    """Answer one request; every end other than a clean one is read off the exit code by the parent."""
    request = json.loads(sys.stdin.buffer.read())
    _limit_myself(request["seconds"], request["memory_bytes"], request["file_bytes"])
    _leave_network()
    _TASKS[request["task"]](request)


def _limit_myself(seconds: float, memory_bytes: int, file_bytes: int) -> None:
    """Before any parser is imported. The alarm ends an orphan whose parent died."""
    whole_seconds = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (whole_seconds, whole_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    with contextlib.suppress(ValueError):  # macOS does not offer it; time and sizes still hold
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    signal.alarm(whole_seconds + 1)


def _leave_network() -> None:
    """Into a network of its own, which has no way out, where the system lets us (Linux with user namespaces)."""
    new_user, new_network = 0x10000000, 0x40000000
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(new_user | new_network)


def _end_with_programs() -> None:
    """When our time is over the programs we started end as well, whether or not the parent still lives."""
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))


def _extract(request: dict[str, Any]) -> None:
    try:
        extracted = extract_text(Path(request["path"]), request["media_type"])
    except MemoryError:
        extracted = Extracted(state="failed", reason="too_big")
    _answer(dataclasses.asdict(extracted))


def _render(request: dict[str, Any]) -> None:
    from indexer.extraction.rendering import Wish, render  # Pillow is not needed for text

    wish = Wish(request["pages"], request["width"], request["max_bytes"])
    path, folder = Path(request["path"]), Path(request["folder"])
    # A parser may raise whatever it likes on a broken file; the pages rendered before that stand.
    with contextlib.suppress(Exception):
        for rendered in render(path, request["media_type"], folder, wish, Limits()):
            _answer({**dataclasses.asdict(rendered), "path": rendered.path.name})


def _read_scans(request: dict[str, Any]) -> None:
    from indexer.extraction.scans import read_pages

    _end_with_programs()
    until = time.monotonic() + request["seconds"] - 1
    with contextlib.suppress(Exception):
        for page, text in read_pages(
            Path(request["path"]),
            request["media_type"],
            request["pages"],
            request["program"],
            until,
            Limits(),
        ):
            _answer({"page": page, "text": text})


def _convert(request: dict[str, Any]) -> None:
    from indexer.extraction.office_pages import convert

    _end_with_programs()
    path, folder = Path(request["path"]), Path(request["folder"])
    try:
        made = convert(path, request["media_type"], request["program"], folder, Limits())
    except Refused as refusal:
        _answer({"reason": refusal.reason})
    except Exception:  # noqa: BLE001 - a parser may raise whatever it likes on a broken file
        _answer({"reason": "damaged"})
    else:
        _answer({"path": str(made.relative_to(folder))})


def _look_at_film(request: dict[str, Any]) -> None:
    from indexer.extraction.films import duration, take_picture

    _end_with_programs()
    path, target = Path(request["path"]), Path(request["folder"]) / "frame.png"
    seconds = duration(path, request["media_type"], request["program"])
    _answer({"seconds": seconds})
    if take_picture(path, request["media_type"], request["program"], seconds, target):
        _answer({"path": target.name})


def _match(request: dict[str, Any]) -> None:
    from indexer.extraction.signatures import matching

    found = matching(Path(request["path"]), Path(request["rules"]), request["seconds"] - 1)
    _answer({"rules": found})


_TASKS = {
    "extract": _extract,
    "render": _render,
    "ocr": _read_scans,
    "convert": _convert,
    "film": _look_at_film,
    "match": _match,
}


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


main()
