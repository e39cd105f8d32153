"""What people of the demo follow and want by mail, and one request about personal data that waits for an answer."""

from __future__ import annotations

from repo_service.demo.cast import YEARS
from repo_service.demo.seeding.calendar import happening
from repo_service.demo.seeding.people import Stage
from repo_service.follows import service as follows
from repo_service.letters import service as letters
from repo_service.letters.models import DAILY
from repo_service.privacy import service as privacy

FOLLOWING = (
    ("lan", "toan", "lop-6", "K2"),
    ("mai", "tieng-viet", "lop-1", "K1"),
    ("hoa", "khoa-hoc-tu-nhien", "", "K2"),
)
ASKS = ("mai", "sua", "Tên trường của tôi trên hai bài cũ ghi trước khi sáp nhập, nhờ Sở sửa giúp.")


def write_follows(stage: Stage) -> None:
    """Follows of a subject and the own cluster, news of them in a letter each morning, and one request."""
    with happening(stage.calendar.moment(YEARS[1], 0.45, "follows")):
        for name, subject, grade, cluster in FOLLOWING:
            viewer = stage.viewer(name)
            follows.follow(viewer, "mon", subject, grade)
            follows.follow(viewer, "cum", stage.clusters[cluster].id)
            letters.choose(viewer, {"theo-doi": DAILY})
        name, kind, words = ASKS
        privacy.ask(stage.viewer(name), kind, words)
