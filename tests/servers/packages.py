"""Installing what a server needs from the system's packages; big downloads are kept between runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kho-servers"
"""Where downloads and builds are kept; never inside the repository."""

RUN_AS = "nobody"
"""Servers that refuse to run as root run as this user."""


def install(*packages: str) -> None:
    """Install Debian packages; RuntimeError says which are missing where that needs an administrator."""
    if os.geteuid() != 0:
        raise RuntimeError(f"not root: have an administrator install {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if subprocess.run(command, env=quiet, capture_output=True, check=False).returncode:
        subprocess.run(["apt-get", "update", "-qq"], env=quiet, capture_output=True, check=True)
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=True)


def own(folder: Path) -> None:
    """Make the folder and give it, and the way to it through the temporary folder, to RUN_AS where we are root."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return
    shutil.chown(folder, RUN_AS)
    for parent in folder.parents:
        if parent.is_relative_to(tempfile.gettempdir()):
            parent.chmod(parent.stat().st_mode | 0o011)
