"""What a round came to: counts per verdict and reason, and the lists behind them, which nobody had to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, listed
from repo_service.core.urls import absolute, curation_path
from repo_service.curation.lifecycle import ROUND_LABELS
from repo_service.curation.models import CurationItem, CurationRound, CurationVerdict
from repo_service.curriculum.queries import vocabularies
from repo_service.office import Block, BulletList, Heading, Paper, Paragraph, Table
from repo_service.resources.models import Resource
from repo_service.resources.policy import READ, readable_by, reader_kind, reader_parameters
from repo_service.ui.formats import day
from repo_service.ui.frame import salutation


@dataclass(frozen=True)
class Line:
    """A work of the round with what was decided; `title` is empty where the viewer may not read it any more."""

    item_id: str
    resource_id: str
    title: str
    state: str
    verdict: str | None
    reasons: list[str]
    note: str
    decided_at: datetime | None
    by: str
    successor_id: str | None
    successor: str


@dataclass(frozen=True)
class Summary:
    """The round in figures and lists; figures count every item, whoever reads."""

    round: CurationRound
    lines: Sequence[Line]

    def of(self, verdict: str) -> list[Line]:
        """The works that got a verdict, by the alphabet of their titles as the query gave them."""
        return [line for line in self.lines if line.verdict == verdict]

    @property
    def waiting(self) -> int:
        """Works that nobody decided yet."""
        return sum(line.state == "waiting" for line in self.lines)

    @property
    def gone(self) -> int:
        """Works that left the round undecided: replaced, retired, withdrawn or hidden elsewhere."""
        return sum(line.state == "gone" for line in self.lines)

    @property
    def verdicts(self) -> list[tuple[str, str, int]]:
        """(code, label, count) of each verdict, in the list's order."""
        counts = Counter(line.verdict for line in self.lines)
        return [(code, label, counts[code]) for code, label in vocabularies().choices("verdicts")]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """(label, count) of each reason given, in the list's order: no ranking."""
        counts = Counter(code for line in self.lines for code in line.reasons)
        return [
            (label, counts[code])
            for code, label in vocabularies().choices("curation_reasons")
            if counts[code]
        ]

    @property
    def sentence(self) -> str:
        """The round in one sentence."""
        decided = sum(count for _code, _label, count in self.verdicts)
        parts = ", ".join(f"{label.lower()} {count}" for _code, label, count in self.verdicts if count)
        words = {
            "count": self.round.item_count,
            "done": decided,
            "cluster": self.round.cluster.name,
            "parts": parts,
        }
        if not decided:
            return str(_("%(cluster)s: %(count)s bài, chưa có kết luận nào.", **words))
        return str(_("%(cluster)s đã kết luận %(done)s trong %(count)s bài: %(parts)s.", **words))


def summary_of(viewer: Viewer, found: CurationRound) -> Summary:
    """Every item of the round with its verdict; one statement. Titles only of works that the viewer may read."""
    successor = aliased(Resource)
    may_name = readable_by(reader_kind(viewer), reader_parameters(viewer), work=successor)
    given = CurationVerdict
    statement = (
        select(
            CurationItem.id, CurationItem.resource_id, CurationItem.state, Resource.title,
            listed(viewer, READ.action).label("readable"), given.verdict, given.reasons, given.note, given.decided_at,
            User.name, User.form_of_address, successor.id.label("successor_id"), successor.title.label("successor"),
        )
        .join(Resource, Resource.id == CurationItem.resource_id)
        .outerjoin(given, given.id == CurationItem.verdict_id)
        .outerjoin(User, User.id == given.decided_by_id)
        .outerjoin(successor, (successor.id == given.successor_id) & may_name)
        .where(CurationItem.round_id == found.id)
        .order_by(Resource.title_folded, CurationItem.id)
    )  # fmt: skip
    lines = [
        Line(
            row.id, row.resource_id, row.title if row.readable else "", row.state, row.verdict, row.reasons or [],
            row.note or "", row.decided_at, salutation(row.form_of_address, row.name) if row.name else "",
            row.successor_id, row.successor or "",
        )
        for row in current_session().execute(statement)
    ]  # fmt: skip
    return Summary(found, lines)


def paper_of(summary: Summary) -> Paper:
    """The summary for a folder or a meeting: one page of figures, then the lists."""
    found = summary.round
    dates = _("Mở %(opened)s, hẹn %(due)s", opened=day(found.opened_at), due=day(found.due_on))
    closed = (
        _(", xong %(day)s", day=day(found.closed_on))
        if found.closed_on
        else f" · {ROUND_LABELS[found.state]}"
    )
    blocks: list[Block] = [
        Paragraph(f"{found.cluster.name} · {dates}{closed}", italic=True, align="center"),
        Paragraph(summary.sentence),
        Table(
            [[_("Kết luận"), _("Số bài")], *([label, str(count)] for _code, label, count in summary.verdicts)]
        ),
    ]
    if summary.reasons:
        blocks.append(
            Table([[_("Lí do"), _("Số lần")], *([label, str(count)] for label, count in summary.reasons)])
        )
    for code, label, count in summary.verdicts:
        if count:
            blocks += [Heading(label, 2), BulletList([words_of(line) for line in summary.of(code)])]
    blocks.append(Paragraph(absolute(f"{curation_path(found.id)}/tong-ket"), italic=True))
    return Paper(found.title, blocks, found.closed_at or found.opened_at)


def words_of(line: Line) -> str:
    """A work with its reasons, note and successor in one line."""
    label = vocabularies().label
    said = "; ".join(label("curation_reasons", code) for code in line.reasons)
    successor = _("thay bằng “%(title)s”", title=line.successor) if line.successor else ""
    rest = ". ".join(part for part in (successor, said, line.note) if part)
    return f"{line.title or _('Bài không còn trong phạm vi xem')}{': ' + rest if rest else ''}"
