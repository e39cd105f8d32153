"""Death at every named place of a work's life, there and on both sides of the commit: nothing promised is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.trust.journey import STEPS
from tests.trust.places import places_in_the_source
from tests.trust.zygote import MOMENTS, Zygote

pytestmark = pytest.mark.skipif(bool(databases.SERVER), reason="forks with its own SQLite file")

EVERY_ONE = bool(os.environ.get("KHO_TRUST"))
"""`make trust` dies at every place and moment; a short run takes every third place, at one moment in turn."""


@dataclass(frozen=True)
class Stage:
    """A step of the journey: the folder as it was before, what was known then, and which places it passes."""

    name: str
    folder: Path
    told: dict[str, Any]
    before: dict[str, Any]
    passed: list[str]


@pytest.fixture(scope="module")
def stages(zygote: Zygote, installation: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Stage]:
    """The whole journey once, without a death."""
    told: dict[str, Any] = {}
    found, here = [], installation
    for name in STEPS:
        there = tmp_path_factory.mktemp(name) / "world"
        shutil.copytree(here, there)
        done = zygote.run("tests.trust.journey:take_step", there, name, told).returned
        found.append(Stage(name, here, told, done["before"], done["passed"]))
        told, here = done["told"], there
    return found


def deaths(stages: list[Stage]) -> Iterator[tuple[Stage, str, str]]:
    """Stage, place, moment: in a full run every one of each stage."""
    seen: set[str] = set()
    for stage in stages:
        for place in stage.passed:
            if EVERY_ONE:
                yield from ((stage, place, moment) for moment in MOMENTS)
            elif place not in seen and len(seen) % 3 == 0:
                yield stage, place, MOMENTS[len(seen) // 3 % 3]
            seen.add(place)


def test_the_journey_passes_every_place_there_is(stages: list[Stage]) -> None:
    passed = {place for stage in stages for place in stage.passed}
    assert places_in_the_source() - passed == set()
    assert {
        "resource.created", "version.submitted", "review.opened", "version.approve", "version.published",
        "version.started", "version.corrected", "resource.withdraw", "annual_product.published",
    } <= passed  # fmt: skip


@pytest.mark.timeout(1800 if EVERY_ONE else 120)
def test_a_death_anywhere_loses_nothing_and_the_step_can_be_done_again(
    zygote: Zygote, stages: list[Stage], tmp_path: Path
) -> None:
    broken: dict[str, list[str]] = {}
    died = 0
    for number, (stage, place, moment) in enumerate(deaths(stages)):
        folder = tmp_path / str(number)
        shutil.copytree(stage.folder, folder)
        ended = zygote.run(
            "tests.trust.journey:die_in_step", folder, stage.name, stage.told, kill=(place, moment)
        )
        died += ended.killed
        said = zygote.run(
            "tests.trust.journey:live_on", folder, stage.name, stage.told, stage.before
        ).returned
        if said:
            broken[f"{stage.name}: {place}, {moment}"] = said
        shutil.rmtree(folder)
    assert broken == {}
    assert died > (100 if EVERY_ONE else 10)
