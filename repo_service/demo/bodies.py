"""Builds bodies (blocks) from a topic: lesson plans after the official structures, worksheets, question
banks, slides.
"""

from __future__ import annotations

from dataclasses import dataclass

from repo_service.demo.plan import Block


@dataclass(frozen=True)
class Topic:
    """One lesson's matter; `questions` are "question | right | wrong | wrong | wrong"."""

    key: str
    subject: str
    grade: int
    week: int
    title: str
    goal: str
    facts: tuple[str, ...]
    start: str
    practice: str
    apply: str
    questions: tuple[str, ...]


def heading(text: str, level: int = 1) -> Block:
    """A heading of level 1-3."""
    return Block("heading", text, level)


def paragraph(text: str) -> Block:
    """A paragraph."""
    return Block("paragraph", text)


def bullets(*items: str) -> Block:
    """A list."""
    return Block("list", items=items)


def table(*rows: tuple[str, ...]) -> Block:
    """A table, first row the head."""
    return Block("table", rows=rows)


def lesson_plan(topic: Topic, subject: str, practice_lesson: bool = False) -> tuple[Block, ...]:
    """A kế hoạch bài dạy: CV 2345 for primary school, CV 5512 (phụ lục IV) above it."""
    title = f"{topic.title} (luyện tập)" if practice_lesson else topic.title
    head = (
        heading("KẾ HOẠCH BÀI DẠY"),
        paragraph(f"Tên bài dạy: {title}"),
        paragraph(f"Môn học: {subject}; lớp: {topic.grade}. Tuần {topic.week}. Thời gian thực hiện: 1 tiết."),
    )
    return head + (_primary(topic) if topic.grade <= 5 else _secondary(topic, practice_lesson))


def _primary(topic: Topic) -> tuple[Block, ...]:
    return (
        heading("I. Yêu cầu cần đạt", 2),
        paragraph(f"{topic.goal}."),
        heading("II. Đồ dùng dạy học", 2),
        bullets("Giáo viên: tranh, thẻ, phiếu học tập.", "Học sinh: vở, bảng con, bút."),
        heading("III. Các hoạt động dạy học chủ yếu", 2),
        heading("1. Mở đầu", 3),
        paragraph(topic.start),
        heading("2. Hình thành kiến thức mới", 3),
        bullets(*topic.facts),
        heading("3. Luyện tập, thực hành", 3),
        paragraph(topic.practice),
        questions_block(topic),
        heading("4. Vận dụng, trải nghiệm", 3),
        paragraph(topic.apply),
        heading("IV. Điều chỉnh sau bài dạy", 2),
        paragraph("Ghi điều học sinh còn lúng túng và việc sẽ thử ở tiết sau."),
    )


def _activity(number: int, name: str, aim: str, content: str, product: str) -> tuple[Block, ...]:
    return (
        heading(f"Hoạt động {number}: {name}", 3),
        paragraph(f"a) Mục tiêu: {aim}"),
        paragraph(f"b) Nội dung: {content}"),
        paragraph(f"c) Sản phẩm: {product}"),
        paragraph(
            "d) Tổ chức thực hiện: giáo viên giao nhiệm vụ; học sinh thực hiện; đại diện báo cáo; lớp kết"
            " luận, bổ sung."
        ),
    )


def _secondary(topic: Topic, practice_lesson: bool) -> tuple[Block, ...]:
    first = " ".join(topic.facts[: 1 if practice_lesson else None])
    return (
        heading("I. MỤC TIÊU", 2),
        bullets(
            f"Kiến thức: {topic.goal}.",
            "Năng lực: tự học, hợp tác, giải quyết vấn đề qua nhiệm vụ của bài.",
            "Phẩm chất: chăm chỉ, trung thực, trách nhiệm với kết quả của nhóm.",
        ),
        heading("II. THIẾT BỊ DẠY HỌC VÀ HỌC LIỆU", 2),
        bullets("Phiếu học tập, máy chiếu hoặc bảng phụ.", "Nội dung trọng tâm: " + topic.facts[-1]),
        heading("III. TIẾN TRÌNH DẠY HỌC", 2),
        *_activity(
            1, "Mở đầu", "Gợi nhu cầu tìm hiểu bài.", topic.start, "Câu trả lời, dự đoán của học sinh."
        ),
        *_activity(
            2, "Hình thành kiến thức mới", "Nêu được ý chính của bài.", first, "Ghi chép, sơ đồ của nhóm."
        ),
        *_activity(
            3, "Luyện tập", "Củng cố kiến thức vừa học.", topic.practice, "Lời giải, bản nháp và cách sửa."
        ),
        questions_block(topic),
        *_activity(
            4, "Vận dụng", "Dùng điều đã học vào đời sống.", topic.apply, "Sản phẩm hoặc bài viết ngắn."
        ),
    )


