"""What may stand in the repository: our own text, no machine's paths, no secrets, nobody else's code."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import files, product_modules, project_files, relative, tree_of

# names are built from parts so that this file does not find itself
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("unpkg", "com"),
        ("cdn", "jsdelivr", "net"),
        ("cdnjs", "cloudflare", "com"),
        ("proxy", "golang", "org"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("esm", "sh"),
    )
]
MACHINE_PATHS = [rf"(?<![\w.])/{name}/[\w.]" for name in ("home", "root", "work", "Users", "opt", "mnt")]
SECRETS = [
    "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----",
    r"\bAKIA[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    r"\bxox[abpr]-[A-Za-z0-9-]{20,}",
    r"://[^/\s:@<>{}]+:(?!password@|secret@|pass@)[^/\s:@<>{}$]{12,}@",
]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="ignore")


def found(pattern: str) -> list[str]:
    seek = re.compile(pattern)
    return [
        f"{relative(path)}: {match.group()[:60]}"
        for path in project_files()
        if (match := seek.search(text_of(path)))
    ]


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_registry(host: str) -> None:
    assert found(rf"\b{re.escape(host)}\b") == []


@pytest.mark.parametrize("pattern", MACHINE_PATHS)
def test_no_file_names_a_path_of_one_machine(pattern: str) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize("pattern", SECRETS)
def test_no_file_holds_a_secret(pattern: str) -> None:
    assert found(pattern) == []


def test_no_built_or_minified_file_is_tracked() -> None:
    built = re.compile(r"(\.min\.(js|css)|\.mo|\.map|\.woff2?|\.ttf|\.whl)$|(^|/)(node_modules|dist|vendor)/")
    assert [relative(path) for path in project_files() if built.search(relative(path))] == []


def test_no_source_line_is_so_long_that_it_must_be_minified() -> None:
    scripts = files(".js", ".mjs", ".css")
    assert [relative(path) for path in scripts if max(map(len, text_of(path).split("\n"))) > 500] == []


def test_every_tracked_file_is_small() -> None:
    assert [relative(path) for path in project_files() if path.stat().st_size > 1_000_000] == []


def test_every_module_says_what_it_is_for() -> None:
    """One to three lines of docstring; a file without a statement has nothing to say."""
    silent = []
    for path in product_modules():
        docstring = ast.get_docstring(tree_of(path))
        if tree_of(path).body and not (docstring and len(docstring.split("\n\n")[0].splitlines()) <= 3):
            silent.append(relative(path))
    assert silent == []
