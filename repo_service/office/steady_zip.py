"""Office packages with fixed member dates, so that equal content is equal bytes."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from typing import BinaryIO, cast

from repo_service.office.paper import Target

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_IN_MEMORY = 4 * 1024 * 1024


def save_steady(save: Callable[[BinaryIO], object], target: Target) -> None:
    """Let `save` write a zip package to a spool, then copy it to `target` with fixed dates."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        save(cast(BinaryIO, spool))
        spool.seek(0)
        with zipfile.ZipFile(spool) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as steady:
            for info in source.infolist():
                dated = zipfile.ZipInfo(info.filename, _EARLIEST)
                dated.compress_type = zipfile.ZIP_DEFLATED
                steady.writestr(dated, source.read(info))
