"""Documents inside an archive, read by the readers of their formats, within limits on count, bytes, time and depth.

One member at a time lies in a file without a name of its own, so a member's name cannot lead anywhere.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import zipfile
from dataclasses import replace
from pathlib import Path

from indexer.extraction.extracted import Limits
from indexer.extraction.gathered import Budget, Enough, Gathered, Rank

_ENCRYPTED_FLAG = 0x1
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
# fmt: off
MEDIA_TYPES = {
    "docx": f"{_OFFICE}.wordprocessingml.document", "pptx": f"{_OFFICE}.presentationml.presentation",
    "ppsx": f"{_OFFICE}.presentationml.slideshow", "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "odt": f"{_ODF}.text", "odp": f"{_ODF}.presentation", "ods": f"{_ODF}.spreadsheet",
    "doc": "application/msword", "ppt": "application/vnd.ms-powerpoint", "xls": "application/vnd.ms-excel",
    "rtf": "application/rtf", "pdf": "application/pdf", "epub": "application/epub+zip",
    "html": "text/html", "htm": "text/html", "xhtml": "text/html",
    "txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "tex": "text/x-tex", "gift": "text/plain",
    "srt": "application/x-subrip", "vtt": "text/vtt",
    "zip": "application/zip", "h5p": "application/zip", "imscc": "application/zip",
}
# fmt: on
"""By the ending of a member's name; what is not here is not read."""


class InnerFiles:
    """The members of an open archive. Broken, locked and foreign ones are passed over: the rest is still worth it."""

    def __init__(self, archive: zipfile.ZipFile, gathered: Gathered, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self.gathered = gathered
        if gathered.budget is None:
            until = time.monotonic() + limits.inner_seconds
            gathered.budget = Budget(limits.inner_files, limits.inner_bytes, until)
        self._budget = gathered.budget

    def data(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """A member's bytes, at most `most` of them. Raises what zipfile raises."""
        self._charge(min(info.file_size, most))
        with self._archive.open(info) as member:
            return member.read(most)

    def read(self, info: zipfile.ZipInfo) -> None:
        """Add the text of one member when its ending is known; raises Enough when a limit is reached."""
        media_type = MEDIA_TYPES.get(info.filename.rpartition(".")[2].lower())
        if media_type is None or info.flag_bits & _ENCRYPTED_FLAG or info.file_size == 0:
            return
        if info.file_size > self._limits.member or (media_type.endswith("zip") and self._limits.nesting < 1):
            self.gathered.is_partly_read = True
            return
        self._charge(info.file_size)
        self._read_as(info, media_type)

    def _charge(self, size: int) -> None:
        budget = self._budget
        budget.files -= 1
        budget.bytes -= size
        if budget.files < 0 or budget.bytes < 0 or time.monotonic() > budget.until:
            self.gathered.is_partly_read = True
            raise Enough

    def _read_as(self, info: zipfile.ZipInfo, media_type: str) -> None:
        pages, begin = self.gathered.pages, len(self.gathered.lines)
        try:
            self._copy_and_read(info, media_type)
        except Enough:
            raise
        except MemoryError:
            self.gathered.is_partly_read = True
        except Exception:  # noqa: BLE001, S110 - a parser may raise whatever it likes on a broken file
            pass
        finally:  # the archive has no pages, and its title is none of a document's in it
            self.gathered.pages = pages
            lines = self.gathered.lines
            lines[begin:] = [(text, min(rank, Rank.HEADING)) for text, rank in lines[begin:]]

    def _copy_and_read(self, info: zipfile.ZipInfo, media_type: str) -> None:
        from indexer.extraction.formats import reader_of  # the registry knows this module as well

        limits = replace(self._limits, nesting=self._limits.nesting - 1)
        with tempfile.NamedTemporaryFile(prefix="inner-") as copy:
            with self._archive.open(info) as member:
                shutil.copyfileobj(member, copy)
            copy.flush()
            reader_of(media_type).read(Path(copy.name), self.gathered, limits)