def questions_block(topic: Topic) -> Block:
    """The topic's questions without options, for a plan or worksheet."""
    return bullets(*(text.split("|")[0].strip() for text in topic.questions))


def question_bank(topic: Topic, others: tuple[Topic, ...] = ()) -> tuple[Block, ...]:
    """Multiple choice questions "Câu 1. ... A. B. C. D." and a key; the right option moves from question
    to question.
    """
    found: list[Block] = []
    key: list[str] = []
    for number, text in enumerate((question for item in (topic, *others) for question in item.questions), 1):
        question, *options = (part.strip() for part in text.split("|"))
        place = (number * 7 + len(topic.key)) % 4
        options.insert(place, options.pop(0))
        found.append(paragraph(f"Câu {number}. {question}"))
        found.append(
            paragraph(
                "  ".join(f"{letter}. {option}" for letter, option in zip("ABCD", options, strict=True))
            )
        )
        key.append(f"{number}.{'ABCD'[place]}")
    return (*found, heading("Đáp án", 2), paragraph("  ".join(key)))


def worksheet(topic: Topic) -> tuple[Block, ...]:
    """A phiếu học tập."""
    return (
        heading(f"PHIẾU HỌC TẬP: {topic.title}"),
        paragraph("Nhóm: ........  Lớp: ........"),
        heading("Nhiệm vụ 1. Quan sát và dự đoán", 2),
        paragraph(topic.start),
        heading("Nhiệm vụ 2. Ghi lại điều cần nhớ", 2),
        bullets(*topic.facts),
        heading("Nhiệm vụ 3. Luyện tập", 2),
        paragraph(topic.practice),
        questions_block(topic),
        heading("Nhiệm vụ 4. Về nhà", 2),
        paragraph(topic.apply),
    )


def slides(topic: Topic) -> tuple[Block, ...]:
    """Slides or the script of a video: one heading and a few words each."""
    shown = [
        heading(topic.title),
        paragraph(f"Mục tiêu: {topic.goal}."),
        heading("Khởi động", 2),
        paragraph(topic.start),
    ]
    for number, fact in enumerate(topic.facts, 1):
        shown += [heading(f"Điều cần nhớ {number}", 2), paragraph(fact)]
    shown += [
        heading("Luyện tập", 2),
        paragraph(topic.practice),
        heading("Vận dụng", 2),
        paragraph(topic.apply),
    ]
    return tuple(shown)


def assessment(topic: Topic, subtype: str, others: tuple[Topic, ...]) -> tuple[Block, ...]:
    """A tool of assessment; the paper is a question bank under a head, the others are tables."""
    if subtype == "de-kiem-tra":
        head = (heading("ĐỀ KIỂM TRA"), paragraph(f"Lớp: {topic.grade}. Thời gian: 45 phút."))
        return (*head, *question_bank(topic, others))
    if subtype == "ma-tran":
        counts = (
            ("Nội dung", "Nhận biết", "Thông hiểu", "Vận dụng"),
            *((fact, "1", "1", "0") for fact in topic.facts),
        )
        return (heading(f"MA TRẬN: {topic.title}"), table(*counts, ("Tổng hợp", "0", "0", "2")))
    rows = ((fact, "", "") for fact in topic.facts)
    return (
        heading(f"Bảng kiểm: {topic.title}"),
        paragraph("Dùng để học sinh tự xem lại, không cho điểm."),
        table(("Em đã", "Làm được", "Cần thử thêm"), (topic.goal, "", ""), *rows),
    )


def product(title: str, points: tuple[str, ...]) -> tuple[Block, ...]:
    """A chuyên đề, initiative or bundle from its four points."""
    names = ("Vì sao chọn vấn đề này", "Cách làm", "Dùng chung trong cụm", "Với học sinh")
    parts = [
        block
        for name, point in zip(names, points, strict=True)
        for block in (heading(name, 2), paragraph(point))
    ]
    return (heading(title), *parts)
