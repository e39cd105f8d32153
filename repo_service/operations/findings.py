"""What `kho doctor` says: findings of three levels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from repo_service.core.db import Database
from repo_service.settings import Settings

GOOD, WARNING, ERROR = "ổn", "lưu ý", "lỗi"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `level` is GOOD, WARNING or ERROR."""

    level: str
    text: str


Findings = Iterator[Finding]
Check = Callable[[Settings, Database], Findings]
