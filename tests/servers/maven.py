"""Fetching from Maven Central; Maven's own repository keeps what was fetched once."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.servers import packages

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>kho</groupId><artifactId>servers</artifactId><version>1</version><dependencies><dependency>
<groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency></dependencies></project>"""


def fetch(artifact: str, folder: Path) -> None:
    """Put one file (`group:name:version:type`) into the folder."""
    _maven(folder, "dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}")


def fetch_with_dependencies(artifact: str, folder: Path) -> None:
    """Put the jar `group:name:version` and every jar it needs into the folder."""
    (folder / "pom.xml").write_text(_POM.format(*artifact.split(":")))
    _maven(folder, "dependency:copy-dependencies", f"-DoutputDirectory={folder}")


def install_java() -> None:
    """Java with its compiler, and Maven, where they are missing."""
    if not shutil.which("javac") or not shutil.which("mvn"):
        packages.install("default-jdk-headless", "maven")


def java_home() -> Path:
    """Where the installed Java lies."""
    found = shutil.which("javac")
    assert found, "no Java compiler"
    return Path(found).resolve().parents[1]


def _maven(folder: Path, *arguments: str) -> None:
    subprocess.run(["mvn", "-q", "-B", *arguments], cwd=folder, stdout=subprocess.DEVNULL, check=True)
