"""Films and recordings, by ffmpeg: how long they are, and one picture of a film. Runs in the child only.

The container is named, not guessed, and only files may be opened: a playlist cannot make ffmpeg read other things.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from indexer.extraction.programs import CONTAINERS

_WIDTH = 960
_SHARE, _LATEST = 0.1, 60.0
"""The picture is taken after a tenth of the film, at most a minute in: the first frame is often black."""
_SECONDS = 20


def duration(path: Path, media_type: str, program: str) -> float | None:
    """Seconds of playing; None where ffprobe is missing or cannot tell."""
    probe = Path(program).with_name("ffprobe")
    asked = [
        str(probe),
        "-v",
        "error",
        *_source(path, media_type),
        "-show_entries",
        "format=duration",
        "-of",
        "json",
    ]
    try:
        done = subprocess.run(
            asked, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
        seconds = float(json.loads(done.stdout)["format"]["duration"])
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return None
    return seconds if 0 < seconds < 10**7 else None


def take_picture(path: Path, media_type: str, program: str, seconds: float | None, target: Path) -> bool:
    """Write one frame as PNG to `target`; False where there is none (a recording without a cover)."""
    for at in dict.fromkeys((min((seconds or 0) * _SHARE, _LATEST), 0.0)):
        command = [
            program, "-v", "error", "-nostdin", "-y", "-threads", "1", "-ss", f"{at:.2f}", *_source(path, media_type),
            "-an", "-sn", "-dn", "-frames:v", "1", "-vf", f"scale='min({_WIDTH},iw)':-2", "-c:v", "png",
            "-f", "image2", str(target),
        ]  # fmt: skip
        try:
            subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return False
        if target.is_file() and target.stat().st_size:
            return True
    return False


def _source(path: Path, media_type: str) -> list[str]:
    return ["-protocol_whitelist", "file", "-f", CONTAINERS[media_type], "-i", str(path)]
