"""The metadata of a version: which fields there are, what submission needs, what differs (R31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Protocol

from repo_service.core.i18n import _
from repo_service.resources.models import Resource, ResourceVersion

DESCRIPTION_FIELDS = (
    "title", "type", "subtype", "grades", "subjects", "textbook_sets", "themes", "purposes", "audiences",
    "keywords", "summary", "programme", "term", "week", "is_study_topic", "licence", "licence_name", "rights",
    "ai_use", "ai_tool", "ai_checked_by", "personal_data", "links", "members", "change_note", "wait_to_publish",
    "embargo_until",
)  # fmt: skip
"""What a person may set on a draft; levels follow from the grades."""

CORRECTABLE_FIELDS = tuple(
    name
    for name in DESCRIPTION_FIELDS
    if name not in ("links", "members", "change_note", "wait_to_publish", "embargo_until", "rights", "personal_data")
)
"""What may be corrected after publication, as a recorded minor version; files and links never."""

REACH = ("rieng", "cum", "tinh", "cong-khai")
WIDEST_REACH = {"mo": "cong-khai", "dung-chung-tinh": "tinh", "dung-trong-cum": "cum"}


def widest_reach(licence: str) -> str:
    """The widest visibility a licence allows (B4)."""
    return WIDEST_REACH.get(licence, "tinh")


def default_reach(licence: str) -> str:
    """`tinh`, or narrower when the licence is."""
    return min("tinh", widest_reach(licence), key=REACH.index)


def copy_description(source: ResourceVersion, target: ResourceVersion) -> None:
    """Carry the metadata of one version over to another."""
    for name in (*DESCRIPTION_FIELDS, "levels"):
        if name not in ("change_note", "wait_to_publish", "embargo_until"):
            value = getattr(source, name)
            setattr(target, name, list(value) if isinstance(value, list) else value)


def differences(before: ResourceVersion, after: ResourceVersion) -> dict[str, list[Any]]:
    """{field: [before, after]} of what changed between two versions' metadata."""
    names = [
        name for name in DESCRIPTION_FIELDS if name not in ("change_note", "wait_to_publish", "embargo_until")
    ]
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def submission_problems(
    resource: Resource, version: ResourceVersion, has_files: bool
) -> dict[str, list[str]]:
    """What is still missing before review: field -> sentences; empty when it can be sent.

    Five things are needed: title, type, grades, subject, a file or link (R31). A scanned textbook is
    refused (R53), and the reach may not be wider than the licence (B4).
    """
    problems: dict[str, list[str]] = {}
    if not version.title.strip():
        problems["title"] = [_("Cho bài một cái tên để đồng nghiệp tìm thấy.")]
    if not version.type:
        problems["type"] = [_("Chọn loại học liệu.")]
    if not version.grades:
        problems["grades"] = [_("Chọn ít nhất một lớp.")]
    if not version.subjects:
        problems["subjects"] = [_("Chọn ít nhất một môn hoặc hoạt động giáo dục.")]
    if not has_files and not version.links and not version.members:
        problems["files"] = [_("Thêm ít nhất một tệp hoặc một đường dẫn.")]
    if version.rights == "quet-sgk":
        problems["rights"] = [
            _("Đây là trang quét sách giáo khoa nên Kho không công bố được; phần tự làm vẫn gửi được.")
        ]
    return problems | _ai_problems(version) | _licence_problems(resource, version)


def _ai_problems(version: ResourceVersion) -> dict[str, list[str]]:
    """Whoever lets a machine do most of it says which one, and who checked what it wrote (R51)."""
    if version.ai_use != "phan-lon":
        return {}
    needed = {
        "ai_tool": _("Ghi tên công cụ AI thầy cô đã dùng."),
        "ai_checked_by": _("Ghi tên thầy cô đã kiểm chứng nội dung do AI soạn."),
    }
    return {name: [sentence] for name, sentence in needed.items() if not (getattr(version, name) or "").strip()}


def _licence_problems(resource: Resource, version: ResourceVersion) -> dict[str, list[str]]:
    problems = {}
    if REACH.index(resource.visibility) > REACH.index(widest_reach(version.licence)):
        problems["visibility"] = [reach_sentence()]
    if is_wider_than_original(resource, version.licence):
        problems["licence"] = [
            _("Bản gốc chỉ cho dùng hẹp hơn; chọn giấy phép của bản gốc hoặc giấy phép hẹp hơn nữa.")
        ]
    return problems


def is_wider_than_original(resource: Resource, licence: str) -> bool:
    """Whether a copy would be given on more freely than the work whose files it began with."""
    if resource.based_on_kind is None or not resource.credits or not resource.credits[0].get("licence"):
        return False
    allowed = widest_reach(resource.credits[0]["licence"])
    return REACH.index(widest_reach(licence)) > REACH.index(allowed)


def reach_sentence() -> str:
    """What to do when the reach is wider than the licence (B4)."""
    return str(
        _(
            "Phạm vi chia sẻ đang rộng hơn giấy phép cho phép. Chọn phạm vi hẹp hơn, hoặc giấy phép “Học liệu mở”."
        )
    )


LONGEST_COMPARED = 2000
"""Lines of each side that a comparison looks at: enough for a plan of lessons, bounded for a book."""


@dataclass(frozen=True)
class Line:
    """One line of a comparison of texts: kind is same, added, removed or skipped."""

    kind: str
    text: str


def compare_texts(before: str, after: str, *, context: int = 3) -> list[Line]:
    """The lines that changed with `context` around each, at most LONGEST_COMPARED a side; empty when equal."""
    old, new = (text.splitlines()[:LONGEST_COMPARED] for text in (before, after))
    kinds = {"+": "added", "-": "removed", " ": "same", "@": "skipped"}
    found = list(unified_diff(old, new, lineterm="", n=context))[2:]
    return [Line(kinds[line[0]], "" if line[0] == "@" else line[1:]) for line in found]


def compare_files(before: Sequence[FileLike], after: Sequence[FileLike]) -> list[tuple[str, str]]:
    """(kind, name) of every file of both versions: same, changed (same name, other bytes), added, removed."""
    old, new = {file.name: file for file in before}, {file.name: file for file in after}
    rows = [
        ("added" if name not in old else "same" if _same_bytes(old[name], new[name]) else "changed", name)
        for name in new
    ]
    return rows + [("removed", name) for name in old if name not in new]


def _same_bytes(one: FileLike, other: FileLike) -> bool:
    return one.id == other.id or (one.sha256 is not None and one.sha256 == other.sha256)


class FileLike(Protocol):
    """What a comparison needs to know of a file."""

    @property
    def id(self) -> str:
        """The stored file."""

    @property
    def name(self) -> str:
        """Its name in the version."""

    @property
    def sha256(self) -> str | None:
        """Its digest, when known."""
