"""What waits for a person, in words with one next step each: own works, reviews, what others are reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repo_service.annual_plans.queries import PlanView, plans_of_person
from repo_service.core import clock
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.urls import (
    annual_plan_path,
    curation_path,
    edit_path,
    held_papers_path,
    new_version_path,
    newest_review_path,
    reports_path,
    resource_path,
    review_path,
)
from repo_service.curation.models import CurationRound
from repo_service.curation.queries import open_rounds_of
from repo_service.curation.reading import UpdateTask, update_tasks
from repo_service.curriculum.queries import vocabularies
from repo_service.files.held_papers.queries import waiting_count
from repo_service.reports.queries import open_count
from repo_service.resources.findable.card_facts import describing
from repo_service.resources.findable.under_review import UnderReview, standings_of
from repo_service.resources.queries import Card, published_by, work_of
from repo_service.reviews.models import ReviewRound
from repo_service.reviews.queries import rounds_for
from repo_service.ui.formats import day, moment
from repo_service.ui.frame import salutation

REVIEWS = 10


@dataclass(frozen=True)
class Task:
    """One thing to do: what, why or by when, and the step."""

    title: str
    text: str
    href: str
    step: str
    icon: str
    state: str = ""


@dataclass(frozen=True)
class MyWork:
    """The page "Việc của tôi"."""

    waiting: Sequence[Task]
    with_others: Sequence[tuple[Card, UnderReview | None]]
    """Sent works, and who reads each."""
    own: Sequence[Card]


def my_work(viewer: Viewer) -> MyWork:
    """Everything of the viewer that is not finished, and what is published."""
    making = work_of(viewer)
    mine = [task for card in making if (task := _own_task(card))]
    reviews = [_review_task(viewer, one) for one in rounds_for(viewer, size=REVIEWS).items]
    sent = [card for card in making if card.version.state == "in_review"]
    standings = standings_of([card.resource.id for card in sent])
    with_others = [(card, standings.get(card.resource.id)) for card in sent]
    curating = [_round_task(found) for found in open_rounds_of(viewer)]
    updates = [_update_task(asked) for asked in update_tasks(viewer)]
    plans = [_plan_task(view) for view in plans_of_person(viewer)]
    waiting = [*_held_papers_task(viewer), *_reports_task(viewer), *reviews, *curating, *updates, *mine, *plans]
    return MyWork(waiting, with_others, _newest_first([*making, *published_by(viewer)]))


def _plan_task(view: PlanView) -> Task:
    """A cluster's plan with the viewer among its authors: never overdue, it only says what comes next."""
    said = {"cluster": view.cluster.name, "what": str(view.next.label).lower() if view.next else ""}
    text = _("Kế hoạch sản phẩm năm, %(cluster)s. Mốc tới: %(what)s, %(day)s.",
             day=day(view.next.on) if view.next else "", **said)  # fmt: skip
    href = annual_plan_path(view.cluster.id, view.plan.school_year)
    return Task(view.plan.title, text, href, _("Mở kế hoạch"), "calendar-check")


def _newest_first(cards: Sequence[Card]) -> list[Card]:
    """Each work once, the version on its way before the published one."""
    once = {card.resource.id: card for card in reversed(cards)}
    return sorted(once.values(), key=lambda card: card.resource.updated_at, reverse=True)


def _review_task(viewer: Viewer, review_round: ReviewRound) -> Task:
    asked = any(one.reviewer_id == viewer.id for one in review_round.readers)
    due = day(review_round.due_on)
    if review_round.due_on < clock.today():
        text = _("Đồng nghiệp vẫn đợi, hẹn từ %(day)s.", day=due)
    elif asked:
        text = _("Đồng nghiệp nhờ thầy cô đọc trước %(day)s.", day=due)
    else:
        text = _("Chưa có ai nhận, hẹn %(day)s.", day=due)
    return Task(
        title=_("Phản biện “%(title)s”", title=review_round.version.title),
        text=text,
        href=review_path(review_round.id),
        step=_("Mở bàn phản biện"),
        icon="clipboard-check",
    )


def _round_task(found: CurationRound) -> Task:
    """A round of curation that the viewer is asked to read in."""
    words = {"left": found.item_count - found.done_count, "count": found.item_count, "day": day(found.due_on)}
    late = found.due_on < clock.today()
    text = (
        _("Còn %(left)s trong %(count)s bài, đã qua hẹn %(day)s.", **words)
        if late
        else _("Còn %(left)s trong %(count)s bài, hẹn xong %(day)s.", **words)
    )
    return Task(found.title, text, curation_path(found.id), _("Mở bàn rà soát"), "refresh-cw")


def _update_task(asked: UpdateTask) -> Task:
    """A work of the viewer that a curator wants updated; done once a new version is published."""
    lists = vocabularies()
    reasons = "; ".join(lists.label("curation_reasons", code) for code in asked.reasons)
    who = salutation(asked.by_form, asked.by_name)
    text = _("%(who)s nhờ cập nhật: %(why)s", who=who[:1].upper() + who[1:], why=asked.note or reasons)
    return Task(asked.title, text, new_version_path(asked.resource_id), _("Thêm phiên bản mới"), "pencil")


def _own_task(card: Card) -> Task | None:
    """The author's next step; None while others have it."""
    version, resource = card.version, card.resource
    title = version.title or _("Bài chưa đặt tên")
    match version.state:
        case "draft":
            return Task(
                title, " · ".join(describing(card)), edit_path(resource.id), _("Viết tiếp"), "pencil", "draft"
            )
        case "changes_requested":
            text = _("Đồng nghiệp gửi lại với góp ý. Bản đã gửi vẫn giữ nguyên.")
            return Task(
                title, text, newest_review_path(resource.id), _("Xem góp ý"), "message-square", "changes_requested"
            )
        case "declined":
            text = _("Chưa được nhận, có ghi lí do. Thầy cô có thể nhờ cụm xem lại.")
            return Task(title, text, newest_review_path(resource.id), _("Xem lí do"), "undo-2", "declined")
        case "approved":
            return Task(
                title, _publication(card), resource_path(resource.id), _("Mở bài"), "file-check", "approved"
            )
    return None


def _publication(card: Card) -> str:
    embargo = card.version.embargo_until
    if embargo is not None and embargo > clock.now():
        return str(_("Kho tự công bố lúc %(moment)s.", moment=moment(embargo)))
    return str(_("Đã phản biện xong, thầy cô công bố lúc nào cũng được."))


def _held_papers_task(viewer: Viewer) -> list[Task]:
    """For the department: files that are held because they look like national papers."""
    waiting = waiting_count(viewer)
    if not waiting:
        return []
    text = _("%(count)s tệp giống đề thi quốc gia đang đợi Sở xem", count=waiting)
    return [Task(_("Tệp đang giữ lại"), text, held_papers_path(), _("Xem"), "shield-alert")]


def _reports_task(viewer: Viewer) -> list[Task]:
    """For who looks after works: what readers reported and nobody answered."""
    looks_after = viewer.is_department or any(viewer.leads(role.cluster_id) for role in viewer.roles)
    waiting = open_count(viewer) if looks_after else 0
    if not waiting:
        return []
    text = _("%(count)s điều đang chờ trả lời", count=waiting)
    return [Task(_("Người đọc báo vấn đề"), text, reports_path(), _("Xem"), "flag")]
