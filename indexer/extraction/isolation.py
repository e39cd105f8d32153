"""Runs extraction and rendering in a child process with hard limits, so that a hostile file harms nobody.

The child gets a request as JSON on stdin, no environment of ours, no secrets and its own session; it answers
one JSON line per result. It limits itself before it imports any parser (`__main__.py`); we kill it when
its time is over.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from indexer.extraction.extracted import Extracted, Reason, Rendered

SECONDS = 20.0
# Address space. A parser starts within 96 MiB; a photograph of 36 megapixels needs the larger share.
MEMORY_BYTES = 384 * 1024 * 1024
RENDERING_MEMORY_BYTES = 512 * 1024 * 1024
# The engine of YARA, its rules, and the file in memory.
MATCHING_MEMORY_BYTES = 1024 * 1024 * 1024
# Longest answer: 500,000 characters, each of them escaped.
ANSWER_BYTES = 8 * 1024 * 1024
# Largest file a child may write: a document taken out of an archive to be read.
FILE_BYTES = 32 * 1024 * 1024
_SOURCE_ROOT = Path(__file__).resolve().parents[2]
_ENDED_BY: dict[int, Reason] = {-signal.SIGXCPU: "timeout", -signal.SIGALRM: "timeout"}


@dataclass(frozen=True)
class Outcome:
    """What a child said, and how it ended."""

    lines: list[dict[str, Any]]
    reason: Reason | None  # why the child did not end well


def run_extraction(
    path: Path, media_type: str, *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES
) -> Extracted:
    """`extract_text` in a child. Never raises for a bad file: see `Extracted.state` and `.reason`.

    Raises FileNotFoundError when there is no such file.
    """
    request = {"task": "extract", "path": str(path.resolve(strict=True)), "media_type": media_type}
    outcome = run_child(request, seconds, memory_bytes)
    if outcome.reason or not outcome.lines:
        return Extracted(state="failed", reason=outcome.reason or "crashed")
    found = outcome.lines[0]
    return Extracted(**{**found, "headings": tuple(found["headings"]), "scanned": tuple(found["scanned"])})


def run_rendering(
    path: Path,
    *,
    media_type: str,
    folder: Path,
    pages: int = 1,
    width: int = 480,
    max_bytes: int = 60_000,
    seconds: float = SECONDS,
    memory_bytes: int = RENDERING_MEMORY_BYTES,
) -> list[Rendered]:
    """Pictures of the first `pages` pages, or of an image, as WebP files in the caller's `folder`.

    `width` in pixels; `max_bytes` is aimed at for each picture. Pages that were done before a time limit
    or a crash are returned; an empty list means no preview.
    """
    wish = {"pages": pages, "width": width, "max_bytes": max_bytes, "folder": str(folder.resolve())}
    request = {"task": "render", "path": str(path.resolve(strict=True)), "media_type": media_type, **wish}
    done = run_child(request, seconds, memory_bytes).lines
    # Only the name counts: a child that was taken over must not point at other files.
    return [Rendered(**{**line, "path": folder / Path(str(line["path"])).name}) for line in done]


def matching_rules(
    path: Path, rules: Path, *, seconds: float = 60, memory_bytes: int = MATCHING_MEMORY_BYTES
) -> tuple[list[str], Reason | None]:
    """Names of the compiled YARA rules (file `rules`) that match the file, or why the child did not end well."""
    request = {"task": "match", "path": str(path.resolve(strict=True)), "rules": str(rules.resolve(strict=True))}
    outcome = run_child(request, seconds, memory_bytes)
    if outcome.reason or not outcome.lines:
        return [], outcome.reason or "crashed"
    return [str(name) for name in outcome.lines[0]["rules"]], None


def run_child(
    request: dict[str, Any], seconds: float, memory_bytes: int, file_bytes: int = FILE_BYTES
) -> Outcome:
    """One task of `__main__.py` in a child; what it answered before a limit or a crash is kept."""
    limits = {"seconds": seconds, "memory_bytes": memory_bytes, "file_bytes": file_bytes}
    asked = json.dumps({**request, **limits})
    # A file, not a pipe: the child's limit on file sizes then also bounds its answer. What the child leaves
    # behind lies in a folder of its own, which goes with it.
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryDirectory(prefix="kho-child-") as folder:
        reason = _wait(_start_child(answer, folder), asked.encode(), seconds)
        answer.seek(0)
        try:
            return Outcome(_complete_lines(answer.read(ANSWER_BYTES)), reason)
        except ValueError:
            return Outcome([], reason or "crashed")


def _start_child(answer: IO[bytes], folder: str) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONPATH": str(_SOURCE_ROOT), "TMPDIR": folder}
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-B", "-X", "utf8", "-W", "ignore", "-m", "indexer.extraction"],
        stdin=subprocess.PIPE,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        start_new_session=True,
    )


def _wait(child: subprocess.Popen[bytes], asked: bytes, seconds: float) -> Reason | None:
    with child:
        try:
            child.communicate(asked, timeout=seconds)
        except subprocess.TimeoutExpired:
            return "timeout"
        finally:
            if child.returncode is None:
                os.killpg(child.pid, signal.SIGKILL)  # its own session, so nothing it started is left
    return None if child.returncode == 0 else _ENDED_BY.get(child.returncode, "crashed")


def _complete_lines(answer: bytes) -> list[dict[str, Any]]:
    """The lines the child finished; what it was writing when it died is dropped."""
    return [json.loads(line) for line in answer.split(b"\n")[:-1]]
