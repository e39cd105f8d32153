"""Has this cluster its product of the school year (R1)? Computed from rows, never from a flag.

`read_facts` reads every visible cluster with a constant number of statements; `judge` is pure.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import defer, load_only

from repo_service.accounts.models import User
from repo_service.annual_products import policy
from repo_service.annual_products.models import AnnualProduct
from repo_service.annual_products.queries import SHARED_REACH
from repo_service.core.db import current_session
from repo_service.core.permissions import CLUSTER_LEADS, Viewer, listed
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews.queries import Approvals, approvals


@dataclass(frozen=True)
class Lead:
    """Whom to call about a cluster."""

    name: str
    form_of_address: str
    email: str | None
    role: str
    user_id: str = ""


@dataclass(frozen=True)
class Chosen:
    """A product of some year with the work behind it, as the rows say now."""

    product: AnnualProduct
    resource: Resource
    number: int
    """Version number that was chosen."""
    shown_number: int
    """Version number shown today."""


@dataclass
class Facts:
    """What is known of one cluster in one school year."""

    cluster: Cluster
    leads: list[Lead] = field(default_factory=list)
    schools: int = 0
    levels: set[str] = field(default_factory=set)
    communes: set[str] = field(default_factory=set)
    """Where the member schools are."""
    of_year: Chosen | None = None
    earlier: list[Chosen] = field(default_factory=list)
    approvals: Approvals = field(default_factory=Approvals)


@dataclass(frozen=True)
class Rules:
    """The province's settings that a judgement needs (A6)."""

    products_min: int
    reviewers_min: int
    deadline: date
    today: date


@dataclass(frozen=True)
class Duty:
    """One cluster's duty: a state, never a score."""

    cluster: Cluster
    school_year: str
    state: str
    """met, ready, in_review, carry_over_undeclared, not_chosen, withdrawn, unreachable, not_required."""
    chosen: Chosen | None
    approvals: int
    required: int
    deadline: date
    days_left: int
    leads: tuple[Lead, ...]
    schools: int
    levels: frozenset[str]
    communes: frozenset[str] = frozenset()

    @property
    def is_met(self) -> bool:
        """Nothing is left to do for this year."""
        return self.state in ("met", "not_required")

    @property
    def since(self) -> datetime | None:
        """When the product was locked."""
        return self.chosen.product.published_at if self.chosen else None


def judge(facts: Facts, school_year: str, rules: Rules) -> Duty:
    """R1: flagged by the lead, owned by the cluster, published after review, reachable by every member."""
    state, chosen = _state(facts, rules)
    return Duty(
        cluster=facts.cluster, school_year=school_year, state=state, chosen=chosen,
        approvals=facts.approvals.from_other_schools,
        required=rules.reviewers_min, deadline=rules.deadline, days_left=(rules.deadline - rules.today).days,
        leads=tuple(facts.leads), schools=facts.schools, levels=_levels(facts),
        communes=frozenset(facts.communes),
    )  # fmt: skip


def _state(facts: Facts, rules: Rules) -> tuple[str, Chosen | None]:
    chosen = facts.of_year
    if chosen is None or chosen.product.state == "withdrawn":
        renewed = [
            one for one in facts.earlier if one.shown_number > one.number and one.resource.state == "active"
        ]
        if chosen is None and rules.products_min and renewed:
            return "carry_over_undeclared", renewed[0]
        if not rules.products_min:
            return "not_required", chosen
        return ("withdrawn" if chosen else "not_chosen"), chosen
    if chosen.resource.state == "withdrawn":
        return "withdrawn", chosen
    if chosen.resource.cluster_id != facts.cluster.id or chosen.resource.visibility not in SHARED_REACH:
        return "unreachable", chosen
    if chosen.product.state == "published":
        return "met", chosen
    if not chosen.product.carry_over_note and any(
        one.resource.id == chosen.resource.id for one in facts.earlier
    ):
        return "carry_over_undeclared", chosen
    return ("ready" if facts.approvals.from_other_schools >= rules.reviewers_min else "in_review"), chosen


def _levels(facts: Facts) -> frozenset[str]:
    declared = {scope.value for scope in facts.cluster.scopes if scope.kind == "cap-hoc"}
    return frozenset(declared or facts.levels)


def read_facts(viewer: Viewer, school_year: str, cluster_id: str | None = None) -> list[Facts]:
    """Facts of every cluster of the year whose duties the viewer may see, in the order of the alphabet."""
    return read_years(viewer, [school_year], None if cluster_id is None else [cluster_id])[school_year]


