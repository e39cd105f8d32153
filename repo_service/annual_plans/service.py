"""The verbs on plans: a title first, then who, then when, then the work; each a step of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.exc import IntegrityError

from repo_service.accounts.models import User
from repo_service.annual_plans import policy
from repo_service.annual_plans.milestones import MILESTONES, propose
from repo_service.annual_plans.models import AnnualPlan, PlanPerson
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import SchoolYear, is_school_year
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year, duty_deadline
from repo_service.organizations.queries import people_of_cluster, schools_of_people
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource
from repo_service.resources.service import Author
from repo_service.topic_packages import service as topic_packages

KINDS = ("chuyen-de", "goi-chu-de", "san-pham-khac")
"""R1: "01 chuyên đề hoặc 01 sản phẩm chuyên môn"; a topic package is the usual product of several schools."""
MOST_PEOPLE = 20


def make(viewer: Viewer, cluster: Cluster, school_year: str, title: str, kind: str) -> AnnualPlan:
    """A plan with proposed days; the lead only. InvalidInput per field, AlreadyExists when there is one."""
    authorize(viewer, policy.PLAN.action, cluster)
    problems = _problems(title, kind) | _year_problems(cluster, school_year)
    if problems:
        raise InvalidInput(problems)
    assert viewer.id is not None
    days = propose(duty_deadline(SchoolYear.parse(school_year)), clock.today())
    plan = AnnualPlan(
        id=new_id(), cluster_id=cluster.id, school_year=school_year, title=title.strip(), kind=kind,
        milestones=_kept(days), made_by_id=viewer.id, made_at=clock.now(), revision=1, people=[],
    )  # fmt: skip
    current_session().add(plan)
    try:
        current_session().flush()
    except IntegrityError:
        raise AlreadyExists(_("Cụm đã có kế hoạch cho năm học này. Mở kế hoạch ấy ra sửa nhé.")) from None
    record(viewer.id, "annual_plan.made", "cluster", cluster.id, school_year=school_year)
    return plan


def rename(viewer: Viewer, cluster: Cluster, plan: AnnualPlan, title: str, kind: str) -> None:
    """Another title or kind."""
    authorize(viewer, policy.PLAN.action, cluster)
    problems = _problems(title, kind)
    if problems:
        raise InvalidInput(problems)
    plan.title, plan.kind = title.strip(), kind
    _note(viewer, plan, "renamed")


def set_days(viewer: Viewer, cluster: Cluster, plan: AnnualPlan, days: Mapping[str, str]) -> None:
    """Other days (ISO dates), in the order of the steps; an empty one is proposed anew."""
    authorize(viewer, policy.PLAN.action, cluster)
    proposed = propose(duty_deadline(SchoolYear.parse(plan.school_year)), clock.today())
    chosen: dict[str, date] = {}
    for key in MILESTONES:
        typed = days.get(key, "").strip()
        try:
            chosen[key] = date.fromisoformat(typed) if typed else proposed[key]
        except ValueError:
            raise InvalidInput({key: [_("Viết ngày như 2027-03-15.")]}) from None
    ordered = list(chosen.values())
    for key, before, after in zip(list(MILESTONES)[1:], ordered, ordered[1:], strict=False):
        if after < before:
            raise InvalidInput({key: [_("Ngày này đang đứng trước bước ở trên nó.")]})
    plan.milestones = _kept(chosen)
    _note(viewer, plan, "days_set")


def add_person(viewer: Viewer, cluster: Cluster, plan: AnnualPlan, user_id: str) -> None:
    """A co-author from the cluster's schools."""
    authorize(viewer, policy.PLAN.action, cluster)
    if user_id not in {person.id for person in people_of_cluster(cluster.id)}:
        raise InvalidInput({"person": [_("Chọn một đồng nghiệp của các trường trong cụm.")]})
    if any(person.user_id == user_id for person in plan.people):
        return
    if len(plan.people) >= MOST_PEOPLE:
        raise InvalidInput(
            {"person": [_("Một kế hoạch có nhiều nhất %(most)s đồng tác giả.", most=MOST_PEOPLE)]}
        )
    plan.people.append(PlanPerson(user_id=user_id))
    _note(viewer, plan, "person_added")


