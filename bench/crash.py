"""Kill -9 again and again while teachers work over HTTP: is anything that was acknowledged lost, is the index true?

`python -m bench.crash --kills 10000 [--seed N]`. Two installations side by side, each a server forked off a process
that holds the built application; every third life ends at a named place (docs/trust.md), the others at a moment drawn
evenly from the time between two kills. The control answers before it commits: there something must be lost.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash_people import Ledger, Teacher
from bench.machine import free_port, machine, print_result, say
from tests.trust import world
from tests.trust.places import places_in_the_source
from tests.trust.zygote import MOMENTS, Zygote

CHANGES = 11
"""Changes acknowledged in a life on average: the life is drawn evenly between 0 and twice the seconds they take."""
ARMED_LIFE = 0.6
"""Seconds that a life gets which is to end at a named place."""
EPOCH = 250
"""Kills after which everything is looked at, and a new installation begins: works do not pile up without end."""
CONTROL_KILLS = 300
ACTS = (
    "resource.created", "version.submitted", "review.opened", "review.assigned", "version.approve",
    "version.request_changes", "version.published", "version.started", "version.corrected", "resource.retire",
    "resource.restore", "resource.withdraw",
)  # fmt: skip
ONLY_AT_START = {"sweep.rows_gone": "DELETE FROM schedule_runs", "index.read_through": ""}
"""Places passed once in a while only: what is done to the installation so that the next life passes them."""


@dataclass
class Outcome:
    """What the installations of one run came to; sentences are broken promises."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def drift(self) -> list[str]:
        """Sentences about the index."""
        return [each for each in self.broken if each.startswith("I4")]


