"""A site past one process: nginx, gunicorn twice, `kho worker` twice; each can be killed and started again alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.servers import nginx, processes

GUNICORN = [
    sys.executable,
    "-m",
    "gunicorn",
    "-c",
    "python:repo_service.gunicorn_settings",
    "repo_service.wsgi:app",
]
_WORKER = [sys.executable, "-m", "repo_service", "worker"]
WEB, WORKERS = ("web-1", "web-2"), ("worker-1", "worker-2")


class Site:
    """All processes of one machine below `folder`; `settings` are Kho's variables, the same for all of them."""

    def __init__(self, folder: Path, storage_port: int) -> None:
        self.data = folder / "data"
        self.data.mkdir(parents=True, exist_ok=True)
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.public_endpoint = f"http://localhost:{self.port}"
        self.web_ports = {name: processes.free_port() for name in WEB}
        self.settings: dict[str, str] = {}
        self._folder, self._storage_port = folder, storage_port

    def configure(self, settings: Mapping[str, str]) -> None:
        """Take the settings of the parts it stands on, and add its own."""
        own = {
            "KHO_DATA": str(self.data),
            "PUBLIC_URL": self.url,
            "CONTENT_URL": f"http://tep.kho.test:{self.port}",
            "TRUSTED_HOSTS": "127.0.0.1",
            "TRUSTED_PROXIES": "1",
            "SECRET_KEY": "of a site that lives for a test, on loopback",
            "WEB_CONCURRENCY": "1",
            "RATE_LIMITS": "1000",  # a few clients ask here for a whole province
        }
        self.settings = {**own, **settings}

    def kho(self, *arguments: str) -> str:
        """Run a command with the site's settings; what it printed. An error when it fails."""
        command = [sys.executable, "-m", "repo_service", *arguments]
        env = {**os.environ, **self.settings}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise RuntimeError(f"kho {' '.join(arguments)}: {done.stderr or done.stdout}")
        return done.stdout

    def start(self) -> None:
        """Start everything; each answers when this returns."""
        for name in (*WEB, *WORKERS):
            self.start_one(name)
        nginx.start(self._folder / "nginx", self.port, list(self.web_ports.values()), self._storage_port)

    def start_one(self, name: str) -> None:
        """Start a process that was stopped or killed."""
        if name in WORKERS:
            processes.start(self._folder, name, _WORKER, env=self.settings)
        else:
            start_web(self._folder, name, self.web_ports[name], self.settings)

    @property
    def names(self) -> tuple[str, ...]:
        """Every process that can be killed alone."""
        return (*WEB, *WORKERS)

    def kill(self, name: str) -> None:
        """SIGKILL one of WEB or WORKERS with its children."""
        kill(self._folder, name)

    def stop(self) -> None:
        """End everything as a supervisor does."""
        stop(self._folder)


def stop(folder: Path) -> None:
    """End whatever runs of the site below the folder."""
    nginx.stop(folder / "nginx")
    for name in (*WEB, *WORKERS):
        processes.stop(folder, name)


def start_web(folder: Path, name: str, port: int, env: Mapping[str, str]) -> None:
    """One gunicorn on a loopback port, answering when this returns."""
    processes.start(folder, name, [*GUNICORN, "--bind", f"127.0.0.1:{port}"], env=env)
    processes.wait_until(lambda: is_alive(port), f"{name} on {port} ({folder / name}.log)")


def is_alive(port: int) -> bool:
    """Whether `/healthz` answers there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def kill(folder: Path, name: str) -> None:
    """SIGKILL the process and its children, as a machine that goes away would."""
    processes.stop(folder, name, signal.SIGKILL)
