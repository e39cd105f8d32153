"""A temporary embedded installation with the demo's people and N small records, for benchmarks of the service."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from bench.machine import say
from repo_service.accounts import service as accounts
from repo_service.accounts.queries import find_by_username
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.demo.plan import DemoResource
from repo_service.demo.scale import write_many
from repo_service.demo.seeding.demonstration import fill_index, seed_demo
from repo_service.resources.models import ResourceVersion
from repo_service.schema import migrate
from repo_service.settings import Settings

DAY = "2026-11-16"
_SEED = 20_26


@contextmanager
def empty_demo(works: Sequence[DemoResource] | None = (), **urls: str) -> Iterator[Settings]:
    """Settings of an installation with the demo's people and no works (None: all); its folder is gone afterwards.

    `database_url` and `search_url` may name empty servers in place of the embedded defaults.
    """
    with tempfile.TemporaryDirectory(prefix="kho-bench-") as folder:
        # a few clients ask here for a whole province; what limits cost is measured with the rest
        environment = {"KHO_DATA": folder, "KHO_TODAY": DAY, "RATE_LIMITS": "1000"}
        settings = replace(Settings.from_env(environment), **urls)  # type: ignore[arg-type]
        migrate(settings.database_url)
        backends.configure(settings)
        database = Database(settings.database_url)
        seed_demo(database, Path(folder), date.fromisoformat(DAY), works)
        database.engine.dispose()
        yield settings
        backends.close()


@contextmanager
def demo_installation(records: int) -> Iterator[Settings]:
    """`empty_demo` with `records` published and indexed resources."""
    with empty_demo() as settings:
        say(f"{records} records into {settings.data}")
        database = Database(settings.database_url)
        write_many(database, records)
        fill_index(database)
        backends.close()
        database.engine.dispose()
        yield settings


def tokens(database: Database, *usernames: str) -> dict[str, str]:
    """A bearer token for each person."""
    found = {}
    with database.transaction():
        for username in usernames:
            user = find_by_username(username)
            assert user is not None
            found[username] = accounts.create_token(user, "bench")
    return found


def query_mix(database: Database, count: int, facets: dict[str, list[str]]) -> list[str]:
    """Query strings of searches: rare, middle and frequent syllables a third each, 1-5 words, 0-2 facets.

    `facets` are values to choose from, by parameter. The same collection gives the same mix.
    """
    with database.transaction(writing=False) as session:
        texts = session.execute(select(ResourceVersion.title, ResourceVersion.summary)).all()
    hits = Counter(
        word for title, summary in texts for word in {*title.lower().split(), *summary.lower().split()}
    )
    words = sorted((word for word in hits if word.isalpha()), key=lambda word: (hits[word], word))
    third = len(words) // 3
    parts = (words[:third], words[third : 2 * third], words[2 * third :])
    chance = random.Random(_SEED)
    mix = []
    for number in range(count):
        typed = " ".join(chance.choice(parts[number % 3]) for _ in range(1 + number % 5))
        chosen = chance.sample(sorted(facets), number % 3)
        mix.append(urlencode([("q", typed), *((name, chance.choice(facets[name])) for name in chosen)]))
    return mix
