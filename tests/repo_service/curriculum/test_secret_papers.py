"""National papers that are not public yet are told from everything teachers make around examinations."""

from __future__ import annotations

from datetime import date

import pytest

from repo_service.curriculum.secret_papers import find_secret_paper

TODAY = date(2026, 11, 16)

SECRET = [
    "BỘ GIÁO DỤC VÀ ĐÀO TẠO\nĐỀ THI CHÍNH THỨC\nKỲ THI TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG NĂM 2027\nBài thi: TOÁN",
    "KÌ THI TỐT NGHIỆP THPT NĂM 2027\nĐề thi dự bị môn Ngữ văn",
    "Đề thi tốt nghiệp THPT môn Toán (tuyệt mật)",
    "Đáp án đề thi tốt nghiệp THPT chưa công bố",
    "MẬT\nKỲ THI CHỌN HỌC SINH GIỎI QUỐC GIA\nĐề thi môn Vật lí, ngày thi thứ nhất",
    "KỲ THI CHỌN HỌC SINH GIỎI QUỐC GIA THPT NĂM HỌC 2026-2027\nĐỀ THI CHÍNH THỨC\nMôn: HOÁ HỌC",
    "Đề nguồn kì thi chọn đội tuyển Olympic quốc tế, niêm phong",
    "de thi chinh thuc tot nghiep thpt 2027",
    "Hướng dẫn chấm đề thi học sinh giỏi quốc gia, độ mật: Tối mật",
    "Đề thi chọn đội tuyển quốc gia dự thi Olympic Toán – chưa được công bố",
]
HARMLESS = [
    "Ôn tập theo đề thi chính thức kì thi tốt nghiệp THPT năm 2025",
    "ĐỀ THI THỬ TỐT NGHIỆP THPT NĂM 2027\nMôn Toán, thời gian 90 phút",
    "Đề minh họa kì thi tốt nghiệp THPT 2027 môn Ngữ văn",
    "KỲ THI TỐT NGHIỆP THPT NĂM 2025\nĐỀ THI CHÍNH THỨC\nBài thi: TOÁN",
    "Kì thi chọn học sinh giỏi quốc gia năm 2024: đề thi chính thức môn Toán và lời giải",
    "Kế hoạch bồi dưỡng học sinh giỏi quốc gia môn Sinh học năm học 2026-2027",
    "Quy chế thi tốt nghiệp THPT: đề thi chính thức và đề dự bị là bí mật nhà nước độ Tuyệt mật",
    "Đề kiểm tra cuối kì I Toán 12, cấu trúc theo đề thi tốt nghiệp THPT 2025",
    "Ma trận đề thi học kì, bám sát kì thi tốt nghiệp THPT",
    "ĐỀ THI HỌC SINH GIỎI CẤP TỈNH NĂM HỌC 2026-2027\nĐỀ CHÍNH THỨC",
    "Đề kiểm tra giữa kì môn Lịch sử (bảo mật đến giờ thi)",
    "Bí mật của hạt giống: bài học về tốt nghiệp mầm non",
    "Chuyện nàng công chúa: mật ong, tuyết mặt đất",
    "Cấu trúc đề thi tốt nghiệp THPT từ năm 2025 và cách ôn luyện",
    "Ôn thi học sinh giỏi quốc gia: tuyển tập đề thi chính thức các năm trước",
    "Bộ đề luyện thi tốt nghiệp THPT 2027 có đáp án",
    "Phân tích phổ điểm kì thi tốt nghiệp THPT 2026",
    "Đề thi chính thức vào lớp 10 THPT năm 2027",
    "",
]


@pytest.mark.parametrize("text", SECRET)
def test_a_paper_that_is_not_public_yet_is_told(text: str) -> None:
    assert find_secret_paper(["Bài khác", text], TODAY)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_teachers_make_around_examinations_passes(text: str) -> None:
    assert find_secret_paper([text], TODAY) is None


def test_a_paper_becomes_public_with_its_examination() -> None:
    assert find_secret_paper([SECRET[0]], date(2027, 6, 30))
    assert find_secret_paper([SECRET[0]], date(2027, 7, 1)) is None
    assert find_secret_paper([SECRET[2]], date(2030, 1, 1))  # it says itself that it is not


def test_only_the_head_of_a_long_text_is_looked_at() -> None:
    lesson = "Bài học về đọc hiểu. " * 200 + SECRET[2]
    assert find_secret_paper([lesson], TODAY) is None
