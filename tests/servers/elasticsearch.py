"""A real Elasticsearch on loopback: Elastic's own small distribution for integration tests, unmodified."""

from __future__ import annotations

import os
import shutil
import signal
import zipfile
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
xpack.security.enabled: false
"""


def start(folder: Path) -> dict[str, str]:
    """Install, unpack and start the node; started again on the same folder it has the same data and address."""
    home = folder / f"elasticsearch-{VERSION}"
    if not (folder / "port").exists():
        _unpack(folder, home)
    port = int((folder / "port").read_text())
    if not processes.answers(port):
        env = {
            "ES_JAVA_HOME": str(maven.java_home()),
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
            "HOME": str(folder),
        }
        processes.start(folder, "node", [str(home / "bin" / "elasticsearch")], user=packages.RUN_AS, env=env)
        processes.wait_until(lambda: processes.is_healthy(port), "Elasticsearch", 240)
    return {"TEST_ELASTICSEARCH_URL": f"elasticsearch://127.0.0.1:{port}/kho-test?tls=0"}


def stop(folder: Path) -> None:
    """End it as an administrator does; one that does not run is fine."""
    processes.stop(folder, "node")


def kill(folder: Path) -> None:
    """SIGKILL the node, as a power cut would."""
    processes.stop(folder, "node", signal.SIGKILL)


def _unpack(folder: Path, home: Path) -> None:
    maven.install_java()
    packages.own(folder)
    maven.fetch(_ARTIFACT, folder)
    archive = folder / f"elasticsearch-{VERSION}.zip"
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    archive.unlink()
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    port = processes.free_port()
    settings = f"{_SETTINGS}http.port: {port}\ntransport.port: {processes.free_port()}\n"
    (home / "config" / "elasticsearch.yml").write_text(settings)
    if os.geteuid() == 0:  # the server refuses to run as root
        for path in [home, *home.rglob("*")]:
            shutil.chown(path, packages.RUN_AS)
    (folder / "port").write_text(str(port))
