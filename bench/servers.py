"""Kho on real servers, one JSON object for all: bytes (servers_s3), search (servers_search), a site (servers_load).

`python -m bench.servers [--only s3,search,load] [--mib 256] [--rounds 5] [--minutes 10] [--records 100000]`
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench import servers_load, servers_s3, servers_search
from bench.machine import Figures, machine, print_result, say


class Part(NamedTuple):
    """One benchmark: the figures it owes, and the function that measures them (figures, baseline)."""

    owes: tuple[str, ...]
    measure: Callable[[argparse.Namespace], tuple[Figures, Figures]]


PARTS: Mapping[str, Part] = {
    "s3": Part(
        ("s3_upload_ratio", "s3_download_ratio"),
        lambda wanted: servers_s3.figures(wanted.s3_server, wanted.mib, wanted.rounds),
    ),
    "search": Part(("search_ratio", "bulk_ratio"), lambda wanted: servers_search.figures(wanted.records)),
    "load": Part(
        ("search_pages_per_s", "ok_share"),
        lambda wanted: (servers_load.figures(wanted.minutes, wanted.records), {}),
    ),
}
"""Another figure is another function here."""


def main() -> None:
    """Measure the parts one after another; a part that cannot be measured here says why under `missing`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default=",".join(PARTS), help="parts, by commas")
    options.add_argument("--s3-server", choices=servers_s3.SERVERS, default=servers_s3.SERVERS[0])
    options.add_argument("--mib", type=int, default=256)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--records", type=int, default=100_000)
    wanted = options.parse_args()
    figures, baseline, missing = dict[str, float](), dict[str, float](), dict[str, str]()
    speed = machine()
    for name, part in PARTS.items():
        if name not in wanted.only.split(","):
            missing |= dict.fromkeys(part.owes, f"not asked for: --only {wanted.only}")
            continue
        say(name)
        try:
            measured, beside = part.measure(wanted)
        except Exception as error:  # noqa: BLE001 - one server that does not start must not hide the other figures
            missing |= dict.fromkeys(part.owes, f"{type(error).__name__}: {error}"[:300])
            continue
        figures |= measured
        baseline |= beside
    print_result("servers", figures, baseline, missing, speed)


if __name__ == "__main__":
    main()
