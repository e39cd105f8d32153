"""Promises of trust as figures: rights, private words, hostile and ordinary files, flips, the model, slow clients.

`python -m bench.trust` prints one JSON object; what a figure means stands in bench/README.md.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import slow_clients
from bench.hostile import false_refusals, served_active
from bench.machine import print_result, say
from bench.scrub import flips_found
from bench.swept import Swept, random_calls, sweep
from repo_service.core.logs import configure_logs
from tests.trust.lifecycle_model import steps


def main() -> None:
    """Measure and print one JSON object."""
    configure_logs()
    options = _options()
    figures: dict[str, float] = {}
    missing: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="kho-trust-") as folder:
        _rights(sweep(Path(folder), options.each), figures, missing)
    with tempfile.TemporaryDirectory(prefix="kho-trust-") as folder:
        figures["http_5xx"] = len(random_calls(Path(folder), options.calls, options.seed))
    hostile = served_active(options.hostile)
    if hostile.control_fired:
        figures |= {"hostile_files": hostile.files, "hostile_active": len(hostile.active)}
    else:
        missing["hostile_active"] = "the beacon of the unprotected control page did not fire"
    refused = false_refusals(options.benign, options.seed)
    figures["false_refusals_share"] = len(refused) / options.benign
    say(f"{options.flips} flips")
    figures["flips_found_share"] = flips_found(options.flips, options.seed).found_share
    say(f"{options.steps} steps of the model")
    figures["model_mismatches"] = steps(options.steps, options.seed)
    slow, unmeasured = slow_clients.figures(options.slow, options.records)
    print_result("trust", figures | slow, {}, missing | unmeasured)


def _rights(swept: Swept, figures: dict[str, float], missing: dict[str, str]) -> None:
    unreached = (f"nobody reached {route}" for route in swept.unreached)
    for sentence in (*swept.leaks, *unreached, *(f"nobody was shown the {where}" for where in swept.unseen)):
        say(sentence)
    figures["routes_reached_share"] = swept.reached_share
    figures["canary_control"] = swept.found
    if swept.found:
        figures["canary_leaks"] = len(swept.leaks)
    else:
        missing["canary_leaks"] = "no canary was found by who may read it"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--each", type=int, default=1, help="every so many states of a work are swept")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument(
        "--hostile", type=int, default=None, help="the first so many hostile files; all without"
    )
    parser.add_argument("--benign", type=int, default=500)
    parser.add_argument("--steps", type=int, default=50_000, help="random steps against the reference model")
    parser.add_argument("--slow", type=int, default=1000, help="slow clients held at once")
    parser.add_argument("--records", type=int, default=10_000, help="works searched among meanwhile")
    parser.add_argument("--flips", type=int, default=10_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
