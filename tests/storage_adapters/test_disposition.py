"""File names in the download header: Vietnamese ones survive, hostile ones cannot leave the header."""

from urllib.parse import unquote

import pytest

from storage_adapters import content_disposition


def test_a_vietnamese_name_is_kept_and_has_an_ascii_twin() -> None:
    header = content_disposition("Đề thi giữa kỳ – lớp 4.docx")
    assert header.startswith("attachment; filename=\"De thi giua ky _ lop 4.docx\"; filename*=UTF-8''")
    assert unquote(header.partition("UTF-8''")[2]) == "Đề thi giữa kỳ – lớp 4.docx"


@pytest.mark.parametrize(
    "name", ['a"; x="b', "a\r\nSet-Cookie: x", "../../etc/passwd", "a\\b", "\u202efdp.exe", "%41;b", "", "\0"]
)
def test_a_hostile_name_stays_one_header_with_one_name(name: str) -> None:
    header = content_disposition(name, inline=True)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert header.count(";") == 2
    assert "/" not in unquote(header)
    assert "\u202e" not in unquote(header)
