"""The child process of `isolation.py`: limits itself, reads one request, answers JSON lines."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from indexer.extraction.extracted import Extracted, Limits
from indexer.extraction.formats import extract_text


def main() -> None:
    """Answer one request; every end other than a clean one is read off the exit code by the parent."""
    request = json.loads(sys.stdin.buffer.read())
    _limit_myself(request["seconds"], request["memory_bytes"], request["file_bytes"])
    if request["task"] == "extract":
        _extract(request)
    else:
        _render(request)


def _limit_myself(seconds: float, memory_bytes: int, file_bytes: int) -> None:
    """Before any parser is imported. The alarm ends an orphan whose parent died."""
    whole_seconds = math.ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (whole_seconds, whole_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    with contextlib.suppress(ValueError):  # macOS does not offer it; time and sizes still hold
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    signal.alarm(whole_seconds + 1)


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


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode("ascii") + b"\n")
    sys.stdout.buffer.flush()


main()
