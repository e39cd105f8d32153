"""Papers of national examinations that are not public yet: Kho never takes them (reliability.md section 9).

Told by words at the head of a text or in its title, which stand in data/secret_papers.toml. A lesson that reviews
past papers, a mock paper and a text about the rules pass.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from indexer.vietnamese import fold

HEAD = 1_500
"""Characters of a text that are looked at: a paper says at its head what it is."""
_NEAR = 400
"""Characters in which the words must stand together."""
_YEAR = re.compile(r"(20\d\d)(?:\s*[-–]\s*(20\d\d))?")
_SELECTION = ("quoc gia", "olympic")


def find_secret_paper(texts: Iterable[str], today: date) -> str | None:
    """The line that tells of such a paper, at most 120 characters; None where there is none."""
    for text in texts:
        head = text[:HEAD]
        place = _place(head, today)
        if place is not None:
            line = head[max(0, head.rfind("\n", 0, place) + 1) :].split("\n", 1)[0]
            return " ".join(line.split())[:120]
    return None


def _place(head: str, today: date) -> int | None:
    words, folded = _words(), _folded(head)
    written = unicodedata.normalize("NFC", head).lower()
    if any(phrase in written for phrase in words["harmless_as_written"]):
        return None
    if any(_holds(folded, phrase) for phrase in words["harmless"]):
        return None
    for exam in words["exams"]:
        for match in re.finditer(_pattern(exam), folded):
            window = slice(max(0, match.start() - _NEAR), match.end() + _NEAR)
            if _is_secret(folded[window], head[window], exam, today):
                return min(match.start(), len(head) - 1)
    return None


def _is_secret(folded: str, written: str, exam: str, today: date) -> bool:
    words = _words()
    if not any(_holds(folded, paper) for paper in words["papers"]):
        return False
    stamped = any(re.search(rf"(?<!\w){stamp}(?!\w)", written) for stamp in words["stamps"])
    if stamped or any(_holds(folded, phrase) for phrase in words["secrecy"]):
        return True
    official = any(_holds(folded, phrase) for phrase in words["official"])
    return official and _is_to_come(folded, exam, today)


def _is_to_come(folded: str, exam: str, today: date) -> bool:
    """Whether the year named beside the examination is one whose papers are not public yet."""
    kind = "selection" if any(word in exam for word in _SELECTION) and "thpt quoc gia" not in exam else "graduation"
    month, day = (int(part) for part in _words()["public_after"][kind].split("-"))
    years = [int(match[2] or match[1]) for match in _YEAR.finditer(folded)]
    return any(today < date(min(year, 9000), month, day) for year in years[:20])


def _holds(folded: str, phrase: str) -> bool:
    return re.search(_pattern(phrase), folded) is not None


@cache
def _pattern(phrase: str) -> str:
    return r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)"


def _folded(text: str) -> str:
    """Without marks, letter for letter as long as the text, so that places agree."""
    plain = "".join(fold(letter)[:1] or " " if not letter.isascii() else letter.lower() for letter in text)
    return plain if len(plain) == len(text) else fold(text)


@cache
def _words() -> dict[str, Any]:
    data = files("repo_service.curriculum").joinpath("data/secret_papers.toml")
    return tomllib.loads(data.read_text(encoding="utf-8"))
