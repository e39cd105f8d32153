"""A real clamd with signatures of its own (no download), on a socket in the folder. Opt-in: its package takes long."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from tests.servers import packages, processes

MARKER, NAME, LIMIT = b"EVIL-MARKER", "Kho.Test.Marker", 1 << 20
"""What it calls a virus, how, and its StreamMaxLength in bytes."""
_SIGNATURES = {
    "kho.ndb": f"{NAME}:0:*:{MARKER.hex()}\n",
    "eicar.ndb": f"Kho.Eicar:0:*:{(b'EICAR-STANDARD' + b'-ANTIVIRUS').hex()}\n",
}


def program() -> str | None:
    """Where clamd is; installed first where `TEST_CLAMD=1` asks for it, None without."""
    find = lambda: shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")  # noqa: E731
    if find() is None and os.environ.get("TEST_CLAMD"):
        packages.install("clamav-daemon")
    return find()


def start(folder: Path) -> str:
    """Start it and wait; the value for SCANNER_URL."""
    found = program()
    if found is None:
        raise RuntimeError("clamd is not installed (clamav-daemon)")
    (folder / "db").mkdir(parents=True)
    for name, line in _SIGNATURES.items():
        (folder / "db" / name).write_text(line)
    socket = Path(tempfile.mkdtemp(prefix="clamd-")) / "ctl"  # pytest's folders are too deep for a socket
    (folder / "socket").symlink_to(socket.parent)
    lines = ["Foreground yes", f"LocalSocket {socket}", f"DatabaseDirectory {folder / 'db'}"]
    lines += [f"StreamMaxLength {LIMIT}", "AlertExceedsMax yes", "MaxFileSize 500K", "MaxScanSize 500K"]
    if os.geteuid() == 0:
        lines.append("User root")
    (folder / "clamd.conf").write_text("\n".join([*lines, ""]))
    processes.start(folder, "clamd", [found, "-c", str(folder / "clamd.conf")])
    processes.wait_until(socket.exists, f"clamd ({folder / 'clamd.log'})", 60)
    return f"unix:{socket}"


def stop(folder: Path) -> None:
    """End it; one that does not run is fine."""
    processes.stop(folder, "clamd")
    if (folder / "socket").exists():
        shutil.rmtree((folder / "socket").resolve())
