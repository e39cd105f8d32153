"""The documents keep up with the code: settings, commands, benchmarks, decisions."""

import ast
import re

import pytest

from tests.architecture.source_tree import ROOT, SERVICE, files, tree_of

README = ROOT / "README.md"


def readme() -> str:
    text = README.read_text()
    if len(text.splitlines()) < 20:
        pytest.skip("the README is not written yet")
    return text


def documents() -> str:
    return readme() + "".join(path.read_text() for path in files(".md", under="docs/"))


def setting_names() -> set[str]:
    """Upper-case string constants of settings.py that are asked of the environment."""
    return {
        node.value
        for node in ast.walk(tree_of(SERVICE / "settings.py"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+", node.value)
    }


def command_names() -> set[str]:
    """Commands of cli.py and the features' commands.py, named by decorator or function."""
    names = set()
    for path in [SERVICE / "cli.py", *SERVICE.glob("*/commands.py")]:
        for node in ast.walk(tree_of(path)) if path.exists() else ():
            for call in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                called = call.func if isinstance(call, ast.Call) else None
                if isinstance(called, ast.Attribute) and called.attr == "command":
                    named = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
                    names.add(str(named[0]) if named else node.name.replace("_", "-"))
    return names


def test_settings_are_found_in_the_source() -> None:
    assert {"KHO_DATA", "DATABASE_URL", "SECRET_KEY"} <= setting_names()


def test_every_setting_has_a_row_in_the_readme() -> None:
    table = "\n".join(line for line in readme().splitlines() if line.startswith("|"))
    rows = set(re.findall(r"`(\w+)", table))
    assert setting_names() - rows == set()


def test_every_command_is_documented() -> None:
    names = command_names()
    if not names:
        pytest.skip("no command is registered by name yet")
    text = documents()
    assert [name for name in sorted(names) if not re.search(rf"\bkho (\w+ )?{re.escape(name)}\b", text)] == []


def test_every_make_target_has_a_line_of_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    assert phony == set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))


def test_the_two_commands_are_in_the_readme() -> None:
    assert "make run" in readme() and "make test" in readme()


def test_every_benchmark_is_in_its_readme() -> None:
    text = (ROOT / "bench" / "README.md").read_text()
    assert [path.name for path in files(".py", under="bench/bench_") if path.stem not in text] == []


def test_the_changes_begin_with_what_is_unreleased() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", heading) for heading in headings[1:])


def test_decisions_are_numbered_in_order_and_say_why() -> None:
    decisions = sorted(files(".md", under="docs/decisions/"))
    assert [int(path.name[:4]) for path in decisions] == list(range(len(decisions)))
    for path in decisions:
        text = path.read_text()
        assert re.search(r"^\*\d{4}-\d\d-\d\d, ", text, re.MULTILINE), path.name
        assert "**Forces" in text and "**Decision" in text and "**Consequences" in text, path.name


def test_links_between_our_documents_lead_somewhere() -> None:
    broken = []
    for path in files(".md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            if not (path.parent / target).exists():
                broken.append(f"{path.name}: {target}")
    assert broken == []
