"""One zygote and one installation for all tests of this folder that kill processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust import world
from tests.trust.zygote import Zygote


@pytest.fixture(scope="module")
def zygote(installation: Path) -> Iterator[Zygote]:
    zygote = Zygote(installation)
    yield zygote
    zygote.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to be copied."""
    folder = tmp_path_factory.mktemp("world")
    world.make(folder)
    return folder
