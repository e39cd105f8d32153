"""A few requests between colleagues of the demo cast, the last days before today; one has been answered."""

from __future__ import annotations

from collections.abc import Mapping

from repo_service.colleague_requests import service as requests
from repo_service.core.db import current_session
from repo_service.demo.seeding.calendar import happening
from repo_service.demo.seeding.people import Stage
from repo_service.resources.models import Resource

# days ago | asker | cluster | subject | grade | text
_REQUESTS = (
    (9, "nhi", "K2", "toan", "lop-6", "Em mới dạy Toán 6, tìm bài nối phân số lớp 4 với lớp 6. Ai có cho em xin."),
    (4, "kim", "K2", "khoa-hoc-tu-nhien", "lop-7", "Ai có bài KHTN 7 làm thí nghiệm bằng đồ dùng sẵn có, cho tôi xin."),
    (2, "lan", "K2", "toan", "lop-6", "Tôi tìm “video mở đầu phân số bằng nhau” mà Kho chưa có. Ai có, cho tôi xin."),
    (1, "suong", "K1", "toan", "lop-4", "Em cần trò chơi ôn bảng nhân cho lớp 4 còn chậm, ai có cho em xin với."),
)  # fmt: skip
_ANSWER = ("nhi", "minh", "cd-phan-so-lien-thong")
"""Asker, who answers, the work by its key in the plan."""


def write_requests(stage: Stage, works: Mapping[str, Resource]) -> None:
    """Ask and answer through the services; a work that is not seeded answers nothing."""
    asker, helper, key = _ANSWER
    for days, account, cluster, subject, grade, text in _REQUESTS:
        with happening(stage.calendar.ago(days, account)):
            asked = requests.ask(stage.viewer(account), text, stage.clusters[cluster].id, subject, grade)
            current_session().flush()
        if account == asker and key in works:
            with happening(stage.calendar.ago(days - 1, helper)):
                requests.answer(stage.viewer(helper), asked.id, works[key].id)
                current_session().flush()
