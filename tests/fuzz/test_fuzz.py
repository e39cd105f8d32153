"""The short form of every fuzz target: its samples, each changed in places drawn by a fixed lot (A9, A26, A29)."""

from __future__ import annotations

import importlib

import pytest

from tests.fuzz import TARGETS
from tests.fuzz.mutations import mutations


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_its_samples_and_for_changes_of_them(name: str) -> None:
    module = importlib.import_module(f"tests.fuzz.{name}")
    for data in mutations(module.SEEDS, number=60):
        try:
            module.target(data)
        except Exception as error:
            error.add_note(f"{name}.target({data!r})")
            raise
