"""A real versitygw (S3 over a plain folder) on loopback, built once from its Go module."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

from tests.servers import buckets, processes
from tests.servers.packages import CACHE

_VERSION = "v1.8.0"
_MODULE = "github.com/versity/versitygw/cmd/versitygw"


def start(folder: Path) -> dict[str, str]:
    """Build, start and wait; started again on the same folder it has the same objects, address and keys."""
    program = _program()
    settings = buckets.known(folder, port=processes.free_port())
    for name in ("data", "versions"):
        (folder / name).mkdir(exist_ok=True)
    if not processes.answers(settings["port"]):
        command = [program, "--port", f"127.0.0.1:{settings['port']}", "--health", "/health", "--quiet"]
        store = ["posix", "--versioning-dir", str(folder / "versions"), str(folder / "data")]
        pair = {"ROOT_ACCESS_KEY": settings["access_key"], "ROOT_SECRET_KEY": settings["secret_key"]}
        processes.start(folder, "versitygw", [*command, "--keep-alive", *store], env=pair)
        processes.wait_until(lambda: processes.answers(settings["port"]), "versitygw", 30)
    return buckets.open_for_tests("VERSITYGW", settings)


def start_secured(folder: Path, certificate: str, key: str) -> str:
    """Another one behind TLS: the address of its bucket on the host `localhost`; its keys stand in `settings.json`."""
    settings = buckets.known(folder, port=processes.free_port())
    (folder / "data" / buckets.BUCKET).mkdir(parents=True)
    files = {"--cert": (folder / "store.crt", certificate), "--key": (folder / "store.key", key)}
    place = ["--port", f"127.0.0.1:{settings['port']}", "--quiet"]
    for option, (path, pem) in files.items():
        path.write_text(pem)
        place += [option, str(path)]
    pair = {"ROOT_ACCESS_KEY": settings["access_key"], "ROOT_SECRET_KEY": settings["secret_key"]}
    processes.start(folder, "versitygw", [_program(), *place, "posix", str(folder / "data")], env=pair)
    processes.wait_until(lambda: processes.answers(settings["port"]), "versitygw", 30)
    return f"s3://{buckets.BUCKET}?endpoint=https://localhost:{settings['port']}&region=us-east-1"


def stop(folder: Path) -> None:
    """End it; one that does not run is fine."""
    processes.stop(folder, "versitygw")


def kill(folder: Path) -> None:
    """End it without any warning."""
    processes.stop(folder, "versitygw", signal.SIGKILL)


def _program() -> str:
    """The pinned version, built into the cache when it is not there yet (one to two minutes)."""
    built = CACHE / f"versitygw-{_VERSION}"
    if not built.exists():
        go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
        if go is None:
            raise RuntimeError("versitygw is built from source: install Go (golang-go)")
        where = CACHE / "build"
        where.mkdir(parents=True, exist_ok=True)
        env = {**os.environ, "GOBIN": str(where), "CGO_ENABLED": "0"}
        subprocess.run([go, "install", "-trimpath", f"{_MODULE}@{_VERSION}"], env=env, check=True)
        (where / "versitygw").replace(built)
    return str(built)
