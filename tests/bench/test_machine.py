"""The shared measures of the benchmarks tell the truth."""

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import machine

linux_only = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="reads /proc, which only Linux has"
)


def test_a_time_measured_on_a_machine_half_as_fast_counts_half() -> None:
    assert machine.scaled(80, 210) == 40


def test_a_rate_measured_on_a_machine_half_as_fast_counts_double() -> None:
    assert machine.scaled(80, 210, rate=True) == 160


def test_the_calibration_takes_a_plausible_time() -> None:
    assert 10 < machine.calibration_ms(rounds=1) < 5000


def test_sides_are_measured_in_turns_after_a_warm_up() -> None:
    calls: list[str] = []
    sides = {"ours": lambda: calls.append("ours"), "raw": lambda: calls.append("raw")}
    medians = machine.alternating_medians(sides, rounds=2, warm_up=1)
    assert calls == ["ours", "raw"] * 3
    assert set(medians) == {"ours", "raw"}


def test_one_slow_round_does_not_move_the_median(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0, 9, 10, 11, 20, 21, 30, 95])
    monkeypatch.setattr(machine.time, "perf_counter", lambda: next(clock))
    assert machine.alternating_medians({"ours": lambda: None}, rounds=3) == {"ours": 1}


def test_the_percentile_is_a_value_that_was_measured() -> None:
    assert machine.percentile([float(n) for n in range(100, 0, -1)], 0.95) == 96
    assert machine.percentile([7.0], 0.99) == 7


@linux_only
def test_memory_counts_the_children_too() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "kept = b'x' * 40_000_000; print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout and child.stdout.readline()
        parent = child.pid
        assert machine.anonymous_mb(parent) > 38
        assert parent in machine.process_tree(os.getpid())
        child.communicate(b"\n")
    assert machine.anonymous_mb(parent) == 0


@pytest.fixture
def late_server() -> Iterator[str]:
    """Answers 503 twice, then 200."""

    class Answer(http.server.BaseHTTPRequestHandler):
        left = 2

        def do_GET(self) -> None:
            self.send_response(503 if Answer.left else 200)
            Answer.left = max(0, Answer.left - 1)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_waiting_ends_with_the_first_good_answer(late_server: str) -> None:
    assert machine.wait_until_ready(late_server, 5) >= 0.04


def test_waiting_for_nobody_ends_with_the_reason() -> None:
    with pytest.raises(TimeoutError, match="not ready after"):
        machine.wait_until_ready(f"http://127.0.0.1:{machine.free_port()}/", 0.1)


def test_the_result_is_one_json_object_with_three_decimals(capsys: pytest.CaptureFixture[str]) -> None:
    machine.print_result(
        "requests", {"x": 1.23456, "sql": 3}, {"bare_ms": 2}, {"y": "no LibreOffice"}, {"cores": 2}
    )
    assert json.loads(capsys.readouterr().out) == {
        "bench": "requests",
        "figures": {"x": 1.235, "sql": 3},
        "baseline": {"bare_ms": 2},
        "missing": {"y": "no LibreOffice"},
        "machine": {"cores": 2},
    }


def test_a_figure_is_measured_or_missing_never_both() -> None:
    with pytest.raises(ValueError, match="both measured and missing"):
        machine.print_result("requests", {"x": 1}, missing={"x": "why"}, measured_on={"cores": 2})


def test_a_figure_that_is_no_number_is_not_printed() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        machine.print_result("requests", {"x": float("nan")}, measured_on={"cores": 2})
