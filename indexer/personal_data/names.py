"""Full names of people in Vietnam: a family name first, marked, unmarked or in capitals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from indexer.personal_data.famous import FAMOUS
from indexer.personal_data.words import words_of
from indexer.vietnamese import fold

_FAMILY_NAMES = words_of(
    """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lí Đào Đinh Đoàn Lâm Mai Trịnh Trương Tô
    Tạ Hà Cao Lương Lưu Phùng Quách Thái Vương Châu Tăng Tống Triệu Chu Giang Hứa Kiều La Lại Lục Mạc Mạch Nghiêm
    Ninh Ông Phó Quan Sầm Thạch Thân Tiêu Tôn Từ Ung Văn Vi Viên Vòng Xa Âu Bạch Bành Cấn Chử Cù Cung Doãn Diệp Đàm
    Đồng Đổng Đường Giáp Hạ Hàn Khổng Khúc Khương Kim Lã Lò Lữ Lường Ma Mã Mông Nông Bế Nhữ Phí Phương Sơn Thiều Thi
    Thẩm Tòng Quàng Cà Cầm Lừu Giàng Vàng Thào Sùng Hạng Hảng Lầu Cứ Mùa Tráng Ly Lù Lèng Sần Tẩn Chảo Phàn Lồ Tải
    Vừ Và Xồng Lỳ Cụt Lô Ngân Siu Rơ Ksor Nay Rmah Kpă Rcom Rahlan Kpuih Niê Ayun Êban Mlô Ktla Ênuôl Knul Byă Hđơk
    Hmok Kbuôr Bkrông Alăng Zơrâm Bhling Bnướch Coor Pơloong Arất Bríu Ating A Y Lơ Cil Liêng Danh Thị Chau Neang
    Néang Chamaléa Katơr Pinăng Patâu Đạo Bá Kha Trang Uông Ứng Biện Đậu Đới Hầu Cồ Mẫn Nhâm Ngụy Tào Chế Lang Quản
    Thiệu Thuận Vòong Voòng Sử Tiết Trác Ngạc Nghê Mâu Mộc Mục Ngũ Phù Quế Kỷ Kỉ Hình Hồng Khâu Khoa Khai Lạc Hùng
    Ka Hờ Pờ Chang Đàng Thập Moong Blong
    Đắc Điêu Điểu Bàng Bồ Cáp Cự Bàn Lỷ Phìn Thền Chẻo
    """
)
COMMON_FAMILIES = words_of(
    """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn lâm trịnh trương lương
    nguyen tran pham hoang huynh dang bui ngo duong dinh doan trinh truong luong vo le do ho lo giang thao
    """
)
"""Families whose members are known in lists typed without capitals."""
_UNMARKED = frozenset(fold(name) for name in _FAMILY_NAMES) - {"a", "y", "thi", "va", "van", "ba", "la", "cu"}
_MISREAD = frozenset(("nguyen", "pham", "huynh"))
"""Known under whatever marks a scanner put on them."""
_SYLLABLE = (
    r"\p{Lu}(?:['’]\p{L}{1,15}|\p{L}{0,15})"  # a longer one is no name: letters without end stay cheap
)
_CAPITALISED = regex.compile(rf"{_SYLLABLE}(?:[ \u00a0]{_SYLLABLE})+|[HKY]['’]\p{{Lu}}\p{{L}}+")
_ANY_CASE = regex.compile(r"\p{L}['’]?\p{L}*(?:[ \u00a0]\p{L}['’]?\p{L}*){1,4}")
_CLAN = regex.compile(r"[HYK]['’ ]\p{Lu}")  # H'Hen Niê, Y Moan, K'Brêu
_MIDDLE = frozenset(("Thị", "Văn", "THỊ", "VĂN"))  # after whatever family name
_HEADING_WORDS = words_of(
    """
    HỌC SINH DANH SÁCH TRƯỜNG ĐÀO TẠO TẾ COI THI KẾT NẠP VIỆN BÁO CÁO KẾ HOẠCH BÀI DẠY PHÒNG SỞ GIÁO DỤC LỚP
    ĐIỂM TỔ CỘNG HÒA HOÀ XÃ HỘI CHỦ NGHĨA BIÊN BẢN THÔNG QUYẾT ĐỊNH TỜ TRÌNH NĂM KÌ KỲ TOÁN NGỮ CHUYÊN MÔN ĐỀ
    KIỂM TRA PHIẾU CHƯƠNG TIẾT TUẦN CÂU ĐÁP ÁN MỤC TIÊU NỘI DUNG PHƯƠNG PHÁP ĐƠN CÔNG TÁC HỒ SƠ CHỨNG NHẬN KHEN
    THƯỞNG ĐOÀN ĐỘI VIÊN SỬ DỤNG VIỆC LÀM VÀ CỦA CHO CÁC TÁC HỌP KẾT QUẢ BẢNG SINH NHÓM LỊCH THCS THPT HỎI HÀNG
    TẬP ÔN CHỦ SỬ
    """
)
"""Syllables of headings in capitals, which are no names although they begin like some."""
_UNMARKED_HEADING_WORDS = frozenset(map(fold, _HEADING_WORDS))
_BEFORE_NAMES = frozenset(
    ("SINH", "EM", "CHÁU", "BÉ", "ÔNG", "BÀ", "CÔ", "THẦY", "TÊN", "BẠN", "LÀ", "GV", "HS")
)
"""What stands before a name in a line of capitals; whatever else does, the line is a heading."""
_PLACEHOLDERS = frozenset("ABCDEGHKMNPQRTXYZ")
_LONGEST = 5  # syllables
# Capitalised words that follow a name in a row or begin a sentence before one.
_NOT_GIVEN = frozenset(
    [
        "Lớp",
        "Trường",
        "Tổ",
        "Nữ",
        "Khối",
        "Điểm",
        "Ngày",
        "Sinh",
        "Xã",
        "Phường",
        "Thôn",
        "Huyện",
        "Tỉnh",
        "Là",
        "Con",
        "Học",
        "GV",
        "HS",
        "THCS",
        "THPT",
        "TH",
    ]
)


@dataclass(frozen=True)
class Name:
    """A full name at characters `start` to `end`; `sure` when it begins with a known family name."""

    start: int
    end: int
    text: str
    sure: bool = True

    @property
    def is_famous(self) -> bool:
        """Whether textbooks tell of somebody of this name."""
        return self.text in FAMOUS


def names_in(text: str) -> Iterator[Name]:
    """Full names of a running text: capitalised syllables from a family name on; "Nguyễn Văn A" is nobody."""
    for run in _CAPITALISED.finditer(text):
        if (name := _name_of(run.group(), run.start())) is not None:
            yield name


def name_of_cell(cell: str, start: int) -> Name | None:
    """The name a cell of a list begins with, in whatever case it was typed; unsure without a known family name."""
    run = _CAPITALISED.match(cell)
    if run is not None:
        found = _name_of(run.group(), start)
        if found is not None and found.start == start:
            return found
        syllables = run.group().split()[:_LONGEST]
        return Name(start, start + len(" ".join(syllables)), " ".join(syllables), sure=False)
    run = _ANY_CASE.fullmatch(cell)
    if run is not None and cell.islower() and fold(cell.split()[0]) in _UNMARKED:
        return Name(start, start + len(cell), cell)
    return None


def _name_of(run: str, start: int) -> Name | None:
    syllables = run.replace("\u00a0", " ").split(" ")
    if len(syllables) == 1:  # K'Brêu
        return Name(start, start + len(run), run)
    marked = any(not syllable.isascii() for syllable in syllables)
    for place in range(len(syllables) - 1):
        if _begins_a_name(syllables, place, marked):
            given = _cut(syllables[place : place + _LONGEST])
            in_heading = place > 0 and run.isupper() and syllables[place - 1] not in _BEFORE_NAMES
            if in_heading or _is_heading(given, marked=marked):
                continue
            if len(given) < 2 or given[-1] in _PLACEHOLDERS:
                return None
            begin = start + len(" ".join(syllables[:place])) + (place > 0)
            text = " ".join(given)
            return Name(begin, begin + len(text), text)
    return None


def _is_heading(syllables: list[str], *, marked: bool) -> bool:
    """Whether half of some words in capitals are those of headings; names may hold one of them."""
    if not syllables[0].isupper() or len(syllables[0]) == 1:
        return False
    words = _HEADING_WORDS if marked else _UNMARKED_HEADING_WORDS
    return 2 * sum((each if marked else fold(each)) in words for each in syllables) >= len(syllables)


def _begins_a_name(syllables: list[str], place: int, marked: bool) -> bool:
    first = syllables[place]
    if _CLAN.match(" ".join(syllables[place : place + 2])):
        return True
    if syllables[place + 1] in _MIDDLE and place + 2 < len(syllables) and first not in _MIDDLE:
        return True
    if marked:
        return first.capitalize() in _FAMILY_NAMES or fold(first) in _MISREAD
    return fold(first) in _UNMARKED


def _cut(syllables: list[str]) -> list[str]:
    """Without what a row says after the name."""
    for place, syllable in enumerate(syllables):
        if syllable in _NOT_GIVEN and place:
            return syllables[:place]
    return syllables
