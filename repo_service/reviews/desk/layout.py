"""What the review desk shows of a round: lines to look at, threads, earlier verdicts, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.collation import sort_key
from repo_service.core.clock import local
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.curriculum.queries import vocabularies
from repo_service.derivatives.personal_data import FileFindings, personal_data_of
from repo_service.derivatives.queries import Line, readings_of
from repo_service.resources.policy import is_author
from repo_service.resources.queries import FileRow, files_of
from repo_service.reviews import policy, reading
from repo_service.reviews.desk.changes import Changes, changes_since
from repo_service.reviews.desk.papers import Paper, lay_papers
from repo_service.reviews.desk.places import place_of
from repo_service.reviews.desk.proposals import Colleague, colleagues
from repo_service.reviews.desk.remarks import LONGEST_SEARCHED
from repo_service.reviews.models import ReviewComment, ReviewRound
from repo_service.reviews.reading import Person

PROPOSED = 4
"""Colleagues whom the desk names; all others stand in a list below."""


@dataclass(frozen=True)
class Seats:
    """Who reads a round and by when, and what the viewer may do about it: nothing of the work's content."""

    round: ReviewRound
    people: dict[str, Person]
    proposed: list[Colleague]
    """Whom a lead might ask, best first; nobody for other viewers."""
    others: list[tuple[str, str]]
    """(account, name) of everybody else, in the order of the alphabet."""
    missing: int
    """Readers that the round still lacks."""
    may_review: bool
    may_lead: bool
    may_nudge: bool
    reads_it: bool
    """The viewer has a place in the round and has not decided."""
    has_decided: bool
    is_author: bool


@dataclass(frozen=True)
class Desk(Seats):
    """Everything the page of a round needs, read with a constant number of statements."""

    papers: list[Paper]
    threads: list[dict[str, Any]]
    earlier: list[dict[str, Any]]
    changes: Changes | None
    verdicts: list[dict[str, Any]]
    personal_data: list[FileFindings]

    @property
    def open_threads(self) -> int:
        """Remarks that nobody settled yet."""
        return sum(1 for thread in self.threads if not thread["done"])


def lay_out(viewer: Viewer, review_round: ReviewRound) -> Desk:
    """The desk of a round that the viewer was let into."""
    withdrawn = review_round.resource.state == "withdrawn"  # of its files nothing is told any more, not even names
    files = [] if withdrawn else files_of([review_round.version_id])
    readings = readings_of([file.id for file in files], LONGEST_SEARCHED)
    comments = reading.comments_of(review_round)
    rounds = reading.history(review_round.resource_id)
    people = reading.people(_ids(review_round, comments, rounds))
    threads = _threads(comments, people, {each.id: each.number for each in rounds})
    _put_in_place(threads, files, {file_id: read.lines for file_id, read in readings.items()})
    return Desk(
        **_seats(viewer, review_round, rounds, people),
        papers=lay_papers(files, readings, threads), threads=threads,
        earlier=[_told(each, people) for each in rounds if each.number < review_round.number],
        changes=None if withdrawn else changes_since(review_round, rounds, files),
        verdicts=_told(review_round, people)["verdicts"],
        personal_data=personal_data_of({file.id: file.name for file in files}),
    )  # fmt: skip


def lay_out_seats(viewer: Viewer, review_round: ReviewRound) -> Seats:
    """For a lead who looks for readers of what is kept back (R52)."""
    rounds = reading.history(review_round.resource_id)
    people = reading.people(_ids(review_round, [], rounds))
    return Seats(**_seats(viewer, review_round, rounds, people))


def _seats(
    viewer: Viewer, review_round: ReviewRound, rounds: list[ReviewRound], people: dict[str, Person]
) -> dict[str, Any]:
    may_lead = may(viewer, policy.ASSIGN.action, review_round) and review_round.state == "open"
    may_review = may(viewer, policy.REVIEW.action, review_round)
    able = colleagues(review_round, rounds) if may_lead else []
    known = [each for each in able if each.id != viewer.id or not may_review]  # who may claim it need not be asked
    proposed = [person for person in known if not person.unwilling][:PROPOSED]
    decided = any(verdict.reviewer_id == viewer.id for verdict in review_round.verdicts)
    reads = policy.is_assigned(viewer, review_round)
    full = len(review_round.readers) >= review_round.required
    return {
        "round": review_round, "people": people, "proposed": proposed,
        "others": sorted([(person.id, person.name) for person in known if person not in proposed], key=_by_name),
        "missing": max(review_round.required - len(review_round.readers), 0),
        "may_review": may_review and (not full or reads),
        "may_lead": may_lead, "reads_it": reads and not decided and review_round.state == "open",
        "may_nudge": may(viewer, policy.NUDGE.action, review_round) and _has_hearers(viewer, review_round),
        "has_decided": decided, "is_author": is_author(viewer, review_round.resource),
    }  # fmt: skip


