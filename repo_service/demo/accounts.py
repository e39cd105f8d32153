"""The demo's passwords: made once, kept in a file that only its owner can read, never in the code."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE = "demo-accounts.txt"
WITH_PASSWORD = {
    "lan": "giáo viên, cụm K2",
    "minh": "trưởng cụm K2",
    "hoa": "phản biện và rà soát, cụm K2",
    "tuan": "chuyên viên Sở",
    "quang": "giáo viên, cụm K1",
    "tam": "hiệu trưởng, THCS Bờ Xe Nước",
    "tham": "cán bộ xã Tư Nghĩa",
    "quantri": "quản trị",
}
"""Who can sign in, and as what; everyone else of the cast has no password."""

_WORDS = (  # noqa: SIM905 - a list of words reads best as words
    "bien buom cam canh cau chim chuoi dao den doi dong gao gio hat hoa hong khoai lua mai may mia nang"
    " nhan nui ong phuong quat que rung sen song suoi tam thong tom trang tre trong tuoi vang vuon xanh xuan"
).split()
_LENGTH = 5


def kept_passwords(data: Path) -> dict[str, str]:
    """User name -> password, as the first seed wrote them; empty when there is no file."""
    path = data / FILE
    if not path.is_file():
        return {}
    pairs = (line.split("\t") for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return {pair[0]: pair[1] for pair in pairs}


def make_passwords(data: Path) -> dict[str, str]:
    """The kept passwords, or new ones, written (mode 0600) and on disk before this returns."""
    kept = kept_passwords(data)
    if kept.keys() == WITH_PASSWORD.keys():
        return kept
    passwords = {name: "-".join(secrets.choice(_WORDS) for _ in range(_LENGTH)) for name in WITH_PASSWORD}
    _write(data / FILE, passwords)
    return passwords


def _write(path: Path, passwords: Mapping[str, str]) -> None:
    path.unlink(missing_ok=True)  # an older file might have been readable by others
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(
            f"{name}\t{password}\t{WITH_PASSWORD[name]}\n" for name, password in passwords.items()
        )
        file.flush()
        os.fsync(file.fileno())
