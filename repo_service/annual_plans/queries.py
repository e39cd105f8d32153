"""Reading plans: of a cluster and year, with the work that grows from it; and those a person takes part in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from repo_service.accounts.models import User
from repo_service.annual_plans.milestones import Milestone, milestones_of
from repo_service.annual_plans.models import AnnualPlan, PlanPerson
from repo_service.annual_products.queries import product_of_year
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year
from repo_service.resources.models import Resource, ResourceVersion

IN_REVIEW = ("in_review", "approved", "published")


@dataclass(frozen=True)
class PlanView:
    """A plan as its page and the cluster's show it."""

    plan: AnnualPlan
    cluster: Cluster
    people: Sequence[User]
    work: Resource | None
    """With its authors; not every reader of the plan may read it."""
    version: ResourceVersion | None
    """The version on its way, else the published one."""
    milestones: Sequence[Milestone]
    is_published: bool
    """Whether the work itself is published and may be chosen."""

    @property
    def next(self) -> Milestone | None:
        """The first milestone that is not reached."""
        return next((each for each in self.milestones if not each.done), None)


def plan_of(cluster_id: str, school_year: str, *, changing: bool = False) -> AnnualPlan | None:
    """The cluster's plan of the year; `changing` makes two changes wait for each other."""
    statement = select(AnnualPlan).where(
        AnnualPlan.cluster_id == cluster_id, AnnualPlan.school_year == school_year
    )
    return current_session().scalar(statement.with_for_update() if changing else statement)


def find_plan(cluster_id: str, school_year: str, *, changing: bool = False) -> AnnualPlan:
    """`plan_of`, or NotFound."""
    plan = plan_of(cluster_id, school_year, changing=changing)
    if plan is None:
        raise NotFound()
    return plan


def view_of(plan: AnnualPlan, cluster: Cluster) -> PlanView:
    """The plan with names, its work and how far that is; a few statements."""
    session = current_session()
    people = session.scalars(
        select(User).where(User.id.in_([person.user_id for person in plan.people])).order_by(User.name_sort)
    ).all()
    statement = select(Resource).options(joinedload(Resource.authors)).where(Resource.id == plan.resource_id)
    work = session.scalars(statement).unique().one_or_none() if plan.resource_id else None
    version_id = work and (work.working_version_id or work.current_version_id)
    version = session.get(ResourceVersion, version_id) if version_id else None
    days = {each["key"]: date.fromisoformat(each["on"]) for each in plan.milestones}
    reached = _reached(plan, work, version)
    return PlanView(
        plan, cluster, people, work, version, milestones_of(days, reached, clock.today()),
        work is not None and work.current_version_id is not None,
    )  # fmt: skip


def _reached(plan: AnnualPlan, work: Resource | None, version: ResourceVersion | None) -> int:
    """How many milestones the work has passed; teaching it is passed when it goes to colleagues."""
    product = product_of_year(plan.cluster_id, plan.school_year)
    if product is not None and product.state == "published":
        return 4
    if version is not None and version.state in IN_REVIEW:
        return 3
    if work is None:
        return 0
    return 2 if work.schools_taught else 1


def plans_of_person(viewer: Viewer) -> list[PlanView]:
    """Plans of this year and later that the viewer is a co-author of, while they are not finished."""
    statement = (
        select(AnnualPlan, Cluster)
        .join(Cluster, Cluster.id == AnnualPlan.cluster_id)
        .join(PlanPerson, PlanPerson.plan_id == AnnualPlan.id)
        .where(PlanPerson.user_id == viewer.id, AnnualPlan.school_year >= current_school_year().key)
        .order_by(AnnualPlan.school_year, Cluster.name_sort)
    )
    views = [view_of(plan, cluster) for plan, cluster in current_session().execute(statement).unique()]
    return [view for view in views if view.next is not None]