def threads_of(review_round: ReviewRound) -> list[dict[str, Any]]:
    """Remarks of a round and of those before it with their answers, each where it stands in this version."""
    files = [] if review_round.resource.state == "withdrawn" else files_of([review_round.version_id])
    comments, rounds = reading.comments_of(review_round), reading.history(review_round.resource_id)
    people = reading.people([comment.author_id for comment in comments])
    threads = _threads(comments, people, {each.id: each.number for each in rounds})
    readings = readings_of([file.id for file in files], LONGEST_SEARCHED)
    _put_in_place(threads, files, {file_id: read.lines for file_id, read in readings.items()})
    return threads


def _has_hearers(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Whether a gentle word would reach somebody else: a lead finds a reader rather than nudge the leads."""
    waiting = any(place.state == "open" and place.reviewer_id != viewer.id for place in review_round.readers)
    return review_round.state == "open" and (waiting or is_author(viewer, review_round.resource))


def _by_name(person: tuple[str, str]) -> str:
    return sort_key(person[1])


def _put_in_place(
    threads: list[dict[str, Any]], files: Sequence[FileRow], texts: Mapping[str, Sequence[Line]]
) -> None:
    """Where each thread stands in the version at hand; its number goes with it."""
    for thread in threads:
        thread["spot"] = spot = place_of(thread["remark"], files, texts)
        thread["where"] = spot.words if spot else ""


def checklist_lines(review_round: ReviewRound, said: dict[str, str]) -> list[dict[str, Any]]:
    """The six lines, none preset; `said` maps codes to `ok` or `fix` as typed."""
    hints = {
        "chuong-trinh": _("Đúng yêu cầu cần đạt của bài và của lớp"),
        "chinh-xac": _("Kiến thức, số liệu, kí hiệu, chính tả"),
        "hoa-nhap": _("Có việc cho học sinh khuyết tật, học sinh chậm hơn"),
        "ban-quyen": _("Hình, bài đọc có nguồn; không quét sách giáo khoa"),
        "du-lieu-ca-nhan": _("Không tên, ảnh, điểm của học sinh"),
        "ai": _("Tác giả ghi: %(words)s", words=_ai_statement(review_round)),
    }
    choices = vocabularies().choices("checklist")
    return [
        {"name": f"line-{code}", "label": label, "hint": hints.get(code), "value": said.get(code)}
        for code, label in choices
    ]


def _ids(review_round: ReviewRound, comments: list[ReviewComment], rounds: list[ReviewRound]) -> list[str]:
    readers = [assignment.reviewer_id for assignment in review_round.assignments]
    verdicts = [verdict.reviewer_id for each in rounds for verdict in each.verdicts]
    return [
        *readers,
        *verdicts,
        *(comment.author_id for comment in comments),
        review_round.version.created_by_id,
    ]


def _told(review_round: ReviewRound, people: dict[str, Person]) -> dict[str, Any]:
    words = {
        "approve": _("Đồng ý công bố"),
        "request_changes": _("Cần chỉnh sửa"),
        "decline": _("Không nhận"),
    }
    label = vocabularies().label
    verdicts = [
        {
            "who": people.get(verdict.reviewer_id),
            "words": words[verdict.decision],
            "reasons": [label("return_reasons", code) for code in verdict.reasons],
            "note": verdict.note,
            "day": f"{local(verdict.decided_at):%d/%m/%Y}",
        }
        for verdict in review_round.verdicts
    ]
    return {
        "number": review_round.number,
        "version": review_round.version.number,
        "state": review_round.state,
        "verdicts": verdicts,
    }


def _threads(
    comments: list[ReviewComment], people: dict[str, Person], numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    threads: dict[str, dict[str, Any]] = {}
    for comment in comments:
        person = people.get(comment.author_id)
        note = {
            "id": comment.id,
            "created_at": comment.created_at,
            "author": person.name if person else "",
            "at": f"{local(comment.created_at):%H:%M, %d/%m/%Y}",
            "text": comment.text,
        }
        if comment.parent_id in threads:
            threads[comment.parent_id]["notes"].append(note)
            continue
        done = (
            _("Xong ngày %(day)s.", day=f"{local(comment.settled_at):%d/%m}") if comment.settled_at else None
        )
        threads[comment.id] = {
            "id": comment.id, "number": len(threads) + 1, "quote": comment.place, "notes": [note], "done": done,
            "author_id": comment.author_id, "remark": comment, "round": numbers.get(comment.round_id),
        }  # fmt: skip
    return list(threads.values())


def _ai_statement(review_round: ReviewRound) -> str:
    """What the author says of AI: how much, with which tool, who checked it (R51)."""
    version = review_round.version
    checked = _("đã kiểm chứng bởi %(who)s", who=version.ai_checked_by) if version.ai_checked_by else ""
    said = [vocabularies().label("ai_use", version.ai_use), version.ai_tool or "", checked]
    return ", ".join(each for each in said if each)
