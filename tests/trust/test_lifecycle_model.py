"""Six people and several works by random: who sees and finds what is as a small model says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from repo_service.core import backends
from repo_service.core.db import KhoFlask
from tests import databases
from tests.trust import world
from tests.trust.lifecycle_model import STEPS, Work, in_memory, walk

pytestmark = pytest.mark.skipif(bool(databases.SERVER), reason="has its own SQLite file")
RUNS = 50_000 // STEPS if os.environ.get("KHO_TRUST") else 6


@pytest.fixture
def app(installation: Path) -> Iterator[KhoFlask]:
    app = in_memory(installation)
    yield app
    backends.close()
    app.database.engine.dispose()


@pytest.mark.timeout(7200 if os.environ.get("KHO_TRUST") else 120)
def test_everybody_sees_and_finds_what_the_model_says(app: KhoFlask, installation: Path) -> None:
    walk(app, world.told(installation)["tokens"], RUNS)


def test_the_model_notices_a_reach_that_is_wrong(
    app: KhoFlask, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Work, "is_within_reach", lambda self, who: True)
    with pytest.raises(AssertionError):
        walk(app, world.told(installation)["tokens"], 10, 3)
