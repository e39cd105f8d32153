"""What a whole site bears: search pages a second, and answers while its processes are killed at random.

`python -m bench.servers_load [--minutes 10] [--records 100000] [--parts]` starts PostgreSQL, an S3 and a search server,
two gunicorn, two workers and nginx on this machine. With `--parts` the servers Kho stands on are killed too.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.killing import judge, run
from bench.machine import calibration_ms, machine, print_result, say, scaled
from bench.mixed_load import Load, Searcher, Visitor, at_work
from bench.temporary import DAY, query_mix, tokens
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.demo.accounts import kept_passwords
from repo_service.demo.scale import write_many
from repo_service.demo.seeding.demonstration import fill_index, seed_demo
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.settings import Settings
from tests.servers import one_machine
from tests.servers.site import Site

SECONDS, WARM_UP, SEARCHERS, QUERIES = 30, 20, 8, 2000
FACETS = {
    "grade": [f"lop-{grade}" for grade in range(1, 13)],
    "type": ["khbd", "hoc-lieu-so", "bai-giang-so"],
}


@contextmanager
def whole_site(records: int) -> Iterator[tuple[Site, Database, Path]]:
    """A running site with the demo's people and `records` works, its database, and the folder of its servers."""
    with tempfile.TemporaryDirectory(prefix="kho-site-") as name:
        folder = Path(name)
        try:
            told = one_machine.start_parts(folder)
            site, settings = one_machine.site_on(told, folder)
            settings["DATABASE_URL"] = one_machine.make_database(told["TEST_DATABASE_URL"])
            site.configure({**settings, "KHO_TODAY": DAY, "PUBLIC_URL": "", "TRUSTED_HOSTS": ""})
            site.kho("migrate")
            say(f"{records} records into {folder}")
            database = Database(settings["DATABASE_URL"])
            _fill(site, database, records)
            site.start()
            yield site, database, folder
            database.engine.dispose()
        finally:
            one_machine.down(folder)


def _fill(site: Site, database: Database, records: int) -> None:
    os.environ |= {name: value for name, value in site.settings.items() if name.startswith("AWS_")}
    backends.configure(Settings.from_env(site.settings))
    seed_demo(database, site.data, date.fromisoformat(DAY), works=())
    write_many(database, records)
    fill_index(database)
    backends.close()


def search_pages_per_s(site: Site, queries: list[str], seconds: float = SECONDS) -> float:
    """Search pages a second for a signed-in teacher, asked by SEARCHERS connections at once."""
    known = Visitor(Load(), site.url)
    known.sign_in("lan", kept_passwords(site.data)["lan"])
    known.close()

    def measured(seconds: float) -> float:
        load = Load()
        people = [Searcher(load, site.url, queries[at::SEARCHERS]) for at in range(SEARCHERS)]
        for person in people:
            person.share_session(known)
        at_work(load, people, lambda: time.sleep(seconds))
        pages = [each for each in load.answers if each.what == "search page"]
        if any(each.status != 200 for each in pages):
            raise RuntimeError(f"not every search page was answered: {load.by_status()}")
        return len(pages) / (max(each.ended for each in pages) - min(each.began for each in pages))

    measured(WARM_UP)
    return measured(seconds)


def figures(minutes: float, records: int, *, parts: bool = False) -> dict[str, float]:
    """The figures of `bench.servers`: pages a second on the quiet site, then what kills do to the answers."""
    speed = calibration_ms()
    with whole_site(records) as (site, database, folder):
        queries = query_mix(database, QUERIES, FACETS)
        found = {"search_pages_per_s": scaled(search_pages_per_s(site, queries), speed, rate=True)}
        say(f"  {found}")
        victims = (*site.names, *(one_machine.PARTS if parts else ()))
        people = tokens(database, "lan", "minh", "hoa")
        load, away = run(site, people, minutes * 60, queries=queries, parts=folder, victims=victims)
        verdict = judge(site, people, load, away)
        say(f"  {verdict}")
        _spoil_one(database, load)
        control = judge(site, people, load, away)
    return found | {
        "ok_share": verdict.ok_share,
        "kills": verdict.kills,
        "answers": verdict.answers,
        "acknowledged": verdict.acknowledged,
        "acknowledged_lost": len(verdict.lost),
        "acknowledged_lost_control": len(control.lost),
        "wrong_statuses": sum(verdict.dishonest.values()),
        "index_drift": len(verdict.drift),
        "index_drift_control": len(control.drift),
    }


def _spoil_one(database: Database, load: Load) -> None:
    """The control: one published work is changed behind Kho's back, which must be seen; the others are left out."""
    work = next(work for work in load.works.values() if work.is_published)
    load.works = {work.resource_id: work}
    with database.transaction() as session:
        resource = session.get_one(Resource, work.resource_id)
        session.get_one(ResourceVersion, resource.current_version_id).title = "Tên khác"
        resource.state = "withdrawn"


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--records", type=int, default=100_000)
    options.add_argument(
        "--parts", action="store_true", help="kill the database, the store and the search server too"
    )
    chosen = options.parse_args()
    print_result(
        "servers_load", figures(chosen.minutes, chosen.records, parts=chosen.parts), measured_on=machine()
    )
