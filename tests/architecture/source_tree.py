"""What the architecture tests look at: the files of the project, as text and as syntax trees."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ROOT / "repo_service"
PACKAGES = ("repo_service", "indexer", "storage_adapters")
LOCKS = {"requirements.lock", "requirements-test.lock", "requirements-node.lock", "package-lock.json"}


@functools.cache
def project_files() -> tuple[Path, ...]:
    """Every file that git tracks or would track, as absolute paths."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(path for name in sorted(set(listed.split("\0")) - {""}) if (path := ROOT / name).is_file())


def relative(path: Path) -> str:
    """The path as the project says it: repo_service/core/db.py."""
    return path.relative_to(ROOT).as_posix()


def files(*suffixes: str, under: str = "") -> list[Path]:
    """Project files with one of these suffixes, below a folder named from the root."""
    return [path for path in project_files() if path.suffix in suffixes and relative(path).startswith(under)]


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(), filename=str(path))


def product_modules() -> list[Path]:
    """Python modules of the three packages, without tests, benchmarks and migrations."""
    return [path for path in files(".py") if relative(path).split("/")[0] in PACKAGES]


def module_name(path: Path) -> str:
    """repo_service/core/db.py -> repo_service.core.db; a package's __init__ is the package."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[str]:
    """Dotted names the module imports, wherever the statement stands; `from a import b` gives a and a.b."""
    package = module_name(path).split(".")
    package = package if path.name == "__init__.py" else package[:-1]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)
