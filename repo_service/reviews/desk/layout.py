"""What the review desk shows of a round: lines to look at, threads, earlier verdicts, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from repo_service.core.clock import local
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.curriculum.queries import vocabularies
from repo_service.derivatives.personal_data import FileFindings, personal_data_of
from repo_service.derivatives.queries import Reading, readings_of
from repo_service.organizations.province_settings import current_school_year
from repo_service.resources.policy import is_author
from repo_service.resources.queries import FileRow, files_of
from repo_service.reviews import policy, reading
from repo_service.reviews.models import ReviewComment, ReviewRound
from repo_service.reviews.reading import Person

LONGEST_READ = 20_000
"""Characters of each file on the desk; the file itself has the rest."""


@dataclass(frozen=True)
class Desk:
    """Everything the page of a round needs, read with a constant number of statements."""

    round: ReviewRound
    files: list[FileRow]
    readings: dict[str, Reading]
    threads: list[dict[str, Any]]
    earlier: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    people: dict[str, Person]
    candidates: list[tuple[str, str]]
    """Colleagues whom a lead may ask: (account, name)."""
    may_review: bool
    has_decided: bool
    is_author: bool
    personal_data: list[FileFindings]


def lay_out(viewer: Viewer, review_round: ReviewRound) -> Desk:
    """The desk of a round that the viewer was let into."""
    files = files_of([review_round.version_id])
    comments = reading.comments_of(review_round)
    rounds = reading.history(review_round.resource_id)
    people = reading.people(_ids(review_round, comments, rounds))
    may_assign = may(viewer, policy.ASSIGN.action, review_round) and review_round.state == "open"
    full = len(review_round.assignments) >= review_round.required
    return Desk(
        round=review_round, files=files, readings=readings_of([file.id for file in files], LONGEST_READ),
        threads=_threads(comments, people),
        earlier=[_told(each, people) for each in rounds if each.number < review_round.number],
        verdicts=_told(review_round, people)["verdicts"], people=people,
        candidates=_candidates(review_round) if may_assign and not full else [],
        may_review=may(viewer, policy.REVIEW.action, review_round)
        and (not full or policy.is_assigned(viewer, review_round)),
        has_decided=any(verdict.reviewer_id == viewer.id for verdict in review_round.verdicts),
        is_author=is_author(viewer, review_round.resource),
        personal_data=personal_data_of({file.id: file.name for file in files}),
    )  # fmt: skip


def _candidates(review_round: ReviewRound) -> list[tuple[str, str]]:
    return [
        (person.id, person.name) for person in reading.colleagues(review_round, current_school_year().key)
    ]


def checklist_lines(review_round: ReviewRound, said: dict[str, str]) -> list[dict[str, Any]]:
    """The six lines, none preset; `said` maps codes to `ok` or `fix` as typed."""
    hints = {
        "chuong-trinh": _("Đúng yêu cầu cần đạt của bài và của lớp"),
        "chinh-xac": _("Kiến thức, số liệu, kí hiệu, chính tả"),
        "hoa-nhap": _("Có việc cho học sinh khuyết tật, học sinh chậm hơn"),
        "ban-quyen": _("Hình, bài đọc có nguồn; không quét sách giáo khoa"),
        "du-lieu-ca-nhan": _("Không tên, ảnh, điểm của học sinh"),
        "ai": _("Tác giả ghi: %(words)s", words=vocabularies().label("ai_use", review_round.version.ai_use)),
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


def _threads(comments: list[ReviewComment], people: dict[str, Person]) -> list[dict[str, Any]]:
    threads: dict[str, dict[str, Any]] = {}
    for comment in comments:
        person = people.get(comment.author_id)
        note = {
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
            "author_id": comment.author_id,
        }  # fmt: skip
    return list(threads.values())
