"""The 200 works of the demonstration, built from the topics and works in data/*.toml; always the same."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from repo_service.curriculum.seed_data import levels_of, subjects
from repo_service.demo import bodies, expected
from repo_service.demo.bodies import Topic
from repo_service.demo.cast import PEOPLE, SCHOOLS
from repo_service.demo.plan import Block, DemoFile, DemoResource, DemoVersion

_TOPIC_FILES = ("topics_primary", "topics_lower_secondary", "topics_upper_secondary")
_MADE_FROM_TOPICS = {
    "hoc-lieu-so": 25,
    "cong-cu-danh-gia": 25,
    "bai-giang-so": 25,
    "ngan-hang-cau-hoi": 20,
    "video-bai-hoc": 10,
}
_TITLES = {
    "khbd": "Kế hoạch bài dạy: {title}",
    "hoc-lieu-so": "Phiếu học tập: {title}",
    "bai-giang-so": "Bài giảng số: {title}",
    "ngan-hang-cau-hoi": "Ngân hàng câu hỏi: {title}",
    "video-bai-hoc": "Video bài học: {title}",
    "de-kiem-tra": "Đề kiểm tra ngắn: {title}",
    "ma-tran": "Ma trận đề: {title}",
    "bang-kiem": "Bảng kiểm tự đánh giá: {title}",
}
_KINDS = {"bai-giang-so": "pptx"}
_TOOLS = ("de-kiem-tra", "ma-tran", "bang-kiem")
_SETS = ("kntt", "ctst", "canh-dieu", None)
_ONE_TABLE = "cong-cu-danh-gia-phan-so"
_WAITING = ["in_review"] * 9 + ["changes_requested"] * 6 + ["draft"] * 6


@cache
def topics() -> tuple[Topic, ...]:
    """The topics of all levels, primary school first."""
    rows = (row for name in _TOPIC_FILES for row in _read(name)["topic"])
    return tuple(_topic(row) for row in rows)


def _topic(row: dict[str, Any]) -> Topic:
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    return Topic(**values)


@cache
def resources() -> tuple[DemoResource, ...]:
    """Every work in a fixed order."""
    works = [_work(row) for row in _read("works")["work"]]
    made = [_of_topic(topic, "khbd", number) for number, topic in enumerate(topics())]
    room = dict(expected.LEVELS)
    for level, count in Counter(level_of(work.grades) for work in (*works, *made)).items():
        room[level] -= count
    uses: Counter[str] = Counter()
    for type_code, count in _MADE_FROM_TOPICS.items():
        used: set[str] = set()
        for number in range(count):
            topic = _next_topic(room, used, uses, "phan-so" if type_code == "video-bai-hoc" else "")
            made.append(_of_topic(topic, type_code, number))
    return (*works, *_placed(works, [_read_twice(_special(resource)) for resource in made]))


def level_of(grades: tuple[int, ...]) -> str:
    """The level a work is counted under: that of its first grade."""
    return levels_of(grades[:1])[0]


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8"))


def _next_topic(room: dict[str, int], used: set[str], uses: Counter[str], first: str) -> Topic:
    """The least used topic of the level with most room that this type has not had yet."""
    free = [topic for topic in topics() if topic.key not in used]
    topic = max(
        free, key=lambda topic: (topic.key == first, room[level_of((topic.grade,))], -uses[topic.key])
    )
    room[level_of((topic.grade,))] -= 1
    used.add(topic.key)
    uses[topic.key] += 1
    return topic


def _of_topic(topic: Topic, type_code: str, number: int) -> DemoResource:
    subtype = _subtype(topic, type_code, number)
    school, authors = _writers(topic.subject, topic.grade, number)
    title = _TITLES[subtype if subtype in _TITLES else type_code].format(title=topic.title)
    blocks = _body(topic, type_code, subtype)
    own_video = type_code == "video-bai-hoc" and topic.key == "phan-so"
    kind = "mp4" if own_video else _KINDS.get(type_code, "docx")  # the other videos: a script in words
    media = "phan-so-tren-truc-so.mp4" if kind == "mp4" else None
    key = f"{type_code}-{topic.key}"
    return DemoResource(
        key,
        title,
        type_code,
        subtype,
        (topic.grade,),
        (topic.subject,),
        _cluster(school, topic),
        school,
        authors,
        "2025-2026",
        "published",
        f"{topic.goal}.",
        (topic.title.lower(), f"lớp {topic.grade}"),
        (DemoVersion(1, "", (DemoFile(f"{key}.{kind}", kind, blocks, media=media),)),),
        textbook_sets=tuple(filter(None, (_SETS[number % 4],))) if topic.subject != "tieng-anh" else (),
        week=topic.week if type_code == "khbd" else None,
        ai_use="ho-tro" if number % 9 == 4 else "khong",
    )


def _subtype(topic: Topic, type_code: str, number: int) -> str | None:
    if type_code == "khbd":
        return "khbd-2345" if topic.grade <= 5 else "khbd-5512"
    if type_code == "cong-cu-danh-gia":
        return _TOOLS[number % len(_TOOLS)]
    return "phieu-hoc-tap" if type_code == "hoc-lieu-so" else None


def _body(topic: Topic, type_code: str, subtype: str | None) -> tuple[Block, ...]:
    others = tuple(
        other for other in topics() if other.subject == topic.subject and other.grade == topic.grade
    )
    others = tuple(other for other in others if other.key != topic.key)
    if type_code == "khbd":
        return bodies.lesson_plan(topic, subjects()[topic.subject].label)
    if type_code == "cong-cu-danh-gia":
        return bodies.assessment(topic, subtype or "bang-kiem", others)
    if type_code == "ngan-hang-cau-hoi":
        return (bodies.heading(f"Ngân hàng câu hỏi: {topic.title}"), *bodies.question_bank(topic, others))
    if type_code == "video-bai-hoc":
        return (bodies.heading("Kịch bản video"), *bodies.slides(topic))
    return bodies.worksheet(topic) if type_code == "hoc-lieu-so" else bodies.slides(topic)


def _writers(subject: str, grade: int, number: int) -> tuple[str, tuple[str, ...]]:
    """School and authors: people of a school of this level, those of the subject first."""
    level = level_of((grade,))
    schools = {school.key for school in SCHOOLS if level in school.levels and school.key != "C01"}
    near = [person for person in PEOPLE if person.school in schools and not person.is_new]
    own = [person for person in near if subject in person.subjects] or near
    first = own[number % len(own)]
    mates = [person.account for person in own if person.school == first.school and person != first]
    return first.school or "", (first.account, *(mates[:1] if number % 4 == 0 else ()))


def _cluster(school: str, topic: Topic) -> str:
    if topic.grade >= 10:
        return "K4" if topic.subject == "ngu-van" else "K6"
    if topic.grade <= 5:
        return "K1"
    return "K2" if school in ("S04", "S05", "S08") else "K3"


def _work(row: dict[str, Any]) -> DemoResource:
    points = tuple(row["points"])
    blocks = bodies.product(_first_title(row), points)
    author = next(
        (p.account for p in PEOPLE if p.school == row["school"] and set(p.subjects) & set(row["subjects"])),
        None,
    )
    author = author or next(person.account for person in PEOPLE if person.school == row["school"])
    versions = tuple(
        DemoVersion(
            number, note, (DemoFile(f"{row.get('same_as', row['key'])}.docx", "docx", blocks[: 7 + number]),)
        )
        for number, note in (
            (1, ""),
            (2, "Sửa theo góp ý: thêm cách dùng chung."),
            (3, "Thêm kết quả với học sinh."),
        )
    )
    last = replace(versions[-1], number=1, change_note="")
    return DemoResource(
        row["key"],
        row["title"],
        row["type"],
        row.get("subtype"),
        tuple(row["grades"]),
        tuple(row["subjects"]),
        row["cluster"],
        row["school"],
        (author,),
        row["school_year"],
        row["state"],
        " ".join(points[:2]),
        (),
        versions if row.get("versions") else (last,),
        programme=row.get("programme", "gdpt-2018"),
        study_topic=row.get("study_topic", False),
        themes=(row["themes"],) if "themes" in row else (),
        successor=row.get("successor"),
        adapted_from=row.get("adapted_from"),
        ai_use=row.get("ai", "khong"),
        ai_tool="trợ lí soạn thảo" if "ai" in row else None,
        ai_checked_by="hai" if "ai" in row else None,
        parts=_parts(row),
        special=(row["special"],) if "special" in row else (),
    )


def _first_title(row: dict[str, Any]) -> str:
    """Files of an exact duplicate are the same to the last byte, whatever the works are called."""
    wanted = row.get("same_as")
    works = _read("works")["work"]
    return str(next(work["title"] for work in works if work["key"] == (wanted or row["key"])))


def _parts(row: dict[str, Any]) -> tuple[str, ...]:
    """Works of a bundle: the plans of its subjects and grades."""
    if row["type"] != "goi-chu-de":
        return ()
    near = (topic for topic in topics() if topic.grade in row["grades"] and topic.subject in row["subjects"])
    return tuple(f"khbd-{topic.key}" for topic in near)


FORKED = ("khbd-phan-so-bang-nhau", "khbd-phan-so")
"""A lesson for class 6 made from one for class 4; the version adapted for inclusion rests on both (G4)."""


def _placed(works: list[DemoResource], made: list[DemoResource]) -> list[DemoResource]:
    """Gives years, states, due dates and open licences so that the sums of `expected` come out."""
    last_year = expected.SCHOOL_YEARS["2025-2026"] - sum(work.school_year == "2025-2026" for work in works)
    order = sorted(range(len(made)), key=lambda index: (index * 37) % 101)
    placed = list(made)
    waiting, ageing = iter(_WAITING), iter(["retired"] * 3 + ["due"] * expected.DUE_FOR_REVIEW)
    for rank, index in enumerate(order):
        resource = placed[index]
        if rank < last_year:
            cluster = (
                {"S11": "K6B", "S12": "K6B"}.get(resource.school, "K6A") if resource.cluster == "K6" else ""
            )
            age = "" if resource.special else next(ageing, "")
            state = "retired" if age == "retired" else "published"
            placed[index] = replace(
                resource, cluster=cluster or resource.cluster, state=state, due=age == "due"
            )
        elif resource.key == FORKED[0]:
            placed[index] = replace(resource, school_year="2026-2027", adapted_from=FORKED[1])
        elif resource.special:
            placed[index] = replace(resource, school_year="2026-2027")
        else:
            placed[index] = replace(resource, school_year="2026-2027", state=next(waiting, "published"))
    return [_opened(resource, number) for number, resource in enumerate(_due_in_rounds(placed))]


def _due_in_rounds(placed: list[DemoResource]) -> list[DemoResource]:
    """Marks of due works moved: none in the closed round, which gave them new dates; some in the one under way (G4)."""
    closed, under_way = expected.ROUNDS
    inside = [work for work in placed if _is_in(work, under_way)]
    giving = [work for work in placed if work.due and _is_in(work, closed)]
    giving += [work for work in placed if work.due and work.cluster == under_way.cluster and work not in inside]
    fresh = [work for work in inside if work.state == "published" and not work.due and not work.special]
    missing = under_way.overdue - sum(work.due for work in inside)
    moved = {work.key: False for work in giving[:missing]} | {work.key: True for work in fresh[:missing]}
    return [replace(work, due=moved.get(work.key, work.due)) for work in placed]


def _is_in(work: DemoResource, planned: expected.ExpectedRound) -> bool:
    return (work.cluster, work.school_year) == (planned.cluster, "2025-2026") and work.type in planned.types


def _opened(resource: DemoResource, number: int) -> DemoResource:
    if resource.state == "published" and number % 7 == 3:
        return replace(resource, visibility="cong-khai", licence="mo")
    return replace(resource, visibility="cum", licence="dung-trong-cum") if number % 13 == 5 else resource


def _special(resource: DemoResource) -> DemoResource:
    """The hard files of domain.md G4, each on one work."""
    name, kind, mark = {
        "khbd-van-ban-thong-tin-sa-huynh": ("KHBD-NV9-Tuan5-KNTT.docx", "docx", "codes-in-name"),
        "khbd-phan-so": (
            unicodedata.normalize("NFD", "Kế hoạch bài dạy Phân số lớp 4.docx"),
            "docx",
            "nfd-name",
        ),
        "khbd-nui-an-song-tra": ("giao-an-quet.pdf", "pdf-scan", "scanned-pdf"),
        "khbd-quyen-tre-em": ("bao-luc-hoc-duong.docx", "broken", "broken-file"),
        "khbd-doi-hoang-sa": ("tu-lieu-hoang-sa.zip", "zip-cp437", "cp437-zip"),
    }.get(resource.key, ("", "", ""))
    file = resource.versions[0].files[0]
    if resource.key == "video-bai-hoc-dinh-luat-newton":
        link = "https://video.example.invalid/" + resource.key
        return replace(
            _with_file(resource, replace(file, kind="link", media=None, url=link)), special=("dead-link",)
        )
    if resource.key == _ONE_TABLE:
        return replace(
            _with_file(resource, replace(file, kind="docx-one-table")), special=("exam-in-one-table",)
        )
    if not name:
        return resource
    changed = _with_file(resource, replace(file, name=name, kind=kind))
    sets = ("kntt",) if mark == "codes-in-name" else resource.textbook_sets
    return replace(changed, special=(mark,), textbook_sets=sets)


def _read_twice(resource: DemoResource) -> DemoResource:
    """One work came back with remarks: its first version lacks the end, and says one thing otherwise."""
    if resource.key != "bai-giang-so-so-huu-ti":
        return resource
    file = resource.versions[0].files[0]
    said = "Hai số đối nhau nằm ở hai phía của gốc O."
    blocks = tuple(
        replace(block, text=said) if "cách đều gốc O" in block.text else block for block in file.blocks[:-2]
    )
    first = replace(resource.versions[0], files=(replace(file, blocks=blocks),))
    second = DemoVersion(2, "Nói rõ hai số đối, thêm phần vận dụng.", (file,))
    return replace(resource, versions=(first, second))


def _with_file(resource: DemoResource, file: DemoFile) -> DemoResource:
    return replace(resource, versions=(replace(resource.versions[0], files=(file,)),))