def read_years(
    viewer: Viewer, school_years: Sequence[str], cluster_ids: Sequence[str] | None = None
) -> dict[str, list[Facts]]:
    """`read_facts` of several years at once, with as many statements as for one."""
    first, last = min(school_years), max(school_years)
    statement = select(Cluster).where(
        Cluster.from_year <= last,
        or_(Cluster.to_year.is_(None), Cluster.to_year >= first),
        listed(viewer, policy.SEE_DUTIES.action),
    )
    if cluster_ids is not None:
        statement = statement.where(Cluster.id.in_(cluster_ids))
    clusters = current_session().scalars(statement.order_by(Cluster.name_sort, Cluster.id)).all()
    by_year = {
        year: {each.id: Facts(each) for each in clusters if _holds(each.from_year, each.to_year, year)}
        for year in school_years
    }
    ids = [cluster.id for cluster in clusters]
    _add_people(by_year, ids)
    _add_products(by_year, ids)
    return {year: list(facts.values()) for year, facts in by_year.items()}


_ByYear = dict[str, dict[str, Facts]]


def _holds(from_year: str, to_year: str | None, year: str) -> bool:
    return from_year <= year and (to_year is None or to_year >= year)


def _add_people(by_year: _ByYear, ids: Sequence[str]) -> None:
    statement = (
        select(
            Membership.cluster_id,
            Membership.user_id,
            Membership.role,
            Membership.from_year,
            Membership.to_year,
            User.name,
            User.form_of_address,
            User.email,
            Organization.levels,
            Organization.commune_id,
        )
        .outerjoin(User, User.id == Membership.user_id)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(
            Membership.cluster_id.in_(ids),
            or_(Membership.user_id.is_(None), Membership.role.in_(CLUSTER_LEADS)),
            Membership.from_year <= max(by_year),
            or_(Membership.to_year.is_(None), Membership.to_year >= min(by_year)),
        )
    )
    for row in current_session().execute(statement):
        for year, known in by_year.items():
            facts = known.get(row.cluster_id)
            if facts is not None and _holds(row.from_year, row.to_year, year):
                _add_member(facts, row)
    for known in by_year.values():
        for facts in known.values():
            facts.leads.sort(key=lambda lead: (CLUSTER_LEADS.index(lead.role), lead.name))


def _add_member(facts: Facts, row: Any) -> None:
    if row.user_id is not None:
        facts.leads.append(Lead(row.name, row.form_of_address, row.email, row.role, row.user_id))
        return
    facts.schools += 1
    facts.levels.update(row.levels or [])
    if row.commune_id:
        facts.communes.add(row.commune_id)


def _add_products(by_year: _ByYear, ids: Sequence[str]) -> None:
    for chosen in _products(ids, by_year):
        for year, known in by_year.items():
            facts = known.get(chosen.product.cluster_id)
            if facts is not None and chosen.product.school_year <= year:
                _add_product(facts, chosen, year)
    standing = [facts for known in by_year.values() for facts in known.values() if facts.of_year]
    version_ids = [facts.of_year.product.version_id for facts in standing if facts.of_year]
    counted = approvals(version_ids) if version_ids else {}
    for facts in standing:
        if facts.of_year:
            facts.approvals = counted.get(facts.of_year.product.version_id, Approvals())


def _add_product(facts: Facts, chosen: Chosen, school_year: str) -> None:
    if chosen.product.school_year != school_year:
        if chosen.product.state == "published":
            facts.earlier.append(chosen)
    elif facts.of_year is None or facts.of_year.product.state == "withdrawn":
        facts.of_year = chosen


_TOLD = (
    Resource.title, Resource.state, Resource.state_reason, Resource.cluster_id, Resource.visibility
)  # fmt: skip
"""What a judgement and its words need of a work; a province's board reads a thousand of them."""


def _products(cluster_ids: Sequence[str], school_years: Collection[str]) -> Sequence[Chosen]:
    """Oldest choice first, so that the last withdrawn one wins when nothing stands.

    Of earlier years only what a judgement asks for: works with a newer version, or chosen once more.
    """
    chosen, shown = ResourceVersion.__table__.alias("chosen"), ResourceVersion.__table__.alias("shown")
    again = select(AnnualProduct.resource_id).where(
        AnnualProduct.cluster_id.in_(cluster_ids), AnnualProduct.school_year.in_(school_years)
    )
    earlier = and_(
        AnnualProduct.school_year < max(school_years),
        or_(shown.c.number > chosen.c.number, AnnualProduct.resource_id.in_(again)),
    )
    statement = (
        select(AnnualProduct, Resource, chosen.c.number, shown.c.number)
        .join(Resource, Resource.id == AnnualProduct.resource_id)
        .join(chosen, chosen.c.id == AnnualProduct.version_id)
        .outerjoin(shown, shown.c.id == Resource.current_version_id)
        .where(AnnualProduct.cluster_id.in_(cluster_ids))
        .where(or_(AnnualProduct.school_year.in_(school_years), earlier))
        .options(defer(AnnualProduct.manifest), load_only(*_TOLD))
        .order_by(AnnualProduct.chosen_at, AnnualProduct.id)
    )
    return [Chosen(row[0], row[1], row[2], row[3] or row[2]) for row in current_session().execute(statement)]
