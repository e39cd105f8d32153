"""What a province, ten provinces and the country need: cores, memory, disk and money, from measured unit costs.

Reads the JSON lines that `bench.requests`, `bench.footprint` and `bench.growth` printed (`--measured FILE`, by default
the last measurement kept in bench/measured.jsonl). Options say how many teachers a province has and what they do.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import print_result

MEASURED = Path(__file__).parent / "measured.jsonl"
BUSY_SECONDS = 3600
"""The busiest hour of the day: seven o'clock."""
LOAD = 0.5
"""Share of a core that is used at the busiest hour: the other half is for the minutes within it."""


SCALES = {"province": 1, "ten_provinces": 10, "country": 34}
"""Installations: each province has its own, so needs add up and nothing is shared."""


@dataclass(frozen=True)
class Costs:
    """Unit costs on the reference machine, as measured."""

    search_ms: float
    page_ms: float
    deposit_ms: float
    process_mb: float
    database_kb: float
    index_kb: float

    @classmethod
    def of(cls, lines: list[dict[str, Any]]) -> Costs:
        """Taken from the benches' JSON objects; SystemExit names one that is missing."""
        by_bench = {line["bench"]: line for line in lines}
        missing = {"requests", "footprint", "growth"} - by_bench.keys()
        if missing:
            raise SystemExit(
                f"not measured: {', '.join(sorted(missing))}; run python -m bench.NAME >> {MEASURED.name}"
            )
        requests, growth = by_bench["requests"], by_bench["growth"]["baseline"]
        bare = requests["baseline"]["bare_view_ms"]
        largest = max(int(name.rpartition("_")[2]) for name in growth if name.startswith("index_kb_"))
        return cls(
            search_ms=requests["figures"]["x_search_page"] * bare,
            page_ms=requests["figures"]["x_get_resource"] * bare,
            deposit_ms=1000 / requests["figures"]["deposits_per_s"],
            process_mb=max(by_bench["footprint"]["figures"]["rss_mb"], growth[f"rss_mb_{largest}"]),
            database_kb=growth[f"database_kb_{largest}"],
            index_kb=growth[f"index_kb_{largest}"],
        )


def need(costs: Costs, use: argparse.Namespace) -> dict[str, float]:
    """Cores, memory, disk and money a month of one province after `--years`."""
    busy = use.teachers * use.active
    deposits_a_day = use.teachers * use.works / 220
    spent_ms = (
        busy * (use.searches * costs.search_ms + use.pages * costs.page_ms)
        + deposits_a_day * costs.deposit_ms
    )
    cores = max(2, math.ceil(spent_ms / 1000 / BUSY_SECONDS / LOAD) + 1)  # one core for the background
    records = use.teachers * use.works * use.years
    files_gb = records * use.megabytes * use.versions / 1024 * 2  # with the replica
    data_gb = (
        records * (costs.database_kb + costs.index_kb * 2) / 1024**2
    )  # the index twice while it is rebuilt
    memory_gb = cores * costs.process_mb / 1024 + 0.25 * data_gb + 2  # a quarter of rows and index stays warm
    compute = cores * use.price_core + memory_gb * use.price_memory
    disk = data_gb * use.price_disk + files_gb * use.price_files
    return {
        "cores": cores,
        "memory_gb": memory_gb,
        "records": records,
        "database_and_index_gb": data_gb,
        "files_gb": files_gb,
        "million_dong_a_month": (compute + disk) / 1e6,
    }


def read(path: Path) -> list[dict[str, Any]]:
    """The JSON objects of a file, one a line."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]


def options() -> argparse.Namespace:
    """What teachers do and what things cost; every default is an assumption to be replaced by one's own numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measured", type=Path, default=MEASURED)
    for name, default, meaning in (
        ("teachers", 20_000, "teachers of general schools in a province"),
        ("active", 0.25, "share of the teachers at work in the busiest hour"),
        ("searches", 6, "search pages of each in that hour, typing included"),
        ("pages", 6, "other pages of each in that hour"),
        ("works", 3, "works a teacher contributes in a year"),
        ("versions", 1.4, "versions of a work"),
        ("megabytes", 6, "size of a version's files"),
        ("years", 5, "years until then"),
        ("price_core", 250_000, "dong a core and month"),
        ("price_memory", 90_000, "dong a GB of memory and month"),
        ("price_disk", 3_500, "dong a GB of fast disk and month"),
        ("price_files", 700, "dong a GB of object storage and month"),
    ):
        parser.add_argument(
            f"--{name.replace('_', '-')}", dest=name, type=float, default=default, help=meaning
        )
    return parser.parse_args()


def main() -> None:
    """Print the needs of every scale; the assumptions and unit costs stand under `baseline`."""
    use = options()
    costs = Costs.of(read(use.measured))
    figures: dict[str, float] = {}
    one = need(costs, use)
    for scale, installations in SCALES.items():
        figures |= {f"{scale}_{name}": value * installations for name, value in one.items()}
    said = {name: value for name, value in vars(use).items() if isinstance(value, int | float)}
    print_result("capacity", figures, {**vars(costs), **said})


if __name__ == "__main__":
    main()
