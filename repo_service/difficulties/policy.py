"""Who files a difficulty, who reads it, who answers it or passes it on (R37, R38)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.difficulties.models import Difficulty
from repo_service.organizations.models import Organization

HEADS = ("hieu-truong", "pho-hieu-truong", "tt-hoa-nhap")


def schools_headed_by(viewer: Viewer) -> list[str]:
    """Schools for which the viewer may file."""
    return [role.organization_id for role in viewer.roles if role.code in HEADS and role.organization_id]


def communes_of(viewer: Viewer) -> list[str]:
    """Communes whose officer the viewer is."""
    return [
        role.organization_id for role in viewer.roles if role.code == "can-bo-xa" and role.organization_id
    ]


def can_file(viewer: Viewer, school: Organization) -> bool:
    """The heads of the school."""
    return school.id in schools_headed_by(viewer)


def can_read(viewer: Viewer, found: Difficulty) -> bool:
    """The school that filed it, the commune it came to, and the department, which gathers all for its report."""
    return (
        viewer.is_department
        or found.school_id in schools_headed_by(viewer)
        or found.body_id in communes_of(viewer)
    )


def can_read_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_read`."""
    if viewer.is_guest:
        return false()
    if viewer.is_department:
        return true()
    return or_(
        Difficulty.school_id.in_(schools_headed_by(viewer)), Difficulty.body_id.in_(communes_of(viewer))
    )


def can_answer(viewer: Viewer, found: Difficulty) -> bool:
    """Whoever has it now: the department, or the commune's officer."""
    return viewer.is_department if found.for_department else found.body_id in communes_of(viewer)


def can_pass_on(viewer: Viewer, found: Difficulty) -> bool:
    """The officer of the commune it came to; lifecycle.py says until when."""
    return found.body_id in communes_of(viewer)


def can_open(viewer: Viewer, _target: object = None) -> bool:
    """Whether there is a box to look into."""
    return viewer.is_department or bool(schools_headed_by(viewer) or communes_of(viewer))


FILE = declare(Policy("difficulties.file", "Gửi khó khăn, vướng mắc của trường", can_file))
READ = declare(Policy("difficulties.read", "Đọc khó khăn, vướng mắc", can_read, can_read_sql))
ANSWER = declare(Policy("difficulties.answer", "Trả lời khó khăn, vướng mắc", can_answer))
PASS_ON = declare(Policy("difficulties.pass_on", "Chuyển khó khăn lên Sở", can_pass_on))
OPEN = declare(Policy("difficulties.open", "Mở hộp khó khăn, vướng mắc", can_open))
