"""A real Ceph object gateway on loopback: one monitor, one disk in a sparse file, one gateway."""

from __future__ import annotations

import shutil
import signal
import subprocess
import uuid
from pathlib import Path
from typing import Any

from tests.servers import buckets, packages, processes

_PACKAGES = ("radosgw", "ceph-mon", "ceph-osd", "ceph-common")
_DAEMONS = ("rgw", "osd", "mon")
"""In the order in which they are stopped."""

_CONF = """
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon2},v1:127.0.0.1:{mon1}]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
keyring = {folder}/keyring
run dir = {folder}
admin socket =
log file = {folder}/$name.log
crash dir = {folder}
mon cluster log file = {folder}/cluster.log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
paxos propose interval = 0.05
paxos min wait = 0.02
[mon]
mon data = {folder}/mon
mon data avail crit = 1
mon data avail warn = 2
auth allow insecure global id reclaim = false
[osd]
osd data = {folder}/osd
bluestore block size = 8589934592
bluestore cache autotune = false
bluestore cache size = 67108864
osd memory target = 939524096
osd op num shards = 2
osd class update on start = false
[client]
rgw frontends = beast endpoint=127.0.0.1:{port} tcp_nodelay=1
rgw data = {folder}/rgw
rgw thread pool size = 32
rgw enable usage log = false
"""
_KEYS = {
    "mon.": {"mon": "allow *"},
    "client.admin": {"mon": "allow *", "osd": "allow *", "mgr": "allow *", "mds": "allow *"},
    "client.rgw": {"mon": "allow rwx", "osd": "allow rwx"},
    "osd.0": {"mon": "allow profile osd", "osd": "allow *"},
}


def start(folder: Path) -> dict[str, str]:
    """Install, make and start the cluster; started again it has the same objects, address and keys."""
    if shutil.which("radosgw") is None:
        packages.install(*_PACKAGES)
    ports = {name: processes.free_port() for name in ("port", "mon1", "mon2")}
    settings = buckets.known(folder, fsid=str(uuid.uuid4()), osd=str(uuid.uuid4()), **ports)
    (folder / "ceph.conf").write_text(_CONF.format(folder=folder, **settings))
    if not (folder / "mon").exists():
        _make_monitor(folder, settings)
    _daemon(folder, "mon", "ceph-mon", "-f", "-i", "a")
    if not (folder / "osd").exists():
        (folder / "osd").mkdir()
        _run(folder, "ceph", "osd", "new", settings["osd"], "0")
        _run(folder, "ceph-osd", "-i", "0", "--mkfs", "-k", "keyring", "--osd-uuid", settings["osd"])
    _daemon(folder, "osd", "ceph-osd", "-f", "-i", "0")
    _daemon(folder, "rgw", "radosgw", "-f", "-n", "client.rgw")
    _make_user(folder, settings)
    processes.wait_until(lambda: processes.answers(settings["port"]), "radosgw")
    return buckets.open_for_tests("RADOSGW", settings)


def stop(folder: Path) -> None:
    """End its processes; those that do not run are fine."""
    for name in _DAEMONS:
        processes.stop(folder, name)


def kill(folder: Path) -> None:
    """End all of them without any warning."""
    for name in _DAEMONS:
        processes.stop(folder, name, signal.SIGKILL)


def _make_monitor(folder: Path, settings: dict[str, Any]) -> None:
    for name, caps in _KEYS.items():
        given = [text for cap, what in caps.items() for text in ("--cap", cap, what)]
        made = () if (folder / "keyring").exists() else ("--create-keyring",)
        _run(folder, "ceph-authtool", *made, "keyring", "--gen-key", "-n", name, *given)
    address = f"[v2:127.0.0.1:{settings['mon2']},v1:127.0.0.1:{settings['mon1']}]"
    _run(
        folder,
        "monmaptool",
        "--create",
        "--clobber",
        "--fsid",
        settings["fsid"],
        "--addv",
        "a",
        address,
        "monmap",
    )
    (folder / "mon").mkdir()
    _run(folder, "ceph-mon", "-i", "a", "--mkfs", "--monmap", "monmap", "-k", "keyring")


def _make_user(folder: Path, settings: dict[str, Any]) -> None:
    admin = ("radosgw-admin", "-n", "client.admin")
    if _run(folder, *admin, "user", "info", "--uid", "kho", check=False):
        pair = ("--access-key", settings["access_key"], "--secret-key", settings["secret_key"])
        _run(folder, *admin, "user", "create", "--uid", "kho", "--display-name", "kho", *pair)


def _daemon(folder: Path, name: str, *command: str) -> None:
    if not processes.runs(folder, name):
        processes.start(
            folder, name, [*command, "-c", str(folder / "ceph.conf"), "-k", str(folder / "keyring")]
        )


def _run(folder: Path, *command: str, check: bool = True) -> int:
    """Run one of Ceph's programs in the folder; what it says goes to a log."""
    has_conf = () if command[0] in ("ceph-authtool", "monmaptool") else ("-c", str(folder / "ceph.conf"))
    with open(folder / "making.log", "ab") as log:
        done = subprocess.run(
            [*command, *has_conf],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=120,
            check=check,
        )
    return done.returncode
