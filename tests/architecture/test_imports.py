"""Import rules that import-linter cannot say: inside a feature, and who may touch one library."""

import ast
import fnmatch
from pathlib import Path

import pytest

from tests.architecture.source_tree import (
    SERVICE,
    imports_of,
    module_name,
    product_modules,
    relative,
    tree_of,
)

# higher may import lower; modules on one step do not import each other; other modules of a feature are free
STEPS = [
    {"pages", "api", "commands", "jobs"},
    {"schemas", "documents"},
    {"service"},
    {"queries"},
    {"policy"},
    {"lifecycle"},
    {"models"},
]
STEP_OF = {name: number for number, names in enumerate(STEPS) for name in names}

ONLY_IN = {
    "flask": [
        "repo_service/*/pages.py",
        "repo_service/*/api.py",
        "repo_service/*/commands.py",
        "repo_service/ui/*",
        "repo_service/openapi/*",
        "repo_service/interop/*",
        "repo_service/app.py",
        "repo_service/core/db.py",
        "repo_service/core/urls.py",
        "repo_service/core/i18n.py",
        "repo_service/accounts/sessions.py",
    ],
    "boto3": ["storage_adapters/s3*"],
    "botocore": ["storage_adapters/s3*"],
    "tantivy": ["indexer/engines/embedded/*"],
    "elasticsearch": ["indexer/engines/elasticsearch/*"],
    "opensearchpy": ["indexer/engines/elasticsearch/*"],
    "magic": ["repo_service/files/file_types.py"],
    "pylibmagic": ["repo_service/files/file_types.py"],
}


def offenders(library: str, allowed: list[str]) -> list[str]:
    return [
        relative(path)
        for path in product_modules()
        if any(name.split(".")[0] == library for name in imports_of(path))
        and not any(fnmatch.fnmatch(relative(path), pattern) for pattern in allowed)
    ]


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_touched_only_where_it_belongs(library: str) -> None:
    assert offenders(library, ONLY_IN[library]) == []


def test_the_rule_sees_an_offender_when_its_place_is_taken_away() -> None:
    assert "repo_service/core/db.py" in offenders("sqlalchemy", [])


def upward_imports(path: Path, names: list[str]) -> list[str]:
    """Imports from a module of a feature to one on the same step or above it."""
    feature, own = module_name(path).rsplit(".", 1)
    inside = [name.removeprefix(feature + ".") for name in names if name.startswith(feature + ".")]
    siblings = {name.split(".")[0] for name in inside}
    return [name for name in sorted(siblings & set(STEP_OF)) if name != own and STEP_OF[name] <= STEP_OF[own]]


def test_inside_a_feature_imports_point_downwards() -> None:
    found = {
        relative(path): wrong
        for path in product_modules()
        if path.parent.parent == SERVICE and path.stem in STEP_OF
        if (wrong := upward_imports(path, list(imports_of(path))))
    }
    assert found == {}


def test_an_upward_import_inside_a_feature_is_seen() -> None:
    models = SERVICE / "resources" / "models.py"
    assert upward_imports(models, ["repo_service.resources.service"]) == ["service"]
    assert upward_imports(models, ["repo_service.files.service"]) == []


def reads_environment(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv", "environb"}
        and getattr(node.value, "id", "") == "os"
        for node in ast.walk(tree_of(path))
    ) or any(name in {"os.environ", "os.getenv"} for name in imports_of(path))


def test_the_environment_is_read_in_settings_only() -> None:
    readers = [relative(path) for path in product_modules() if reads_environment(path)]
    assert readers == ["repo_service/settings.py"]
