"""Migrations form one line of numbered files."""

import ast
import re

import pytest

from tests.architecture.source_tree import files, tree_of

NAME = re.compile(r"(\d{4})_[a-z0-9_]+")


def revisions() -> list[tuple[str, str | None, str | None]]:
    """(file stem, revision, down_revision) in the order of the file names."""
    found = []
    for path in sorted(files(".py", under="migrations/versions/")):
        values: dict[str, str | None] = {}
        for node in tree_of(path).body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name):
                    values[target.id] = node.value.value  # type: ignore[assignment]
        found.append((path.stem, values.get("revision"), values.get("down_revision")))
    if not found:
        pytest.skip("there is no migration yet")
    return found


def test_names_are_numbered_without_a_gap() -> None:
    stems = [stem for stem, _, _ in revisions()]
    assert all(NAME.fullmatch(stem) for stem in stems)
    assert [int(stem[:4]) for stem in stems] == list(range(1, len(stems) + 1))


def test_a_revision_bears_the_number_of_its_file() -> None:
    wrong = [stem for stem, revision, _ in revisions() if not revision or stem[:4] != revision[:4]]
    assert wrong == []


def test_each_migration_follows_the_one_before_so_there_is_one_head() -> None:
    rows = revisions()
    assert [down for _, _, down in rows] == [None, *[revision for _, revision, _ in rows[:-1]]]
