"""What every benchmark shares: the machine's speed, rounds in turns, memory of processes, one JSON object."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import socket
import statistics
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

REFERENCE_MS = 105.0
Figures = Mapping[str, float]


def calibration_ms(rounds: int = 5) -> float:
    """Milliseconds of a fixed piece of work, best of `rounds`; the reference machine takes 105."""
    return min(_timed(_fixed_work) for _ in range(rounds)) * 1000


def _fixed_work() -> None:
    for _ in range(1000):
        hashlib.sha256(b"x" * 65536).digest()
    for _ in range(5):
        sorted(range(200_000), key=lambda i: -i)


def _timed(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def scaled(measured: float, calibration: float, *, rate: bool = False) -> float:
    """A time (any unit), or a rate, as the reference machine would show it; `calibration` in milliseconds."""
    factor = REFERENCE_MS / calibration
    return measured / factor if rate else measured * factor


def alternating_medians(
    sides: Mapping[str, Callable[[], object]], rounds: int = 7, warm_up: int = 1
) -> dict[str, float]:
    """Median seconds of each side, measured in turns so that a slow moment of the machine hits all alike."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(warm_up + rounds):
        for name, work in sides.items():
            seconds = _timed(work)
            if number >= warm_up:
                times[name].append(seconds)
    return {name: statistics.median(found) for name, found in times.items()}


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def process_tree(pid: int) -> list[int]:
    """The process and all its living descendants; a process that ends meanwhile is left out. Linux only."""
    parents: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # the name in brackets may hold spaces and brackets itself
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        parents.setdefault(parent, []).append(int(status.parent.name))
    tree = [pid]
    for member in tree:
        tree.extend(parents.get(member, ()))
    return tree


def anonymous_mb(pid: int) -> float:
    """MiB of `RssAnon` of a process and its descendants (mapped files are the system's cache). Linux."""
    total = 0
    for member in process_tree(pid):
        try:
            lines = Path(f"/proc/{member}/status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))
    return total / 1024


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, seconds: float = 30) -> float:
    """Seconds until `url` answered 200. TimeoutError names the last failure."""
    begin = time.perf_counter()
    last: object = "no answer"
    while (passed := time.perf_counter() - begin) < seconds:
        try:
            with urllib.request.urlopen(url, timeout=max(0.1, seconds - passed)) as answer:
                if answer.status == 200:
                    return time.perf_counter() - begin
                last = answer.status
        except urllib.error.HTTPError as error:
            error.close()
            last = error
        except OSError as error:
            last = error
        time.sleep(0.02)
    raise TimeoutError(f"{url} was not ready after {seconds} s: {last}")


def machine() -> dict[str, object]:
    """Cores this process may use, memory in GiB, Python, and the calibration measured now."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "calibration_ms": round(calibration_ms(), 1),
    }


def print_result(
    bench: str,
    figures: Figures,
    baseline: Figures | None = None,
    missing: Mapping[str, str] | None = None,
    measured_on: Mapping[str, object] | None = None,
) -> None:
    """Print the one JSON object, figures to three decimals. A figure is measured or missing, never both."""
    missing = missing or {}
    if both := figures.keys() & missing.keys():
        raise ValueError(f"both measured and missing: {sorted(both)}")
    result = {
        "bench": bench,
        "figures": _rounded(figures),
        "baseline": _rounded(baseline or {}),
        "missing": dict(missing),
        "machine": dict(measured_on or machine()),
    }
    print(json.dumps(result, ensure_ascii=False, allow_nan=False), flush=True)


def _rounded(figures: Figures) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures.items()}


def say(text: str) -> None:
    """Progress, on standard error: standard output belongs to the result."""
    print(text, file=sys.stderr, flush=True)
