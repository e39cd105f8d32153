"""Judging a zip: never an error, and what is taken unpacks within the limits, under harmless names."""

from __future__ import annotations

import io
import zipfile

from repo_service.files.file_types import REASONS, inspect
from repo_service.files.inspection.zip_safety import MEMBERS, UNPACKED
from tests.fuzz.texts import read
from tests.repo_service.files.samples import docx, open_document, zipped

SEEDS = (
    zipped({"bai-1.txt": "Phân số", "anh/hinh.svg": "<svg/>"}),
    zipped({"a.txt": "a" * 400}, zipfile.ZIP_STORED),
    zipped({"trong.zip": zipped({"b.txt": "b"})}),
    docx(),
    open_document("text"),
)


def target(data: bytes) -> None:
    """Judge it as a zip, as a package and as documents that are zips; read the names of what is taken."""
    for name in ("a.docx", "a.odt", "a.h5p", "a.zip"):
        reason = inspect(io.BytesIO(data), name).reason
        assert reason is None or reason in REASONS
    if reason is None and zipfile.is_zipfile(io.BytesIO(data)):  # without a directory it is only damaged
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            assert len(members) <= MEMBERS and sum(member.file_size for member in members) <= UNPACKED
            for member in members:
                parts = member.filename.replace("\\", "/").split("/")
                assert ".." not in parts and not member.filename.startswith(("/", "\\"))
        read(data, "application/zip")
