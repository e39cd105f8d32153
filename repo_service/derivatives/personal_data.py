"""What the files of a work tell about people, for their author and reviewers: the kind, how often, and where (R50)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from indexer.masking import MASKED_ENDINGS
from indexer.personal_data import Kind
from repo_service.core.db import current_session
from repo_service.core.i18n import _, _l
from repo_service.derivatives.models import FileText

KINDS: dict[str, object] = {
    Kind.ROSTER: _l("Danh sách người kèm thông tin riêng"),
    Kind.PUPIL: _l("Học sinh kèm lớp, điểm hay nhận xét"),
    Kind.HARDSHIP: _l("Hoàn cảnh, sức khỏe của một người"),
    Kind.PHONE: _l("Số điện thoại"),
    Kind.CITIZEN_ID: _l("Số căn cước"),
    Kind.BIRTH_DATE: _l("Ngày sinh"),
    Kind.EMAIL: _l("Hộp thư riêng"),
    Kind.ADDRESS: _l("Địa chỉ nhà"),
    Kind.HEALTH_CARD: _l("Số thẻ bảo hiểm y tế"),
    Kind.BANK_ACCOUNT: _l("Số tài khoản"),
    Kind.PUPIL_ID: _l("Mã học sinh"),
}
MOST_PLACES = 8
"""Places shown of each file."""
_LONGEST = 90
"""Characters of a place that are shown."""


@dataclass(frozen=True)
class Place:
    """Where in a text: its line (from 1), or its lines as "3–5", and what stands there."""

    kind: str
    lines: str
    words: str


@dataclass(frozen=True)
class FileFindings:
    """What one file tells: (kind in words, how often), and the first places."""

    file_id: str
    name: str
    kinds: list[tuple[str, int]]
    places: list[Place]
    count: int

    @property
    def can_be_masked(self) -> bool:
        """Whether Kho can put the places out in a copy; a PDF or a picture is for its author to mend."""
        return self.name.lower().endswith(MASKED_ENDINGS)


def tells_of_people(file_ids: Sequence[str]) -> bool:
    """Whether any of the files read so far names private facts."""
    found = select(FileText.personal_data).where(FileText.file_id.in_(file_ids))
    return any(current_session().scalars(found))


def personal_data_of(names: Mapping[str, str]) -> list[FileFindings]:
    """Of the files (id -> name) those that tell private facts, in their order; two statements, one without any."""
    session = current_session()
    rows = session.execute(
        select(FileText.file_id, FileText.personal_data).where(FileText.file_id.in_(names))
    )
    found = {row.file_id: row.personal_data for row in rows if row.personal_data}
    if not found:
        return []
    texts = session.execute(select(FileText.file_id, FileText.text).where(FileText.file_id.in_(found)))
    text_of = {row.file_id: row.text for row in texts}
    return [_findings(each, name, text_of[each], found[each]) for each, name in names.items() if each in found]


def _findings(file_id: str, name: str, text: str, found: Sequence[Sequence[Any]]) -> FileFindings:
    kinds = Counter(kind for kind, _start, _end in found)
    places = [_place(text, *each) for each in found[:MOST_PLACES]]
    return FileFindings(
        file_id, name, [(kind_in_words(kind), count) for kind, count in kinds.most_common()], places, len(found)
    )


def _place(text: str, kind: str, start: int, end: int) -> Place:
    words = " ".join(text[start : min(end, start + _LONGEST)].split())
    first = text.count("\n", 0, start) + 1
    last = first + text.count("\n", start, end)
    lines = str(first) if first == last else f"{first}–{last}"
    return Place(kind_in_words(kind), lines, words + ("…" if end - start > _LONGEST else ""))


def kind_in_words(kind: str) -> str:
    """The kind as people read it; one of another release in general words."""
    return str(KINDS[kind]) if kind in KINDS else _("Thông tin khác")
