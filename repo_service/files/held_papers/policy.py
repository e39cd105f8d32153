"""Who judges whether a held file is a national paper: the department, which is told of each."""

from __future__ import annotations

from repo_service.core.permissions import Policy, Viewer, declare


def can_judge(viewer: Viewer, _target: object = None) -> bool:
    """Staff of the department, and the administrator."""
    return viewer.is_department


JUDGE = declare(
    Policy("files.judge_held", "Xem tệp bị giữ vì giống đề thi quốc gia, và cho đi tiếp", can_judge)
)
