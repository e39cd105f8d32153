"""A real nginx with the files of deploy/nginx, on one loopback port, in front of processes of this machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.servers import packages, processes

_FILES = Path(__file__).resolve().parents[2] / "deploy" / "nginx"


def start(folder: Path, port: int, web_ports: Sequence[int], storage_port: int) -> None:
    """Serve `http://127.0.0.1:PORT` from the web processes and `http://localhost:PORT` from the store."""
    packages.own(folder)
    shutil.copytree(_FILES, folder, dirs_exist_ok=True)
    listen = f"listen 127.0.0.1:{port};\n"
    upstream = "".join(f"server 127.0.0.1:{web} max_fails=1 fail_timeout=2s;\n" for web in web_ports)
    told = {
        "listen": listen,
        "plain": "",
        "upstream": upstream,
        "storage": f"server 127.0.0.1:{storage_port};\n",
    }
    for name, text in told.items():
        (folder / "kho" / f"{name}.conf").write_text(text)
    site = folder / "kho" / "site.conf"
    site.write_text(re.sub(r"server_name ~\^s3\\\.;", "server_name localhost;", site.read_text()))
    command = [
        _program(),
        "-p",
        f"{folder}/",
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        "stderr",
        "-g",
        "daemon off;",
    ]
    processes.start(folder, "proxy", command)
    processes.wait_until(lambda: processes.answers(port), f"nginx on {port} ({folder / 'proxy.log'})")


def stop(folder: Path) -> None:
    """End it; one that does not run is fine."""
    processes.stop(folder, "proxy")


def _program() -> str:
    find = lambda: shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")  # noqa: E731
    if find() is None:
        packages.install("nginx-light")
    return find() or "nginx"
