"""Draws docs/states.md from the lifecycle tables of the features; `make states` runs it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.architecture.source_tree import ROOT, files, module_name, tree_of

DOCUMENT = ROOT / "docs" / "states.md"
HEAD = """# States

Every thing that moves through states has one table of moves in its feature's `lifecycle.py`; a move that is not in a
table does not exist. This page is drawn from these tables by `make states`; a test fails when it no longer fits them.
"""


@dataclass(frozen=True)
class Lifecycle:
    """One table: (state, move) -> state, the labels people see, and what the code says beside it."""

    feature: str
    name: str
    moves: dict[tuple[str, str], str]
    labels: dict[str, str]
    note: str


def lifecycles() -> Iterator[Lifecycle]:
    """Every `…_MOVES` with its `…_LABELS`, features in the order of the alphabet."""
    for path in sorted(path for path in files(".py", under="repo_service/") if path.name == "lifecycle.py"):
        module = importlib.import_module(module_name(path))
        notes = _notes(tree_of(path))
        for name, moves in vars(module).items():
            if name.endswith("_MOVES"):
                what = name.removesuffix("_MOVES")
                labels = {state: str(label) for state, label in getattr(module, f"{what}_LABELS").items()}
                feature = ".".join(module_name(path).split(".")[1:-1])
                yield Lifecycle(feature, what.lower().replace("_", " "), moves, labels, notes.get(name, ""))


def _notes(tree: ast.Module) -> dict[str, str]:
    """The text that stands right after each constant."""
    found = {}
    for node, following in zip(tree.body, tree.body[1:], strict=False):
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        value: Any = following.value if isinstance(following, ast.Expr) else None
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            found[target.id] = " ".join(str(value.value).split())
    return found


def states_of(one: Lifecycle) -> list[str]:
    """Every state of a table, in the order in which it names them; the first is where a thing begins."""
    return list(dict.fromkeys(state for (before, _move), after in one.moves.items() for state in (before, after)))


def drawn() -> str:
    """The whole document."""
    return "\n".join([HEAD, *(_section(one) for one in lifecycles())])


def _section(one: Lifecycle) -> str:
    states = states_of(one)
    ends = [state for state in states if not any(before == state for before, _move in one.moves)]
    lines = [f"## {one.feature}: {one.name}", ""]
    lines += [one.note, ""] if one.note else []
    lines += ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{one.labels[state]}" as {_id(state)}' for state in states]
    lines += [f"    [*] --> {_id(states[0])}"]
    lines += [f"    {_id(before)} --> {_id(after)}: {move}" for (before, move), after in one.moves.items()]
    lines += [f"    {_id(state)} --> [*]" for state in ends]
    lines += ["```", "", "| from | move | to |", "|---|---|---|"]
    lines += [
        f"| `{before}` {one.labels[before]} | {move} | `{after}` {one.labels[after]} |"
        for (before, move), after in one.moves.items()
    ]
    return "\n".join([*lines, ""])


def _id(state: str) -> str:
    """Mermaid takes no hyphens in names."""
    return state.replace("-", "_")


if __name__ == "__main__":
    DOCUMENT.write_text(drawn())
