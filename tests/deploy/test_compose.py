"""deploy/compose.yaml holds what the issue asks, and nothing in it is open, endless or known beforehand."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.architecture.source_tree import ROOT
from tests.architecture.test_docs import setting_names

DEPLOY = ROOT / "deploy"
TEXT = (DEPLOY / "compose.yaml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
OF_THE_CONTAINERS = {
    "POSTGRES_PASSWORD",
    "ELASTIC_PASSWORD",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
} | {
    "OBJECTS_FOLDER",
    "BACKUPS_FOLDER",
    "TLS_FOLDER",
}
"""Variables that are no settings of Kho: passwords of the servers, boto3's key pair, folders of the machine."""
SECRETS = re.compile(r"PASSWORD|SECRET|ACCESS_KEY")


def asked() -> dict[str, str]:
    """Variable -> what stands after its name in the braces."""
    return dict(re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", TEXT))


def test_the_whole_site_is_there() -> None:
    assert set(SERVICES) == {
        "proxy",
        "init",
        "web-1",
        "web-2",
        "worker-1",
        "worker-2",
        "database",
        "storage",
        "search",
        "scanner",
    }


def test_every_setting_is_in_the_readme_and_every_variable_in_the_example() -> None:
    of_kho = {name for service in ("web-1", "worker-1", "init") for name in SERVICES[service]["environment"]}
    assert of_kho <= setting_names() | OF_THE_CONTAINERS
    assert set(asked()) <= setting_names() | OF_THE_CONTAINERS
    example = re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE)
    assert set(example) == set(asked())


def test_nothing_that_must_be_set_has_a_default() -> None:
    may_be_empty = {name for name, rest in asked().items() if rest != ":?"}
    assert may_be_empty == {
        *("SMTP_URL", "STORAGE_REPLICA_URL", "SCANNER_URL", "METRICS_TOKEN", "BACKUPS_FOLDER", "BACKUP_RECIPIENT"),
        *("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "RATE_LIMITS"),
    }
    example = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "env.example").read_text(), re.MULTILINE))
    assert [name for name, value in example.items() if SECRETS.search(name) and value] == []


def test_no_secret_is_written_down() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            assert not SECRETS.search(name) or re.fullmatch(r"\$\{\w+:[?-]\}", str(value)), name


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_limited_and_without_rights(name: str) -> None:
    service = SERVICES[name]
    checked = service["healthcheck"]
    assert checked.get("test") or (checked == {"disable": True} and service["restart"] == "no")
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["user"].split(":")[0] not in ("0", "root") and "privileged" not in service
    assert service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] in ("unless-stopped", "no")
    assert service["logging"]["options"]["max-size"]


def test_only_the_search_server_writes_beside_its_data() -> None:
    assert [name for name, service in SERVICES.items() if service["read_only"] is not True] == ["search"]


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_has_a_version_and_a_plain_name(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert tag and tag != "latest" and "." not in image
    assert tag == "local" or re.search(r"\d", tag)


def test_the_street_reaches_the_proxy_alone() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    for name in ("database", "storage", "search"):
        assert SERVICES[name]["networks"] == ["back"]
    assert yaml.safe_load(TEXT)["networks"]["back"] == {"internal": True}


def test_mounted_files_and_named_volumes_exist() -> None:
    named = yaml.safe_load(TEXT)["volumes"]
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0] if not volume.startswith("${") else ""
            assert not source or source in named or (DEPLOY / source).exists(), volume


def test_nobody_waits_for_a_service_that_is_not_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= set(SERVICES)
