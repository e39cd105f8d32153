"""Templates hold no code of their own, so that the content security policy can forbid all inline code."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_tree import files, relative

INLINE = {
    "a script in the page": r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")",
    "a style in the page": r"<style\b",
    "a style on an element": r"<[^>{]*\sstyle\s*=",
    "a handler on an element": r"<[^>]*\son[a-z]+\s*=",
    "an address that is code": r"(?i)(href|src|action)\s*=\s*[\"']\s*javascript:",
    "a file from another host": r"<(script|link|img|iframe)\b[^>]*\b(src|href)\s*=\s*[\"'](https?:)?//",
    "text that is trusted unseen": r"\|\s*safe\b|autoescape\s+false|Markup\(",
}
# file -> why its trusted text is safe
TRUSTED: dict[str, str] = {}


def templates() -> list[Path]:
    return files(".html", under="repo_service/")


@pytest.mark.parametrize("fault", INLINE)
def test_no_template_holds(fault: str) -> None:
    seek = re.compile(INLINE[fault])
    found = [
        f"{relative(path)}: {match.group()}"
        for path in templates()
        if (match := seek.search(path.read_text())) and relative(path) not in TRUSTED
    ]
    assert found == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("a script in the page", "<script>alert(1)</script>"),
        ("a style on an element", '<p class="x" style="color:red">'),
        ("a handler on an element", '<a href="#" onclick="go()">'),
        ("text that is trusted unseen", "{{ body | safe }}"),
        ("a file from another host", '<script defer src="//host/x.js">'),
    ],
)
def test_the_fault_is_seen(fault: str, text: str) -> None:
    assert re.search(INLINE[fault], text)


def test_every_form_that_writes_carries_its_token() -> None:
    forms = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>(.*?)</form>", re.DOTALL | re.IGNORECASE)
    bare = [
        relative(path)
        for path in templates()
        for body in forms.findall(path.read_text())
        if "csrf" not in body
    ]
    assert bare == []


def test_every_template_that_is_named_is_there() -> None:
    named = re.compile(r"\{%-?\s*(?:from|include|extends|import)\s+['\"]([^'\"]+)['\"]")
    known = {path.as_posix().partition("/templates/")[2] for path in templates()}
    missing = {
        f"{relative(path)}: {name}"
        for path in templates()
        for name in named.findall(path.read_text())
        if name not in known
    }
    assert missing == set()
