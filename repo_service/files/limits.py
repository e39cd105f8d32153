"""How large a file of each class may be, and into how many parts it is cut; served at /api/limits."""

from __future__ import annotations

from typing import Any

from repo_service.core.errors import InvalidInput, TooLarge
from repo_service.core.i18n import _

MIB = 1024 * 1024
GIB = 1024 * MIB

SIZE_LIMITS: dict[str, int] = {
    "text": 20 * MIB,
    "image": 50 * MIB,
    "document": 200 * MIB,
    "audio": 200 * MIB,
    "package": 2 * GIB,
    "video": 4 * GIB,
}
"""Bytes, by size class of `file_types.FileType`."""

SMALLEST_PART = 8 * MIB
LARGE_PART = 32 * MIB
MOST_PARTS = 1_000
SMALL_DEPOSIT = 64 * MIB
"""Most bytes of one multipart/form-data deposit; larger files come in parts."""


def part_size(size: int) -> int:
    """Bytes of a part, whole MiB: 8 for ordinary files, 32 for films, more where 1,000 parts would not do.

    Each part is synced to disk on its own, which is what an upload waits for; a cut line loses one part at most.
    """
    wanted = max(SMALLEST_PART, min(LARGE_PART, size // 16), -(-size // MOST_PARTS))
    return -(-wanted // MIB) * MIB


def check_size(size: int, size_class: str) -> None:
    """Raise InvalidInput for an empty file, TooLarge beyond the limit of its class."""
    if size < 1:
        raise InvalidInput({"size": [_("Tệp này trống. Thầy cô chọn lại tệp có nội dung nhé.")]})
    most = SIZE_LIMITS[size_class]
    if size > most:
        raise TooLarge(_("Tệp lớn quá mức Kho nhận cho loại này (%(most)s MB).", most=most // MIB))


def described(extensions: dict[str, list[str]]) -> dict[str, Any]:
    """The body of /api/limits; `extensions` lists the endings of each size class."""
    return {
        "classes": [
            {"class": name, "max_bytes": most, "extensions": extensions[name]}
            for name, most in SIZE_LIMITS.items()
        ],
        "part_size_min": SMALLEST_PART,
        "parts_max": MOST_PARTS,
        "form_deposit_max_bytes": SMALL_DEPOSIT,
    }
