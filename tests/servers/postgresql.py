"""A real PostgreSQL on loopback: quick and not durable by default, durable for tests that kill it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.servers import packages, processes

_INSTALLED = "/usr/lib/postgresql"
_SETTINGS = """
listen_addresses = '127.0.0.1'
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
log_min_messages = fatal
log_min_error_statement = panic
"""
_QUICK = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def start(folder: Path, *, durable: bool = False) -> dict[str, str]:
    """Install, make and start the server; started again on the same folder it has the same data and address."""
    packages.own(folder)
    known = folder / "settings.json"
    if not known.exists():
        known.write_text(json.dumps({"port": processes.free_port(), "password": secrets.token_hex(12)}))
        _make_cluster(folder, json.loads(known.read_text()), durable=durable)
    settings = json.loads(known.read_text())
    if not _is_running(folder):
        with suppress(FileNotFoundError):
            (folder / "data" / "postmaster.pid").unlink()  # of a killed server
        _run(folder, "pg_ctl", "-D", "data", "-l", "log", "-w", "-t", "60", "start")
    url = f"postgresql+psycopg://kho:{settings['password']}@127.0.0.1:{settings['port']}/postgres"
    return {"TEST_DATABASE_URL": url}


def stop(folder: Path) -> None:
    """End it as an administrator does; one that does not run is fine."""
    if _is_running(folder):
        _run(folder, "pg_ctl", "-D", "data", "-m", "fast", "-w", "stop")


def kill(folder: Path) -> None:
    """SIGKILL the server and its sessions, as a power cut would."""
    server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    sessions = " ".join(path.read_text() for path in Path(f"/proc/{server}/task").glob("*/children"))
    for pid in [server, *map(int, sessions.split())]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    processes.wait_until(lambda: not Path(f"/proc/{server}").exists(), "the end of the server")


def _make_cluster(folder: Path, settings: dict[str, str], *, durable: bool) -> None:
    password = folder / "password"
    password.write_text(settings["password"])
    password.chmod(0o644)  # of a test on loopback
    _run(folder, "initdb", "-D", "data", "-U", "kho", "--pwfile=password", "--auth=scram-sha-256",
         "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
    text = f"{_SETTINGS}port = {settings['port']}\nunix_socket_directories = '{folder}'\n"
    with open(folder / "data" / "postgresql.conf", "a") as file:
        file.write(text + ("" if durable else _QUICK))


def _is_running(folder: Path) -> bool:
    return (folder / "data").exists() and _run(folder, "pg_ctl", "-D", "data", "status", check=False) == 0


def _run(folder: Path, program: str, *arguments: str, check: bool = True) -> int:
    done = subprocess.run(
        [str(_binaries() / program), *arguments],
        cwd=folder,
        user=packages.RUN_AS if os.geteuid() == 0 else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if not check else None,
        check=check,
    )
    return done.returncode


def _binaries() -> Path:
    """The newest installed version's programs."""
    found = sorted(Path(_INSTALLED).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        _keep_the_default_cluster_away()
        packages.install("postgresql")
        return _binaries()
    return found[-1].parent


def _keep_the_default_cluster_away() -> None:
    folder = Path("/etc/postgresql-common/createcluster.d")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "none.conf").write_text("create_main_cluster = false\n")
