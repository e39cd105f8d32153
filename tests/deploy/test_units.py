"""The systemd units: what they start exists, who they are may do little, and systemd itself finds nothing wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT
from tests.architecture.test_docs import setting_names

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
HARDENING = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelModules": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallFilter": "@system-service",
    "UMask": "0077",
}


def values(unit: Path) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(), re.MULTILINE))


def test_web_and_worker_have_a_unit_each() -> None:
    assert [unit.name for unit in UNITS] == ["kho-web.service", "kho-worker@.service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_do_little_and_comes_back(unit: Path) -> None:
    said = values(unit)
    assert {name: said.get(name) for name in HARDENING} == HARDENING
    assert said["Restart"] == "always" and said["User"] == "kho" and said["MemoryMax"]
    assert int(said["TimeoutStopSec"]) >= 30


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_its_program_is_installed_and_its_settings_are_known(unit: Path) -> None:
    said = values(unit)
    program = Path(said["ExecStart"].split()[0])
    assert program.parent == Path("/srv/kho/bin") and (Path(sys.executable).parent / program.name).exists()
    names = set(re.findall(r"(\w+)=", said["Environment"]))
    assert names <= setting_names() | {"WEB_CONCURRENCY"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd here")
    copy = tmp_path / unit.name.replace("@", "@1" if "@" in unit.name else "")
    copy.write_text(unit.read_text().replace("/srv/kho/bin", str(Path(sys.executable).parent)))
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(copy)], capture_output=True, text=True, check=False
    )
    about_it = [line for line in found.stderr.splitlines() if unit.name.split(".")[0].rstrip("@") in line]
    assert (found.returncode, about_it) == (0, [])