def main() -> None:
    """Run, print the object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args()
    seed = asked.seed if asked.seed is not None else random.randrange(10**6)
    say(f"seed {seed}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kho-crash-") as name, original(Path(name)) as template:
        zygotes = [Zygote(template) for _core in range(min(os.cpu_count() or 1, 2))]
        outcome = run(template, zygotes, asked.kills, str(seed))
        minutes = (time.monotonic() - began) / 60
        control = run(template, zygotes, CONTROL_KILLS, f"{seed} control", control=True)
        for zygote in zygotes:
            zygote.close()
    for sentence in [*outcome.lost, *outcome.broken, *map(str, outcome.refused.most_common(5))]:
        say(sentence)
    every = {*places_in_the_source(), *ACTS} - {"annual_product.published"}
    figures = {
        "kills": outcome.kills, "acknowledged": outcome.acknowledged, "acknowledged_lost": len(outcome.lost),
        "index_drift": len(outcome.drift), "other_promises_broken": len(outcome.broken) - len(outcome.drift),
        "control_lost": len(control.lost), "control_kills": control.kills, "seed": seed, "minutes": minutes,
        "places": len(every), "places_died_at": len(every & outcome.places.keys()),
    }  # fmt: skip
    say(f"never died at: {sorted(every - outcome.places.keys())}")
    print_result("crash", figures, measured_on=machine())


@contextmanager
def original(folder: Path) -> Iterator[Path]:
    """An installation to be copied."""
    (folder / "original").mkdir()
    world.make(folder / "original")
    yield folder / "original"


def run(template: Path, zygotes: list[Zygote], kills: int, seed: str, *, control: bool = False) -> Outcome:
    """So many kills, shared by one installation for each zygote; a control ends with its first loss."""
    outcome = Outcome()
    with ThreadPoolExecutor(len(zygotes)) as pool:
        lanes = [
            pool.submit(_lane, template, zygote, kills, f"{seed} {number}", outcome, control)
            for number, zygote in enumerate(zygotes)
        ]
    for lane in lanes:
        lane.result()
    return outcome


def _lane(template: Path, zygote: Zygote, kills: int, seed: str, outcome: Outcome, control: bool) -> None:
    chance = random.Random(seed)
    for epoch in range(kills):
        if outcome.kills >= kills or (control and outcome.lost):
            return
        Epoch(template.parent / f"{seed} {epoch}", template, zygote, chance, outcome, control).run(kills)


class Epoch:
    """One installation from its beginning until everything was looked at."""

    def __init__(
        self,
        folder: Path,
        template: Path,
        zygote: Zygote,
        chance: random.Random,
        outcome: Outcome,
        control: bool,
    ) -> None:
        shutil.copytree(template, folder)
        self._folder, self._zygote, self._chance, self._outcome = folder, zygote, chance, outcome
        self._control, self._port, self._ledger = control, free_port(), Ledger()
        self._told, self._pid, self._lived = world.told(folder), 0, 0.0

    def run(self, kills: int) -> None:
        """Up to EPOCH kills, then the end."""
        teachers = [
            Teacher(self._port, self._told, name, f"{self._folder.name} {name}", self._ledger)
            for name in ("lan", "minh")
        ]
        for teacher in teachers:
            teacher.start()
        for number in range(EPOCH):
            with self._outcome.lock:
                if self._outcome.kills >= kills or (self._control and self._ledger.lost):
                    break
                self._outcome.kills += 1
            self._one_life(number)
        self._look_at_everything(teachers)
        with self._outcome.lock:
            self._outcome.acknowledged += self._ledger.acknowledged
            self._outcome.lost += self._ledger.lost
            self._outcome.refused.update(each[:120] for each in self._ledger.refused)
            told = self._outcome
            bad = f"{len(told.lost)} lost, {len(told.broken)} promises broken"
            say(f"{told.kills} kills, {told.acknowledged} acknowledged, {bad}")
        shutil.rmtree(self._folder)

    def _one_life(self, number: int) -> None:
        kill = self._place() if number % 3 == 0 and not self._control else None
        self._start(kill)
        began = time.monotonic()
        if kill is None:
            time.sleep(self._chance.uniform(0, 2 * self._mean_life()))
        else:
            end = time.monotonic() + ARMED_LIFE
            while time.monotonic() < end and not self._is_dead():
                time.sleep(0.005)
        at = self._end()
        self._lived += time.monotonic() - began
        if at:
            with self._outcome.lock:
                self._outcome.places[at[0]] += 1

    def _mean_life(self) -> float:
        """Seconds, by what this machine has managed so far."""
        return min(1.0, max(0.05, CHANGES * (self._lived + 0.1) / (self._ledger.acknowledged + 5)))

    def _place(self) -> tuple[str, str]:
        """The place that was died at least often, and a moment."""
        with self._outcome.lock:
            every = sorted(
                {*places_in_the_source(), *ACTS}, key=lambda name: (self._outcome.places[name], name)
            )
        fewest = [name for name in every if self._outcome.places[name] == self._outcome.places[every[0]]]
        place = self._chance.choice(fewest)
        if ONLY_AT_START.get(place):
            with sqlite3.connect(self._folder / "kho.db") as database:
                database.execute(ONLY_AT_START[place])
            database.close()
        elif place in ONLY_AT_START:
            shutil.rmtree(self._folder / "index", ignore_errors=True)
        return place, self._chance.choice(MOMENTS)

    def _start(self, kill: tuple[str, str] | None = None) -> None:
        work = "bench.crash_server:serve"
        self._pid = self._zygote.begin(work, self._folder, self._port, self._control, kill=kill)
        end = time.monotonic() + 60
        while not self._is_dead():
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz", timeout=60).close()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.004)

    def _is_dead(self) -> bool:
        return Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"

    def _end(self) -> tuple[str, str] | None:
        os.kill(self._pid, signal.SIGKILL)
        return self._zygote.wait(self._pid).at

    def _look_at_everything(self, teachers: list[Teacher]) -> None:
        """The promises of a quiet installation, then every acknowledged work over HTTP."""
        for teacher in teachers:
            teacher.over.set()
        self._start()
        for teacher in teachers:
            teacher.join()
        self._end()
        broken = self._zygote.run("bench.crash_server:judge", self._folder).returned
        self._start()
        for work in list(self._ledger.works):
            next(each for each in teachers if each.author == work.author).look_again(work)
        self._end()
        with self._outcome.lock:
            self._outcome.broken += broken


if __name__ == "__main__":
    main()
