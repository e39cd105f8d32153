"""Formulas of read texts are drawn; what is no formula, or wants to be HTML, stays text."""

from __future__ import annotations

import re
import time

import pytest

from repo_service.ui.maths import with_formulas


def _bare(text: str) -> str:
    """MathML without the tags of single letters, numbers and signs, which only lengthen the expectation."""
    bare = re.sub(r"</?(mn|mi|mo|mtext|mrow)>", "", str(with_formulas(text)))
    return bare.replace('<math displaystyle="true">', "<math>")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Ta có (1)/(2).", "Ta có <math><mfrac>12</mfrac></math>."),
        ("x^(2)+y_(1)", "<math><msup>x2</msup></math>+<math><msub>y1</msub></math>"),
        ("10^(3) m", "<math><msup>103</msup></math> m"),
        ("a_(n)^(2)", "<math><msubsup>an2</msubsup></math>"),
        ("√(b+1)", "<math><msqrt>b+1</msqrt></math>"),
        ("∛(8)", "<math><mroot>83</mroot></math>"),
        ("(a+b)^(2)", "<math><msup>(a+b)2</msup></math>"),
        ("((1)/(2))/(x^(2))", "<math><mfrac><mfrac>12</mfrac><msup>x2</msup></mfrac></math>"),
        ("2(1)/(3)", "2<math><mfrac>13</mfrac></math>"),
    ],
)
def test_a_formula_is_drawn(text: str, drawn: str) -> None:
    assert _bare(text) == drawn


@pytest.mark.parametrize(
    "text",
    [
        "Phân số 1/2",
        "f(x)/(2)",
        "(1)/(2",
        "√",
        "x^2",
        "(a) hoặc (b)",
        "ghi chú (xem trang 2)/",
        "_(",
        "",
        "^(2)",
    ],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert str(with_formulas(text)) == text


def test_html_in_a_formula_is_escaped() -> None:
    drawn = str(with_formulas("<b>(<script>)/(2)^(<img src=x>)"))
    assert "<script" not in drawn and "<img" not in drawn and "<b>" not in drawn
    assert "&lt;" in drawn


def test_brackets_without_end_are_bounded() -> None:
    began = time.process_time()
    deep = "(" * 1_300 + "x" + ")/(2)" * 500
    for text in (
        "(" * 3_999,
        "√(" * 1_999,
        "x^(" * 1_300,
        "(1)/(" * 790,
        deep,
        "((1)/(2)" * 490,
        "x^(2)_(1)" * 440,
    ):
        with_formulas(text)
    with_formulas("(1)/(2)" * 100_000)
    assert time.process_time() - began < 2


def test_shapes_in_shapes_end_somewhere() -> None:
    text = "x"
    for _ in range(60):
        text = f"({text})/(2)"
    assert str(with_formulas(text)).count("<mfrac>") <= 9
