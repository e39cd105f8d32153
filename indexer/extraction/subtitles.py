"""Subtitles of videos (SRT, WebVTT): what is said, without numbers, times and styling."""

from __future__ import annotations

import re
from pathlib import Path

from indexer.extraction.extracted import Limits
from indexer.extraction.gathered import Gathered
from indexer.extraction.plain_text import decode

_NOT_SAID = re.compile(r"\d+$|WEBVTT|NOTE\b|STYLE$|REGION$|.*-->")
_TAG = re.compile(r"<[^<>]{0,80}>|\{\\[^{}]{0,80}\}")


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add each spoken line."""
    with path.open("rb") as stream:
        data = stream.read(limits.raw_text)
    for line in decode(data).splitlines():
        if not _NOT_SAID.match(line.strip()):
            gathered.add(_TAG.sub("", line))
