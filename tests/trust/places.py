"""Which places there are to die at, read out of the source."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache  # seconds of parsing, and bench.crash asks before every third kill
def places_in_the_source() -> frozenset[str]:
    """Every literal that crashpoint() is called with; acts of the audit trail come on top."""
    found: set[str] = set()
    for package in ("storage_adapters", "repo_service"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crashpoint":
                    found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return frozenset(found)
