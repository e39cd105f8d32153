"""What differs between a file at hand and one of a published work: a sentence for people and a few paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from repo_service.core.db import current_session
from repo_service.core.i18n import _
from repo_service.derivatives.models import FileText
from repo_service.resources.description import Line, compare_texts

READ_CHARACTERS, READ_LINES = 60_000, 500
"""Of each side: about thirty pages, compared within some hundredths of a second."""
SHOWN_LINES, SHOWN_CHARACTERS = 40, 300
SHOWN_PLACES, PLACE_CHARACTERS = 3, 60


@dataclass(frozen=True)
class Difference:
    """Paragraphs only one side has, the headings they stand under, and the first changed paragraphs themselves."""

    added: int
    removed: int
    places: Sequence[str]
    lines: Sequence[Line]
    is_cut: bool

    @property
    def sentence(self) -> str:
        """In words, for the one who brings the file."""
        if not self.added and not self.removed:
            return str(_("Chữ trong hai tệp giống nhau."))
        told = [
            _("thêm %(count)s đoạn", count=self.added) if self.added else "",
            _("không có %(count)s đoạn", count=self.removed) if self.removed else "",
        ]
        where = ", ".join(f"“{place}”" for place in self.places[:SHOWN_PLACES])
        found = _("So với bài ấy, tệp này %(what)s", what=", ".join(filter(None, told)))
        return f"{found}; {_('khác ở %(where)s', where=where)}." if where else f"{found}."


def what_differs(theirs: str, mine: str) -> Difference:
    """The difference from the file `theirs` to the file `mine` (ids), both of which were read; one statement."""
    texts = _texts([theirs, mine])
    (before, headings), (after, _mine) = (texts.get(file_id, ([], [])) for file_id in (theirs, mine))
    compared = compare_texts("\n".join(before), "\n".join(after), context=READ_LINES)
    lines = [line for line in compared if line.kind != "skipped"]
    shown = [Line(line.kind, _short(line.text, SHOWN_CHARACTERS)) for line in _around(lines)]
    return Difference(
        sum(line.kind == "added" for line in lines),
        sum(line.kind == "removed" for line in lines),
        _places(lines, set(headings)),
        shown[:SHOWN_LINES],
        len(shown) > SHOWN_LINES,
    )


def _texts(file_ids: Sequence[str]) -> dict[str, tuple[list[str], list[str]]]:
    """File -> (paragraphs, those of them that stand out), without the blanks that no reader sees."""
    beginning = func.substr(FileText.text, 1, READ_CHARACTERS)
    found = select(FileText.file_id, beginning, FileText.headings).where(FileText.file_id.in_(file_ids))
    read = {}
    for file_id, text, headings in current_session().execute(found):
        numbered = [(number, " ".join(line.split())) for number, line in enumerate(text.splitlines())]
        kept = [(number, line) for number, line in numbered if line][:READ_LINES]
        marked = frozenset(headings or ())
        read[file_id] = ([line for _n, line in kept], [line for number, line in kept if number in marked])
    return read


def _places(lines: Iterable[Line], headings: set[str]) -> list[str]:
    """The headings under which something changed, in the order of the text."""
    found: dict[str, None] = {}
    present = ""
    for line in lines:
        if line.kind != "added" and line.text in headings:
            present = line.text
        if line.kind in ("added", "removed") and present:
            found.setdefault(_short(present, PLACE_CHARACTERS))
    return list(found)


def _around(lines: Sequence[Line]) -> list[Line]:
    """The changed lines, the equal one on either side of them, and a mark where others were left out."""
    kept: list[Line] = []
    for place, line in enumerate(lines):
        near = lines[max(0, place - 1) : place + 2]
        if any(each.kind in ("added", "removed") for each in near):
            kept.append(line)
        elif not kept or kept[-1].kind != "skipped":
            kept.append(Line("skipped", ""))
    return kept


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
