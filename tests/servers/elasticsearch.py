"""A real Elasticsearch on loopback: Elastic's own small distribution for integration tests, unmodified."""

from __future__ import annotations

import os
import shutil
import signal
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.servers import maven, packages, processes

VERSION = "8.19.21"
HEAP = "512m"
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_SETTINGS = """
cluster.name: kho-test
discovery.type: single-node
network.host: 127.0.0.1
cluster.routing.allocation.disk.threshold_enabled: false
"""


def start(folder: Path) -> dict[str, str]:
    """Install, unpack and start the node; started again on the same folder it has the same data and address."""
    port = unpacked(folder, "xpack.security.enabled: false\n")
    if not processes.answers(port):
        launch(folder)
        processes.wait_until(lambda: processes.is_healthy(port), "Elasticsearch", 240)
    return {"TEST_ELASTICSEARCH_URL": f"elasticsearch://127.0.0.1:{port}/kho-test?tls=0"}


def launch(folder: Path) -> None:
    """Start the unpacked node and do not wait."""
    env = {
        "ES_JAVA_HOME": str(maven.java_home()),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
        "HOME": str(folder),
    }
    command = [str(home(folder) / "bin" / "elasticsearch")]
    packages.own(folder)  # again: a pytest that starts closes the temporary folder to others
    processes.start(folder, "node", command, user=packages.RUN_AS, env=env)


def home(folder: Path) -> Path:
    """Where the distribution lies in the folder of a node."""
    return folder / f"elasticsearch-{VERSION}"


def stop(folder: Path) -> None:
    """End it as an administrator does; one that does not run is fine."""
    processes.stop(folder, "node")


def kill(folder: Path) -> None:
    """SIGKILL the node, as a power cut would."""
    processes.stop(folder, "node", signal.SIGKILL)


def unpacked(folder: Path, settings: str, files: Mapping[str, str] = {}) -> int:
    """The port of the node in the folder; unpacked with these settings and files of `config/` when it is new."""
    if not (folder / "port").exists():
        _unpack(folder)
        port = processes.free_port()
        ports = f"http.port: {port}\ntransport.port: {processes.free_port()}\n"
        for name, text in {"elasticsearch.yml": _SETTINGS + ports + settings, **files}.items():
            (home(folder) / "config" / name).write_text(text)
        if os.geteuid() == 0:  # the server refuses to run as root
            for path in [home(folder), *home(folder).rglob("*")]:
                shutil.chown(path, packages.RUN_AS)
        (folder / "port").write_text(str(port))
    return int((folder / "port").read_text())


def _unpack(folder: Path) -> None:
    maven.install_java()
    packages.own(folder)
    maven.fetch(_ARTIFACT, folder)
    archive = folder / f"elasticsearch-{VERSION}.zip"
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    archive.unlink()
    for program in (home(folder) / "bin").iterdir():
        program.chmod(0o755)
