"""What a title or a query says of time and papers: semester, exam moment, teaching week, numbers of official papers."""

from __future__ import annotations

import re

from indexer.vietnamese import fold, normalise
from repo_service.curriculum.guessed_subjects import Clue
from repo_service.curriculum.seed_data import guessing_words

LAST_WEEK = 35
MOMENTS = ("giua-ki", "cuoi-ki", "cuoi-nam")
"""Times of exams that hold for both semesters; values of the search field `term` beside hk1, hk2, he."""

_WEEK = re.compile(
    r"(?<![a-z])tuan[ :]*0?(\d{1,2})(?!\d)(?:( *(?:, *)?(?:(?:va|den) *)?)0?(\d{1,2})(?!\d))?(?! *tuoi)"
)
_JOINS = re.compile(r"[,\-–—]|v[àa]|[đd][ếe]n", re.IGNORECASE)
_TERM = re.compile(
    r"(?<![a-z])(?<!the )(?<!thoi )(?:(?:(?:cuoi|giua) )?(?:hoc )?k[iy] *|(?:[gc]?hk|[gc]k) *)"
    r"(?P<number>[12]|ii?)(?![a-z\d])"
)
_MOMENT = re.compile(
    r"(?<![a-z])(?:(?P<word>giua|cuoi) (?:hoc )?k[iy](?![a-z])|(?P<short>[gc])h?k *(?:[12]|ii?)?(?![a-z\d]))"
)
_YEAR_END = re.compile(r"(?<![a-z])cuoi nam(?![a-z])")
_SUMMER = re.compile(
    r"(?<![^\W\d_])hè(?![^\W\d_])|(?<![a-z])(?:on|nghi|bai tap|dip) he(?![a-z])", re.IGNORECASE
)
_OTHER_WORDS = re.compile("k[ỉỷĩỹíýịỵ]", re.IGNORECASE)  # thế kỉ, kĩ năng, kí: no semester

_PAPER = re.compile(r"(?<![\d/])(\d{1,5})/(?:(20\d\d)/)?([a-zđ]{2,10}(?:[-&][a-zđ]{1,10}){0,4})")
_NAMED = re.compile(
    r"(?<![a-z])(cong van|cv|thong tu|tt|quyet dinh|qd|nghi dinh|nd|nghi quyet|nq|chi thi)"
    r"(?: *so)? *(?:[.:] *)?(\d{2,5})(?:/(20\d\d))?(?![\d/])"
)
_BARE = re.compile(r"(?<![\w.,/])\d{4}(?![\w.,/])")
_KINDS = {
    "cong van": "cv", "thong tu": "tt", "quyet dinh": "qd", "nghi dinh": "nd", "nghi quyet": "nq", "chi thi": "ct",
}  # fmt: skip
PAPER_KINDS = ("cv", "tt", "qd", "nd", "nq", "ct", "kh")
_ISSUERS = re.compile(r"gd|ubnd|cp$|hdnd|ttg")
_MOST_PAPERS = 40


def weeks_in(clue: Clue) -> list[tuple[int, str]]:
    """Teaching weeks (1 to 35) with the words that say so: "tuần 12", "tuan 12-13"."""
    found = []
    for match in _WEEK.finditer(clue.folded):
        word = clue.shown[match.start() : match.start() + 4].lower()
        if word not in ("tuan", "tuần"):
            continue
        first, last = int(match[1]), int(match[3] or 0)
        joined = last > first and _JOINS.search(clue.shown[match.end(1) : match.start(3)])
        weeks = range(first, last + 1) if joined and last - first < 5 else (first,)
        found += [(week, clue.piece(match)) for week in weeks if 1 <= week <= LAST_WEEK]
    return found


def terms_in(clue: Clue) -> list[tuple[str, str]]:
    """Semesters with the words that say so: "học kỳ 1", "HKII", "cuối kì 2", "GK1"."""
    names = {"1": "hk1", "i": "hk1", "2": "hk2", "ii": "hk2"}
    pieces = ((match, clue.piece(match)) for match in _TERM.finditer(clue.folded))
    return [(names[match["number"]], piece) for match, piece in pieces if not _OTHER_WORDS.search(piece)]


def times_in(text: str) -> tuple[list[str], list[str]]:
    """Values of the search fields `term` (hk1, hk2, he, MOMENTS) and `week` (tuan-12) that a title or query names."""
    clue = Clue.of("title", text)
    terms = [term for term, _ in terms_in(clue)]
    for match in _MOMENT.finditer(clue.folded):
        if not _OTHER_WORDS.search(clue.piece(match)):
            terms.append("giua-ki" if (match["word"] or match["short"])[0] == "g" else "cuoi-ki")
    if _YEAR_END.search(clue.folded):
        terms.append("cuoi-nam")
    if _SUMMER.search(clue.shown) or _SUMMER.search(clue.folded):
        terms.append("he")
    weeks = [f"tuan-{week}" for week, _ in weeks_in(clue)]
    return list(dict.fromkeys(terms)), list(dict.fromkeys(weeks))


def papers_in(text: str) -> list[str]:
    """Official papers that a title or a query names: "CV 5512" is cv-5512, "22/2021/TT-BGDĐT" tt-22 and tt-22-2021."""
    folded = fold(normalise(text))
    found = numbered_papers(text)
    for kind, number, year in _NAMED.findall(folded):
        found += _codes(_KINDS.get(kind, kind), number, year)
    known = guessing_words()["known_papers"]
    found += [f"cv-{number}" for number in _BARE.findall(folded) if number in known]
    return list(dict.fromkeys(found))[:_MOST_PAPERS]


def numbered_papers(text: str) -> list[str]:
    """Papers by their full number, as running texts cite them: "4069/BGDĐT-GDPT" is cv-4069."""
    found: list[str] = []
    for number, year, signs in _PAPER.findall(normalise(text).lower()):
        kind = _kind_of(fold(signs))
        if kind and len(found) < _MOST_PAPERS:
            found += _codes(kind, number, year)
    return list(dict.fromkeys(found))


def _kind_of(signs: str) -> str | None:
    """`tt-bgddt` is a thông tư; without a kind, the number of a ministry or a Sở is a công văn."""
    first = signs.partition("-")[0]
    if first in PAPER_KINDS:
        return first
    return "cv" if _ISSUERS.search(signs) else None


def _codes(kind: str, number: str, year: str) -> list[str]:
    plain = f"{kind}-{int(number)}"
    return [plain, f"{plain}-{year}"] if year else [plain]
