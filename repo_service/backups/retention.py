"""The ladder of backups: the newest of each of 7 days, 5 weeks and 6 months; what none of them needs goes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from repo_service.backups import runs
from repo_service.backups.pool import Pool
from repo_service.core.clock import local

DAYS, WEEKS, MONTHS = 7, 5, 6


def kept(moments: Sequence[datetime]) -> set[datetime]:
    """Those on the ladder: of the newest days, weeks (Monday to Sunday) and months that have a run, in Vietnam's
    time, the newest run of each."""
    rungs: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (DAYS, lambda moment: local(moment).date()),
        (WEEKS, lambda moment: local(moment).isocalendar()[:2]),
        (MONTHS, lambda moment: (local(moment).year, local(moment).month)),
    )
    found: set[datetime] = set()
    for most, period in rungs:
        newest: dict[Hashable, datetime] = {}
        for moment in sorted(moments, reverse=True):
            newest.setdefault(period(moment), moment)
        found.update(list(newest.values())[:most])
    return found


@dataclass(frozen=True)
class Pruned:
    """What goes (or went): runs off the ladder, torn runs, and objects that no kept run needs."""

    kept: list[str]
    dropped: list[str]
    torn: list[str]
    objects: int


def prune(folder: Path, *, dry_run: bool) -> Pruned:
    """Thin the runs out. The newest whole run always stays; MoveNotAllowed when a kept run's list is unreadable."""
    with runs.held(folder, changing=True):
        whole = {manifest.name: manifest for manifest in runs.complete(folder)}
        ladder = kept([manifest.moment for manifest in whole.values()])
        stay = {name: manifest for name, manifest in whole.items() if manifest.moment in ladder}
        torn = [name for name in runs.all_runs(folder) if name not in whole]
        needed = set().union(*(runs.read_objects(folder, manifest) for manifest in stay.values()))
        pool = Pool(folder, None)
        unneeded = sorted(pool.names() - needed) if stay else []
        dropped = sorted(whole.keys() - stay.keys())
        if not dry_run:
            for name in (*dropped, *torn):
                runs.drop_run(folder, name)
            for one in unneeded:
                pool.drop(one)
    return Pruned(sorted(stay), dropped, torn, len(unneeded))
