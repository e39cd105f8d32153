"""The bill of materials names every package of the locks with its hashes, and nothing else."""

from __future__ import annotations

import importlib.util
import re
from typing import Any

import pytest

from tests.architecture.source_tree import ROOT


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "deploy" / "sbom.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.bill())


def test_every_pin_is_a_component_with_its_hashes(bill: dict[str, Any]) -> None:
    pins = set(
        re.findall(r"^([\w.-]+)(?:\[.*?\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    )
    named = {part["name"]: part for part in bill["components"] if part["purl"].startswith("pkg:pypi/")}
    assert named.keys() == {re.sub(r"[-_.]+", "-", name).lower() for name in pins}
    assert all(part["hashes"] and part["version"] for part in named.values())
    assert named["flask"]["licenses"][0]["license"]["name"].startswith("BSD")


def test_the_front_end_is_told_apart_from_what_only_builds_it(bill: dict[str, Any]) -> None:
    scopes = {
        part["name"]: part["scope"] for part in bill["components"] if part["purl"].startswith("pkg:npm/")
    }
    assert scopes["htmx.org"] == "required" and scopes["esbuild"] == "excluded"


def test_it_is_a_cyclonedx_document_whose_references_are_unique(bill: dict[str, Any]) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(references) == len(set(references)) and bill["dependencies"][0]["dependsOn"] == sorted(
        references
    )
