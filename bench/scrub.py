"""Flipped bytes: are all found, none imagined, and all mended from the second store; and how fast all is read again."""

from __future__ import annotations

import argparse
import hashlib
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bench.machine import print_result, say
from bench.temporary import empty_demo
from repo_service.accounts.queries import find_by_username
from repo_service.core import backends, clock
from repo_service.core.db import Database
from repo_service.core.identifiers import new_id
from repo_service.core.logs import configure_logs
from repo_service.files.models import StoredFile
from repo_service.preservation.fixity import check_oldest
from storage_adapters import LocalDisk, Storage, object_key

MIB = 1 << 20


class Flips(NamedTuple):
    """Shares of the flipped objects that were found and that are whole again; sound objects called bad."""

    found_share: float
    false_alarms: int
    mended_share: float


def flips_found(flips: int, seed: int) -> Flips:
    """Flip one byte in each of `flips` objects among as many sound ones, in either store, and read all again.

    Sizes are 1 byte to 8 KB; the place in the object and the bit are drawn from `seed`.
    """
    chance = random.Random(seed)
    with _two_stores() as (database, folders, stores):
        keys = _write_files(database, folders, [chance.randint(1, 8192) for _ in range(2 * flips)], chance)
        flipped = {(key, chance.random() < 0.5) for key in chance.sample(keys, flips)}
        for key, second in flipped:
            _flip(folders[second] / "objects" / key, chance)
        say(f"{flips} bytes flipped in {len(keys)} objects")
        told = list(check_oldest(database, *stores, clock.now()))
        found = {(one.finding.key, one.second) for one in told}
        whole = sum(_is_whole(database, stores[second], key) for key, second in flipped)
    return Flips(len(found & flipped) / flips, len(found - flipped), whole / flips)


def gigabytes_per_minute(mib: int) -> float:
    """Read `mib` MiB in objects of 32 MiB again, once to warm the cache and once more: GB a minute of one core."""
    with _two_stores() as (database, folders, stores):
        _write_files(database, folders[:1], [32 * MIB] * (mib // 32), random.Random(1))
        times = []
        for _ in range(2):
            began, busy = time.perf_counter(), time.process_time()
            assert not list(check_oldest(database, stores[0], None, clock.now()))
            times.append(max(time.perf_counter() - began, time.process_time() - busy))
    return mib * MIB / 1e9 / times[-1] * 60


class _two_stores:
    """An empty installation whose bytes lie in two folders."""

    def __enter__(self) -> tuple[Database, list[Path], list[Storage]]:
        configure_logs()  # to standard error: standard output is for the one JSON object
        self._demo = empty_demo()
        settings = self._demo.__enter__()
        folders = [settings.data / name for name in ("files", "second")]
        urls = {"storage_url": f"file:{folders[0]}", "storage_replica_url": f"file:{folders[1]}"}
        backends.configure(replace(settings, **urls))  # type: ignore[arg-type]
        self._database = Database(settings.database_url)
        return self._database, folders, [LocalDisk(folder) for folder in folders]

    def __exit__(self, *error: object) -> None:
        self._database.engine.dispose()
        self._demo.__exit__(*error)  # type: ignore[arg-type]


def _write_files(database: Database, folders: list[Path], sizes: list[int], chance: random.Random) -> list[str]:
    """Rows and objects of random bytes in each folder, without the fsyncs of a real upload."""
    keys = []
    with database.transaction() as session:
        owner = find_by_username("lan")
        assert owner is not None
        for size in sizes:
            file_id, content = new_id(), chance.randbytes(size)
            key = object_key(file_id)
            for folder in folders:
                path = folder / "objects" / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            session.add(
                StoredFile(
                    id=file_id, key=key, name="x.txt", size=size, sha256=hashlib.sha256(content).hexdigest(),
                    media_type="text/plain", state="ready", owner_id=owner.id, replicated_at=clock.now(),
                )
            )  # fmt: skip
            keys.append(key)
    return keys


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _is_whole(database: Database, store: Storage, key: str) -> bool:
    with database.session(writing=False) as session, store.open(key) as reader:
        row = session.query(StoredFile.sha256).filter(StoredFile.key == key).one()
        return bool(hashlib.sha256(reader.read()).hexdigest() == row.sha256)


def main() -> None:
    """Print shares and speed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20_26)
    parser.add_argument("--mib", type=int, default=1024)
    wanted = parser.parse_args()
    flips = flips_found(wanted.flips, wanted.seed)
    figures = {
        "flips_found_share": flips.found_share,
        "false_alarms": float(flips.false_alarms),
        "mended_share": flips.mended_share,
        "gb_per_minute": gigabytes_per_minute(wanted.mib),
    }
    print_result("scrub", figures)


if __name__ == "__main__":
    main()
