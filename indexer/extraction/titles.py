"""Which gathered line is the document's own title? A guess, offered to a person and never stored unasked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.extraction.gathered import Rank

LONGEST = 200
_LOOKED_AT = 60

# The head of an official paper: motto, offices, numbers and places stand above the title.
_HEAD_OF_PAPER = re.compile(
    r"\W*(C[ỘÔO]NG H[ÒO][AÀ] X[ÃA] H[ỘÔO]I|ĐỘC LẬP\s*[-–—]|(ỦY|UỶ) BAN|UBND|(BỘ|SỞ|PHÒNG) (GIÁO DỤC|GD)"
    r"|CỤM (CHUYÊN MÔN|TRƯỜNG)|CỤM:|NHÓM( CHUYÊN MÔN)?:|TỔ( CHUYÊN MÔN)?:|TỔ (CHUYÊN MÔN|BỘ MÔN)|TRƯỜNG:?$"
    r"|TRƯỜNG (TH|THCS|THPT|TIỂU HỌC|TRUNG HỌC|MẦM NON|MẪU GIÁO|PTDT\w*|PHỔ THÔNG|LIÊN CẤP|CAO ĐẲNG)\b"
    r"|TRUNG TÂM (GIÁO DỤC|GDTX|GDNN)|SỐ\s*:|NGÀY (SOẠN|DẠY|GIẢNG)|HỌ (VÀ|,)? ?TÊN|GIÁO VIÊN\s*:|GV\s*:"
    r"|LỚP\s*:|TUẦN\b|TIẾT\b|NĂM HỌC\s*:?\s*\d)"
)
# Names of a kind of document; the line below them says what it is about.
_KIND_ALONE = re.compile(
    r"\W*(KẾ HOẠCH( (BÀI DẠY|BÀI HỌC|DẠY HỌC))?|GIÁO ÁN|PHIẾU HỌC TẬP|BIÊN BẢN|BÁO CÁO"
    r"|ĐỀ (KIỂM TRA|THI|CƯƠNG)|CHUYÊN ĐỀ|BÀI GIẢNG|SÁNG KIẾN)\W*$"
)
# "KẾ HOẠCH BÀI DẠY: Phân số bằng nhau": the type of the work says the first half already.
_KIND_AHEAD = re.compile(
    r"^\W*(kế hoạch (bài dạy|bài học|dạy học)|giáo án)\s*[:–—-]\s*(?=[\W\d_]*[^\W\d_]{2})", re.IGNORECASE
)


def guess_title(lines: Sequence[tuple[str, Rank]]) -> str | None:
    """Title style before heading before a bold or upper-case line; None when nothing stands out."""
    fitting = [(text, _rank(text, rank)) for text, rank in lines[:_LOOKED_AT] if _may_be_title(text)]
    for wanted in (Rank.TITLE, Rank.HEADING, Rank.STRONG):
        found = [text for text, rank in fitting if rank == wanted]
        if found:
            about = next((text for text in found[:3] if not _KIND_ALONE.match(text.upper())), found[0])
            return _KIND_AHEAD.sub("", about)
    return None


def _rank(text: str, rank: Rank) -> Rank:
    return max(rank, Rank.STRONG) if text.isupper() else rank


def _may_be_title(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return letters >= 3 and len(text) <= LONGEST and not _HEAD_OF_PAPER.match(text.upper())
