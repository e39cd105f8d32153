"""What the demo's topic packages hold: works of the same subjects and classes that were published before them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.resources.bundles.members import PACKAGE
from repo_service.resources.description import REACH
from repo_service.resources.models import Resource, ResourceVersion

MOST = 5
_NOTES = {
    "khbd": "Dạy theo kế hoạch này trước, chỉnh ví dụ cho hợp lớp mình.",
    "bai-giang-so": "Chiếu ở hoạt động hình thành kiến thức.",
    "hoc-lieu-so": "Phát cho nhóm khi luyện tập.",
    "video-bai-hoc": "Xem ở nhà trước buổi học.",
    "ngan-hang-cau-hoi": "Chọn vài câu cho phần luyện tập.",
    "cong-cu-danh-gia": "Dùng cuối chủ đề.",
}
"""Type -> why it is there; also the order of teaching."""


def members_for(description: dict[str, Any], visibility: str, moment: datetime) -> list[dict[str, str]]:
    """Entries of the works that fit a package best, in the order in which a topic is taught."""
    statement = (
        select(Resource, ResourceVersion)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .where(Resource.first_published_at <= moment, ResourceVersion.published_at <= moment)
        .where(Resource.state == "active", ResourceVersion.type != PACKAGE)
        .order_by(Resource.first_published_at, Resource.title)
    )
    open_enough = REACH[REACH.index(visibility) :]
    fitting = [
        (_distance(description, version), resource, version)
        for resource, version in current_session().execute(
            statement.where(Resource.visibility.in_(open_enough))
        )
        if resource.visibility != "cum" and version.type in _NOTES
    ]
    chosen = sorted((row for row in fitting if row[0] < 2), key=lambda row: row[0])[:MOST]
    order = list(_NOTES)
    return [
        {"resource": resource.id, "version": version.id, "note": _NOTES[str(version.type)]}
        for _far, resource, version in sorted(chosen, key=lambda row: order.index(str(row[2].type)))
    ]


def _distance(description: dict[str, Any], version: ResourceVersion) -> int:
    """0: a subject and a class in common, 1: one of them."""
    return sum(not set(description[name]) & set(getattr(version, name)) for name in ("subjects", "grades"))
