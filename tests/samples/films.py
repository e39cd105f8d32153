"""A film and a recording made by ffmpeg itself, for machines that have it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def film(path: Path, seconds: int = 3) -> Path:
    """A moving test picture with a tone; the container by the path's ending."""
    program = shutil.which("ffmpeg")
    assert program is not None
    subprocess.run(
        [
            program, "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc=size=640x360:rate=10:duration={seconds}",
            "-f", "lavfi", "-i", f"sine=duration={seconds}", "-shortest", str(path),
        ],
        check=True,
    )  # fmt: skip
    return path


def recording(path: Path, seconds: int = 2) -> Path:
    """A tone."""
    program = shutil.which("ffmpeg")
    assert program is not None
    subprocess.run(
        [program, "-v", "error", "-y", "-f", "lavfi", "-i", f"sine=duration={seconds}", str(path)], check=True
    )
    return path
