"""The bill of materials (CycloneDX 1.6): what Kho is made of, read from the lock files that pin it; `make sbom`."""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The whole document: Python packages that run, and what the front end is bundled from."""
    parts = [*_python(root / "requirements.lock"), *_npm(root / "frontend" / "package-lock.json")]
    version = re.search(r'^version = "([^"]+)"', (root / "pyproject.toml").read_text(), re.MULTILINE)
    kho = {
        "type": "application",
        "bom-ref": "kho",
        "name": "kho-hoc-lieu",
        "version": version[1] if version else "",
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": kho},
        "components": sorted(parts, key=lambda part: part["bom-ref"]),
        "dependencies": [{"ref": "kho", "dependsOn": sorted(part["bom-ref"] for part in parts)}],
    }


def _python(lock: Path) -> Iterator[dict[str, Any]]:
    """Each pin with the SHA-256 of every file that the lock allows for it."""
    for entry in re.split(r"\n(?=\S)", lock.read_text()):
        pin = _PIN.match(entry)
        if pin:
            name = re.sub(r"[-_.]+", "-", pin[1]).lower()
            hashes = [{"alg": "SHA-256", "content": one} for one in _HASH.findall(entry)]
            yield _component(f"pkg:pypi/{name}@{pin[2]}", name, pin[2], hashes, _licence(pin[1]))


def _npm(lock: Path) -> Iterator[dict[str, Any]]:
    """What the front end is made from; tools that only build or test it are marked as excluded."""
    for path, package in json.loads(lock.read_text())["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not name or package.get("optional"):
            continue
        algorithm, _, content = package.get("integrity", "").partition("-")
        hashes = (
            [{"alg": "SHA-512", "content": base64.b64decode(content).hex()}] if algorithm == "sha512" else []
        )
        purl = f"pkg:npm/{quote(name, safe='/')}@{package['version']}"
        part = _component(purl, name, package["version"], hashes, package.get("license"))
        yield {**part, "scope": "excluded" if package.get("dev") else "required"}


def _component(
    purl: str, name: str, version: str, hashes: list[dict[str, str]], licence: str | None
) -> dict[str, Any]:
    part: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    if hashes:
        part["hashes"] = hashes
    if licence:
        part["licenses"] = [{"license": {"name": licence}}]
    return part


def _licence(name: str) -> str | None:
    """What the installed package says of itself; None where it is not installed."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    classifiers = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if "License ::" in line
    ]
    text = told.get("License-Expression") or "; ".join(classifiers) or told.get("License") or ""
    return text.strip().splitlines()[0][:100] if text.strip() else None


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
