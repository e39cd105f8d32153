"""The states in the docs are those of the code, and every table of moves is complete in itself."""

from __future__ import annotations

import pytest

from tests.architecture.states import DOCUMENT, Lifecycle, drawn, lifecycles, states_of

ALL = list(lifecycles())


def test_the_document_is_drawn_from_the_present_tables() -> None:
    assert DOCUMENT.read_text() == drawn(), "run `make states`"


def test_the_tables_of_every_feature_are_found() -> None:
    found = {(one.feature, one.name) for one in ALL}
    assert {
        ("resources", "version"), ("resources", "resource"), ("reviews", "round"), ("reviews", "assignment"),
        ("annual_products", "product"), ("curation", "round"), ("curation", "item"),
    } <= found  # fmt: skip


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.feature}-{one.name}")
def test_every_state_has_a_label_and_is_reached_from_the_first(one: Lifecycle) -> None:
    states = states_of(one)
    assert set(states) == set(one.labels)
    reached, before = {states[0]}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _move), after in one.moves.items() if state in reached}
    assert reached == set(states)
