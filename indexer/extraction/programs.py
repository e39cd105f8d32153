"""Optional programs of the operating system. Asked for each time: one that was installed meanwhile counts at once."""

from __future__ import annotations

import os
import shutil
import subprocess

OFFICE, OCR, FILMS = "soffice", "tesseract", "ffmpeg"
OCR_LANGUAGE = "vie"
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8"}
"""All that programs get to know of ours."""
_ASKING_SECONDS = 10
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
# fmt: off
OFFICE_ENDINGS = {
    f"{_OFFICE}.wordprocessingml.document": "docx", f"{_OFFICE}.presentationml.presentation": "pptx",
    f"{_OFFICE}.presentationml.slideshow": "ppsx", f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    f"{_ODF}.text": "odt", f"{_ODF}.presentation": "odp", f"{_ODF}.spreadsheet": "ods",
    "application/msword": "doc", "application/vnd.ms-powerpoint": "ppt", "application/vnd.ms-excel": "xls",
    "application/rtf": "rtf", "text/rtf": "rtf",
}
# fmt: on
"""What LibreOffice makes pages of, and the name by which it knows each."""
CONTAINERS = {
    "video/mp4": "mov", "video/quicktime": "mov", "audio/mp4": "mov", "video/webm": "matroska",
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg",
}  # fmt: skip
"""What ffmpeg looks at, and its own name for the container."""


def office_program() -> str | None:
    """LibreOffice, which turns Office files into pages."""
    return shutil.which(OFFICE)


def film_program() -> str | None:
    """ffmpeg, which takes a picture out of a film."""
    return shutil.which(FILMS)


def ocr_program() -> str | None:
    """tesseract, when it knows Vietnamese: with another language it would make up words."""
    found = shutil.which(OCR)
    return found if found and OCR_LANGUAGE in _languages(found) else None


def _languages(program: str) -> list[str]:
    try:
        asked = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=_ASKING_SECONDS,
            stdin=subprocess.DEVNULL, env=ENVIRONMENT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return []
    return asked.stdout.split()
