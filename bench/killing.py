"""Kills processes of a site at random and starts them again, and judges what that did to answers and works."""

from __future__ import annotations

import importlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import say
from bench.mixed_load import HONEST, Load, Reader, Reviewer, Teacher, at_work, lost
from tests.servers import processes
from tests.servers.site import Site

AFTERWARDS = 2.0
"""Seconds after a process answers again that still belong to its kill: the proxy asks it anew after two."""
PART_AFTERWARDS = 7.0
"""The same for a server: each process asks a store that was away anew after five seconds."""
DRAIN_SECONDS = 180
TEACHERS = ("lan", "minh")
Window = tuple[float, float]


@dataclass(frozen=True)
class Verdict:
    """What a run came to; `lost` and `drift` hold sentences, `dishonest` statuses that must not be answered."""

    answers: int
    kills: int
    ok_share: float
    acknowledged: int
    published: int
    dishonest: dict[int, int]
    lost: list[str]
    drift: list[str]


def run(site: Site, tokens: dict[str, str], seconds: float, *, queries: list[str], parts: Path | None = None,
        victims: Sequence[str], seed: int = 0) -> tuple[Load, list[Window]]:  # fmt: skip
    """Load the site for so long while `victims` die: what people noted, and when somebody was away.

    `parts` is the folder of the site's own servers, when those die too. `tokens` of lan and minh, who teach in one
    cluster, and of hoa, who reviews there.
    """
    load, windows = Load(), list[Window]()
    people = [
        *(Reader(load, site.url, tokens["lan"], queries, number) for number in range(3)),
        *(Teacher(load, site.url, tokens[name], name) for name in TEACHERS),
        Reviewer(load, site.url, tokens["hoa"]),
    ]  # fmt: skip
    chance = random.Random(seed)
    end = time.monotonic() + seconds

    def kill_until_the_end() -> None:
        time.sleep(min(3, seconds / 4))
        while time.monotonic() < end - 3:
            windows.append(_kill(site, chance.choice(victims), chance.uniform(0.2, 2), parts))
            time.sleep(min(chance.uniform(4, 10), seconds / 8, max(0, end - time.monotonic())))
        time.sleep(max(0, end - time.monotonic()))

    at_work(load, people, kill_until_the_end)
    return load, windows


def _kill(site: Site, name: str, away: float, parts: Path | None) -> Window:
    say(f"  kill {name}")
    began = time.monotonic()
    if parts is None or name in site.names:
        site.kill(name)
        time.sleep(away)
        site.start_one(name)
        afterwards = AFTERWARDS
    else:
        server = importlib.import_module(f"tests.servers.{name}")
        server.kill(parts / name)
        time.sleep(away)
        durable = {"durable": True} if name == "postgresql" else {}
        server.start(parts / name, **durable)
        afterwards = PART_AFTERWARDS
    return began, time.monotonic() + afterwards


def judge(site: Site, tokens: dict[str, str], load: Load, windows: list[Window]) -> Verdict:
    """Let the background work end, then look at every answer and every acknowledged work again."""
    outside = load.by_status(outside=windows)
    everything = load.by_status()
    good = sum(count for status, count in outside.items() if 200 <= status < 400)
    processes.wait_until(lambda: _is_drained(site), "the end of the background work", DRAIN_SECONDS)
    authors = {name: Reader(Load(), site.url, tokens[name], [], 0) for name in TEACHERS}
    verdict = Verdict(
        answers=everything.total(),
        kills=len(windows),
        ok_share=good / max(1, outside.total()),
        acknowledged=len(load.works),
        published=sum(work.is_published for work in load.works.values()),
        dishonest={status: count for status, count in everything.items() if not _is_honest(status)},
        lost=lost(load, authors),
        drift=_drift(site),
    )
    for author in authors.values():
        author.close()
    return verdict


def _is_honest(status: int) -> bool:
    return 200 <= status < 500 or status in HONEST


def _is_drained(site: Site) -> bool:
    lines = site.kho("outbox", "list").splitlines()
    return all(": 0 chờ, 0 đang làm" in line for line in lines if " chờ, " in line)


def _drift(site: Site) -> list[str]:
    """What the index and the dead-letter list say, when it is not that all is well."""
    try:
        said = [site.kho("index", "check").strip(), site.kho("outbox", "list").strip()]
    except RuntimeError as error:  # the check ends so when they differ
        return [str(error)]
    right = "Thiếu trong chỉ mục: 0. Thừa trong chỉ mục: 0. Cũ trong chỉ mục: 0."
    return [text for text, expected in zip(said, (right, ""), strict=True) if text != expected]
