"""Finds grades and subjects in a piece of writing (file name, title, head of a text); used by `guessing`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from repo_service.curriculum import seed_data

_NUMBER = r"(1[0-2]|[1-9])(?!\d)"
_NO_COUNT = r"(?! *(?:cau|phut|buoi|tiet|diem|muc|hoc sinh)(?![a-z]))"
_GRADE_AFTER = re.compile(rf"[ ;,:/]*(?:(?:lop|khoi|l|k)[ :]*)?0?{_NUMBER}{_NO_COUNT}")
_GRADE = re.compile(rf"(?<![a-z])(?:lop|khoi)[ :]*0?{_NUMBER}(?: *(?:(?:,|va|den) *)?(1[0-2]|[1-9])(?![\d.]))?")
_GRADE_BEFORE = re.compile(rf"(?<![a-z])(?:lop|khoi) *0?{_NUMBER} *$")
_SHORT_GRADE = re.compile(rf"(?<![A-Za-z])[LK]{_NUMBER}(?![A-Za-z])")
_CLASS = re.compile(r"(?<![A-Za-z\d])(1[0-2]|[6-9])[A-E]\d?(?![A-Za-z\d])")
_Spellings = tuple[tuple[str, tuple[str, ...]], ...]
_MON = re.compile(r"(?<![a-z])mon(?: hoc)?[ :]*$")


@dataclass(frozen=True)
class Clue:
    """A piece of writing with its folded form; both have the same length, so a match shows the words as
    written.
    """

    place: str
    shown: str
    folded: str

    @classmethod
    def of(cls, place: str, text: str) -> Clue:
        """Separators of file names become blanks; marks, case and đ are folded letter by letter."""
        shown = unicodedata.normalize("NFC", text)
        return cls(place, shown, "".join(_folded(letter) for letter in shown))

    def piece(self, match: re.Match[str]) -> str:
        """The words of a match as they are written."""
        return self.shown[match.start() : match.end()].strip()

    def find(self, folded: str, marked: Sequence[str] = (), heading: bool = False) -> str | None:
        """The piece that reads `folded`; if it carries marks it must be one of `marked`.

        With `heading`, only at the start of a line.
        """
        words = re.escape(folded).replace(r"\ ", " +")
        pattern = rf"(?:^|\n)[ \t]*({words})(?![a-z])" if heading else rf"(?<![a-z])({words})(?![a-z])"
        for match in re.finditer(pattern, self.folded):
            piece = self.shown[match.start(1) : match.end(1)]
            if piece.isascii() or not marked or _same_marks(piece, marked):
                return piece
        return None

    @property
    def marked(self) -> bool:
        """Whether the writer used Vietnamese marks."""
        return not self.shown.isascii()


def find_grades(clue: Clue) -> list[tuple[int, str]]:
    """Grades (1-12) with the words that say so; in a text only on a line that names a subject or starts
    with "lớp".
    """
    found: list[tuple[int, str]] = []
    for match in _GRADE.finditer(clue.folded):
        if clue.place != "text" or _is_form_line(clue.folded, match.start()):
            first, last = int(match[1]), int(match[2] or match[1])
            grades = range(first, last + 1) if first <= last <= first + 3 else (first,)
            found += [(grade, clue.piece(match)) for grade in grades]
    if not found and clue.place != "text":
        short = [*_SHORT_GRADE.finditer(clue.shown), *_CLASS.finditer(clue.shown)]
        found = [(int(match[1]), clue.piece(match)) for match in short]
    if not found:
        found = [(grade, piece) for _, grade, piece in _names(clue) if grade is not None]
    return found


def find_subjects(clue: Clue, grades: Sequence[int]) -> list[tuple[str, str]]:
    """Subject codes with the words that say so, fitted to `grades` (HĐTN 4 and HĐTN 8 are two activities)."""
    found = []
    for codes, grade, piece in _names(clue):
        at = set(grades) | ({grade} if grade else set())
        fitting = [code for code in codes if not at or at & set(_grades_of(code))]
        if len(fitting) == 1:
            found.append((fitting[0], piece))
    return found


def _folded(letter: str) -> str:
    if letter in "_-–—.+":
        return " "
    if letter in "đĐÐƉ":
        return "d"
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def _same_marks(piece: str, marked: Sequence[str]) -> bool:
    wanted = {_canonical(word) for word in marked}
    return _canonical(piece) in wanted


def _canonical(text: str) -> str:
    """Marks without their place in oa, oe, uy and with one i: hoà = hòa, lý = lí."""
    plain = unicodedata.normalize("NFD", re.sub(r"[\s_.\-–]+", " ", text.lower()))
    plain = re.sub(r"([oue])([̣̀́̃̉])([aey])(?![a-z])", r"\1\3\2", plain)
    return re.sub(r"\b([hklmst])y", r"\1i", plain)


def _is_form_line(folded: str, position: int) -> bool:
    start = folded.rfind("\n", 0, position) + 1
    line = folded[start:position].strip()
    return not line or line.startswith("mon") or " mon" in line


def _grades_of(code: str) -> tuple[int, ...]:
    subject = seed_data.subjects()[code]
    return (*subject.grades, *subject.old_grades)


def _names(clue: Clue) -> Iterator[tuple[tuple[str, ...], int | None, str]]:
    """(subject codes, grade beside the name, words) for every name that may be believed here, longest
    first.
    """
    taken: list[tuple[int, int]] = []
    for folded, spellings, certain in _names_of_subjects():
        pattern = rf"(?<![a-z]){re.escape(folded)}(?![a-z])".replace(r"\ ", " +")
        for match in re.finditer(pattern, clue.folded):
            start, end = match.span()
            if any(start < last and end > first for first, last in taken):
                continue
            taken.append((start, end))
            piece = clue.shown[start:end]
            codes = _meant(piece, spellings, clue.marked and clue.place == "text")
            if not codes:
                continue
            grade = _GRADE_AFTER.match(clue.folded, end) or _grade_before(clue, start, end)
            after_mon = bool(_MON.search(clue.folded[:start]))
            if _believed(clue, start, folded, certain, grade is not None, after_mon):
                whole = clue.shown[start : max(grade.end(), end) if grade else end]
                yield codes, int(grade[1]) if grade else None, whole.strip()


def _grade_before(clue: Clue, start: int, end: int) -> re.Match[str] | None:
    """The class before a name that ends the writing: "lớp 6 toán"."""
    return None if clue.folded[end:].strip() else _GRADE_BEFORE.search(clue.folded[:start])


def _meant(piece: str, spellings: _Spellings, in_marked_text: bool) -> tuple[str, ...]:
    """The subjects whose name has these very marks; a name without marks, all that fold alike.

    In a text that is written with marks a name without them is another word; in a query or the name of a file people
    mark some words and not others.
    """
    exact = tuple(code for code, names in spellings if _same_marks(piece, names))
    if in_marked_text or not piece.isascii():
        return exact
    return tuple(code for code, _ in spellings)


def _believed(clue: Clue, start: int, name: str, certain: bool, graded: bool, after_mon: bool) -> bool:
    """A full name stands for itself outside running text; a short or everyday one needs its neighbours."""
    if after_mon:
        return True
    if certain and clue.place != "text":
        return True
    return (
        graded
        and (certain or " " in name or _may_follow(clue.folded[:start]))
        and (clue.place != "text" or _is_form_line(clue.folded, start))
    )


def _may_follow(before: str) -> bool:
    if not before.strip() or re.search(r"(?:  |[,:;(|/\n\d]) *$", before):
        return True
    allowed = seed_data.guessing_words()["before_short_names"]
    return any(re.search(rf"(?<![a-z\d]){word} *$", before) for word in allowed)


@cache
def _names_of_subjects() -> tuple[tuple[str, _Spellings, bool], ...]:
    """(folded name, subjects with spellings, certain without neighbours), longest first, ambiguous ones
    left out.
    """
    spellings: dict[str, dict[str, list[str]]] = {}
    for subject in seed_data.subjects().values():
        for name in (subject.label, *subject.aliases):
            folded = "".join(_folded(letter) for letter in name)
            spellings.setdefault(folded, {}).setdefault(subject.code, []).append(name)
    others = {"".join(map(_folded, key)) for key in seed_data.other_abbreviations()}
    everyday = set(seed_data.guessing_words()["everyday_names"])
    rows = []
    for folded, by_code in spellings.items():
        codes = tuple(by_code)
        names = tuple(name for found in by_code.values() for name in found)
        if folded not in others and folded not in {"english", "han quoc"}:
            code_like = len(folded) >= 4 and any(name.isupper() for name in names)
            certain = (" " in folded or code_like) and not (everyday & set(codes) and " " in folded)
            rows.append((folded, tuple((code, tuple(found)) for code, found in by_code.items()), certain))
    return tuple(sorted(rows, key=lambda row: -len(row[0])))
