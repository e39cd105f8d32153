"""A seeded shelf of school works and the questions asked of it: what two engines are compared on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from indexer import Document, Mode, SearchRequest, Sort
from tests.contracts.engine_asking import ALL, make

FACETS = ("subject", "grade", "cluster", "type", "state")
_SUBJECTS = {
    "toan": "phân số|số thập phân|phương trình bậc hai|đường tròn|tam giác cân|cấp số cộng|hình học không gian|toán",
    "van": "phân tích thơ|truyện ngắn|văn nghị luận|từ láy|tập làm văn|bài thơ Bếp lửa|ca dao|văn học",
    "su": "cách mạng tháng Tám|nhà Trần|khởi nghĩa Lam Sơn|chiến dịch Điện Biên Phủ|sử địa phương|Lê Lợi",
    "sinh": "quang hợp|tế bào|di truyền học|hệ tuần hoàn|thực vật có hoa|sinh sản hữu tính|chuỗi thức ăn",
    "tin": "thuật toán sắp xếp|lập trình Python|bảng tính|an toàn mạng|cơ sở dữ liệu|Scratch",
}
_FORMS = (
    "Kế hoạch bài dạy",
    "KHBD",
    "Đề kiểm tra",
    "Phiếu học tập",
    "Bài giảng",
    "Chuyên đề",
    "Ôn tập",
    "Giáo án",
)
_TEXT = """
học sinh giáo viên vận dụng kiến thức nhận biết hoạt động nhóm thảo luận trình bày kết quả bài tập ví dụ
luyện tập củng cố mục tiêu năng lực phẩm chất thiết bị dạy học tiến trình khởi động hình thành mở rộng
đánh giá quan sát bán bàn ban bạn toán toàn văn vần sử sự hoá hoa hòa hoà lý lí kỹ kĩ đường đương trường
trưởng lớp 6 7 10A1 2025 20.000 4069/BGDĐT-GDPT an toàn giao thông biển đảo quê hương
"""
_WORDS = _TEXT.split()

QUESTIONS = (
    "phân số", "phan so", "phân số lớp 6", "toán", "toan", "toàn", "bán", "ban", "hoà", "hòa", "lý", "lí", "KHBD",
    "giáo án văn", "kế hoạch bài dạy toán", "đường tròn", "duong tron", "quang hợp ở thực vật có hoa",
    "Khởi nghĩa Lam Sơn diễn ra khi nào?", "vì sao tế bào cần hệ tuần hoàn để vận dụng kiến thức",
    '"phương trình bậc hai"', '"bậc phương trình"', '"toán" phân', "10A1", "20000", "4069/BGDĐT-GDPT", "4069",
    "thuật toán sắp xếp lập trình Python bảng tính an toàn mạng", "phuong trihn", "quang hơpp", "dien biem phu",
    "không có từ này đâu", "phân tích thơ Bếp lửa lớp 10A1", "an toàn", "Lê Lợi", "* :", "hoc sinh gioi", "scratch",
)  # fmt: skip


def shelf(number: int = 400, seed: int = 4) -> list[Document]:
    """Works with Zipf-like texts, marks and old spellings; some retired, some for one cluster only."""
    return list(_works(number, random.Random(seed)))


def _works(number: int, chance: random.Random) -> Iterator[Document]:
    for place in range(number):
        subject = chance.choice(list(_SUBJECTS))
        topics = _SUBJECTS[subject].split("|")
        title = f"{chance.choice(_FORMS)} {chance.choice(topics)}"
        if chance.random() < 0.5:
            title += f" lớp {chance.randint(1, 12)}"
        made = make(
            place,
            title,
            f"{chance.choice(topics)}. {_text(chance, topics, 12)}" if chance.random() < 0.8 else "",
            _text(chance, topics, chance.randint(20, 300)) if chance.random() < 0.8 else "",
            subject=subject,
            grade=f"lop-{chance.randint(1, 12)}",
            type=chance.choice(("khbd", "de", "bai-giang")),
            cluster=chance.sample(("k1", "k2", "k3", "k4"), chance.randint(1, 3)),
            state=chance.choices(("active", "retired", "replaced"), (8, 1, 1))[0],
            access=chance.choices((["tinh"], ["cum-1"], ["tinh", "cum-1"]), (6, 2, 2))[0],
            updated_at=1_700_000_000 + chance.randint(0, 200) * 3600,
            bonus=chance.choice((0.0, 0.0, 0.2, 0.5, 1.0, -1.0)),
        )
        yield replace(made, school_start=2020 + place % 7)


def _text(chance: random.Random, topics: list[str], length: int) -> str:
    words = [_WORDS[min(int(chance.paretovariate(0.6)) - 1, len(_WORDS) - 1)] for _ in range(length)]
    words.insert(chance.randrange(len(words)), chance.choice(topics))
    return " ".join(words)


def requests() -> Iterator[SearchRequest]:
    """Every kind of question: texts, modes, choices in no, one and three facets, ranges, boosts, sorts, pages."""
    yield from (SearchRequest(text, ALL, facets=FACETS) for text in QUESTIONS)
    yield from (
        SearchRequest(text[:-1], ALL, mode=Mode.PREFIX, facets=FACETS) for text in QUESTIONS if len(text) > 2
    )
    choices = (
        {"subject": ["toan"]},
        {"subject": ["toan", "van"], "grade": ["lop-6", "lop-7", "lop-8"], "cluster": ["k1", "k2"]},
        {"state": ["retired", "replaced"]},
        {"subject": ["hoa"], "type": ["de"]},
        {"cluster": [f"k{number}" for number in range(1000)]},
    )
    for text in ("", "phân số", "văn", "hoc sinh"):
        for chosen in choices:
            yield SearchRequest(text, ("cum-1",), filters=chosen, facets=FACETS)
        for sort in Sort:
            yield SearchRequest(text, (*ALL, "cum-1"), sort=sort, page=2, size=15, facets=("cluster",))
        yield SearchRequest(text, ALL, ranges={"updated_at": (1_700_100_000, 1_700_400_000)}, facets=FACETS)
        yield SearchRequest(text, ALL, ranges={"school_start": (2024, 2025)}, filters={"grade": ["lop-6"]})
        yield SearchRequest(text, ALL, boosts=[("grade", "lop-6", 1.0), ("type", "de", 0.5)])
