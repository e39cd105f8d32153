"""Small enough to be read: functions, files, feature folders, adapters."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import SERVICE, files, product_modules, project_files, relative, tree_of

SOURCE = (".py", ".js", ".mjs", ".css", ".html", ".sh")


def function_lengths() -> Iterator[tuple[int, str]]:
    for path in files(".py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield node.end_lineno - node.lineno + 1, f"{relative(path)}:{node.lineno} {node.name}"


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_function_is_longer_than_fifty_lines() -> None:
    assert [found for found in function_lengths() if found[0] > 50] == []


def test_nine_functions_of_ten_fit_in_twenty_five_lines() -> None:
    lengths = list(function_lengths())
    long = sorted((found for found in lengths if found[0] > 25), reverse=True)
    assert len(long) <= len(lengths) / 10, long


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    assert [(line_count(path), relative(path)) for path in files(*SOURCE) if line_count(path) > 400] == []


def test_nine_files_of_ten_fit_in_two_hundred_lines() -> None:
    sources = files(*SOURCE)
    long = [(line_count(path), relative(path)) for path in sources if line_count(path) > 200]
    assert len(long) <= len(sources) / 10, long


def test_one_file_of_an_adapter_has_at_most_three_hundred_lines() -> None:
    adapters = files(".py", under="storage_adapters/") + files(".py", under="indexer/engines/")
    assert [(line_count(path), relative(path)) for path in adapters if line_count(path) > 300] == []


def test_a_feature_folder_has_at_most_twelve_modules() -> None:
    folders: dict[Path, int] = {}
    for path in product_modules():
        if path.parent.parent == SERVICE and path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1
    assert {relative(folder): count for folder, count in folders.items() if count > 12} == {}


def test_no_file_carries_a_name_that_says_nothing() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "misc", "common"}
    allowed = {"repo_service/ui/templates/base.html"}  # the page every page extends; the design names it
    found = {relative(path) for path in project_files() if {path.stem, *path.parent.parts} & empty_names}
    assert found <= allowed
