"""Names of places that are no units any more: former districts and provinces, found in texts (R5)."""

from __future__ import annotations

import re
from collections import Counter
from unicodedata import normalize

from sqlalchemy import select
from sqlalchemy.orm import Session

from repo_service.curriculum import seed_data
from repo_service.curriculum.installation import Cached
from repo_service.organizations.models import Organization

UNITS = {
    "huyện": r"huyện",
    "thị xã": r"(?:thị\s+xã|TX\.?)",
    "thành phố": r"(?:thành\s+phố|TP\.?)",
    "tỉnh": r"tỉnh",
}
"""Kinds of units that a name must be written with: "Sa Thầy" alone may be the commune of today."""
_Names = tuple[re.Pattern[str] | None, dict[str, str]]


def old_places(text: str) -> Counter[str]:
    """How often each former place is named in a text, by its full name ("huyện Sa Thầy")."""
    pattern, names = _former.get()
    if pattern is None:
        return Counter()
    return Counter(names[match.lastgroup or ""] for match in pattern.finditer(normalize("NFC", text)))


def _read(session: Session) -> _Names:
    """One pattern for all names, a group each; names that the department adds to a commune count from then on."""
    rows = session.scalars(select(Organization.old_names).where(Organization.kind == "xa"))
    spelled = {name for names in rows for name in names}
    spelled |= {f"tỉnh {name}" for name in seed_data.province().aliases if not name.startswith("tỉnh ")}
    known = sorted(
        (normalize("NFC", name) for name in spelled if any(name.startswith(f"{unit} ") for unit in UNITS)),
        key=lambda name: (-len(name), name),
    )
    if not known:
        return None, {}
    groups = {f"n{place}": name for place, name in enumerate(known)}
    pattern = "|".join(f"(?P<{group}>{_pattern_of(name)})" for group, name in groups.items())
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), groups


def _pattern_of(name: str) -> str:
    unit = next(unit for unit in UNITS if name.startswith(f"{unit} "))
    words = name.removeprefix(unit).split()
    return r"\s*".join([UNITS[unit], r"\s+".join(map(re.escape, words))])


_former = Cached(_read)
