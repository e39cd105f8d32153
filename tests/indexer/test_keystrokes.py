"""Telex and VNI keys read as letters; words that are none stay."""

from __future__ import annotations

import pytest

from indexer.keystrokes import from_keystrokes


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("giaos ans", "giáo án"),
        ("giao1 an1", "giáo án"),
        ("tieengs vieetj lowps 6", "tiếng việt lớp 6"),
        ("ke61 hoach5 ba2i da5y", "kế hoạch bài dạy"),
        ("ddija lis", "địa lí"),
        ("d9ia5 li1", "địa lí"),
        ("hoaf nhaapj", "hoà nhập"),
        ("thuyr quys gias", "thuỷ quý giá"),
        ("truwowngf nguwowif", "trường người"),
        ("nguo72i ngu7oi2", "người người"),
        ("phu7o7ng trinh2", "phương trình"),
        ("d9u7o72ng", "đường"),
        ("phân sôs", "phân số"),
        ("phân sô1 lơp1 6", "phân số lớp 6"),
        ("đuowngf thẳng", "đường thẳng"),
        ("phép côngj", "phép cộng"),
        ("nghieengf 10a1", "nghiềng 10a1"),
    ],
)
def test_keys_become_letters(typed: str, read: str) -> None:
    assert from_keystrokes(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "phan so",
        "bai 5",
        "class",
        "10a1",
        "lop 6a2",
        "",
        "phân số",
        "phân tích đa thức",
        "Đăk Hà",
        "x² + 1",
        "4069/BGDĐT",
        "?!*",
    ],
)
def test_words_without_keys_stay(typed: str) -> None:
    assert from_keystrokes(typed) is None