def remove_person(viewer: Viewer, cluster: Cluster, plan: AnnualPlan, user_id: str) -> None:
    """One co-author less; what the person wrote stays."""
    authorize(viewer, policy.PLAN.action, cluster)
    plan.people = [person for person in plan.people if person.user_id != user_id]
    _note(viewer, plan, "person_removed")


def begin_package(viewer: Viewer, cluster: Cluster, plan: AnnualPlan) -> Resource:
    """A topic package that bears the plan's title and co-authors; the plan follows it."""
    authorize(viewer, policy.WORK.action, plan)
    _check_free(plan)
    people = [person.user_id for person in plan.people]
    schools = schools_of_people(people)
    names = {user.id: user.name for user in map(_user, people)}
    authors = [
        Author(
            names[user_id], user_id, schools.get(user_id, ("", None))[1], schools.get(user_id, (None, ""))[0]
        )
        for user_id in people
    ]
    work = topic_packages.start(viewer, plan.title, cluster.id, authors)
    current_session().flush()
    plan.resource_id = work.id
    _note(viewer, plan, "work_attached")
    return work


def attach(viewer: Viewer, plan: AnnualPlan, resource_id: str) -> None:
    """The work of this plan is one that is there: the cluster's own, published or not."""
    authorize(viewer, policy.WORK.action, plan)
    _check_free(plan)
    work = find_resource(viewer, resource_id)
    if work.cluster_id != plan.cluster_id or work.state != "active":
        raise InvalidInput({"work": [_("Chọn một bài đứng ở kệ của cụm này.")]})
    plan.resource_id = work.id
    _note(viewer, plan, "work_attached")


def detach(viewer: Viewer, plan: AnnualPlan) -> None:
    """The plan has no work again; the work itself stays."""
    authorize(viewer, policy.WORK.action, plan)
    plan.resource_id = None
    _note(viewer, plan, "work_detached")


def drop(viewer: Viewer, cluster: Cluster, plan: AnnualPlan) -> None:
    """Give the plan up; works stay."""
    authorize(viewer, policy.PLAN.action, cluster)
    record(viewer.id, "annual_plan.dropped", "cluster", cluster.id, school_year=plan.school_year)
    current_session().delete(plan)


def _note(viewer: Viewer, plan: AnnualPlan, act: str) -> None:
    plan.revision += 1
    year = plan.school_year
    record(viewer.id, f"annual_plan.{act}", "cluster", plan.cluster_id, plan=plan.id, school_year=year)


def _user(user_id: str) -> User:
    return current_session().get_one(User, user_id)


def _check_free(plan: AnnualPlan) -> None:
    if plan.resource_id is not None:
        raise MoveNotAllowed(_("Kế hoạch này đã có bài đang làm. Gỡ bài ấy ra trước đã."))


def _kept(days: Mapping[str, date]) -> list[dict[str, str]]:
    return [{"key": key, "on": day.isoformat()} for key, day in days.items()]


def _problems(title: str, kind: str) -> dict[str, list[str]]:
    problems = {}
    if not title.strip() or len(title) > 200:
        problems["title"] = [_("Viết một tên ngắn, dưới 200 chữ cái.")]
    if kind not in KINDS:
        problems["kind"] = [_("Chọn chuyên đề, gói chủ đề hoặc sản phẩm khác.")]
    return problems


def _year_problems(cluster: Cluster, school_year: str) -> dict[str, list[str]]:
    """From this year on, up to the next one; plans for it start in summer (R49)."""
    this_year = current_school_year()
    last = SchoolYear(this_year.start + 1).key
    lives = is_school_year(school_year) and cluster.from_year <= school_year <= (cluster.to_year or last)
    if not lives or not this_year.key <= school_year <= last:
        return {"school_year": [_("Chỉ lập kế hoạch cho năm học này hoặc năm học tới.")]}
    return {}
