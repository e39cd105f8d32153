"""Eight difficulties of the demo's schools: five to their communes, three to the department; two are answered."""

from __future__ import annotations

from repo_service.core.db import current_session
from repo_service.demo.seeding.calendar import happening
from repo_service.demo.seeding.people import Stage
from repo_service.difficulties import service
from repo_service.difficulties.queries import find_difficulty

# days ago | head | school | topic | text
_FILED = (
    (52, "vinh", "S07", "thiet-bi-ha-tang", "Mạng ở điểm trường lẻ chập chờn, họp cụm trực tuyến hay bị ngắt."),
    (40, "quyen", "S09", "nhan-su", "Trường thiếu giáo viên Tin học, chưa cử được người dự sinh hoạt cụm."),
    (31, "diem", "S02", "thoi-gian", "Lịch sinh hoạt cụm trùng tuần kiểm tra giữa kì, khó đi được cả tổ."),
    (24, "tam", "S05", "hoc-lieu", "Tổ Lịch sử và Địa lí cần thêm bản đồ xã, phường mới để dạy nội dung địa phương."),
    (18, "vinh", "S07", "thoi-gian", "Đường xa, một buổi sinh hoạt cụm mất trọn ngày; mong có thêm buổi trực tuyến."),
    (12, "nguyet", "C01", "hoc-lieu", "Trung tâm cần bản chữ to và bản nghe của các phiếu học tập dùng chung."),
    (9, "an", "S11", "chuong-trinh", "Chưa rõ cách xếp chuyên đề học tập lựa chọn khi lớp có ít học sinh đăng kí."),
    (4, "tuyet", "S08", "thiet-bi-ha-tang", "Phòng máy mười năm tuổi, không mở được tệp trình chiếu có video."),
)  # fmt: skip
# head whose first difficulty is answered | who answers | days ago | answer
_ANSWERED = (
    ("tam", "tham", 15, "Xã đã xin bản đồ hành chính mới, in khổ A0, gửi trường trong tuần tới."),
    ("quyen", "tuan", 30, "Sở bố trí giáo viên Tin học của trường bạn dự thay và chia sẻ lại; sẽ thêm biên chế."),
)  # fmt: skip


def write_difficulties(stage: Stage) -> None:
    """File and answer through the services, at the time."""
    first: dict[str, str] = {}
    for days, head, school, topic, text in _FILED:
        with happening(stage.calendar.ago(days, head)):
            filed = service.file_difficulty(stage.viewer(head), stage.schools[school], topic, text)
            current_session().flush()
            first.setdefault(head, filed.id)
    for head, answerer, days, text in _ANSWERED:
        with happening(stage.calendar.ago(days, answerer)):
            viewer = stage.viewer(answerer)
            service.answer(viewer, find_difficulty(viewer, first[head]), text)
            current_session().flush()
