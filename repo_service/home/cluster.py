"""A cluster's page, composed of what the features below know: people, schools, works, the duty of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from repo_service.annual_plans.policy import SEE as SEE_PLAN
from repo_service.annual_plans.queries import PlanView, plan_of, view_of
from repo_service.annual_products import board
from repo_service.annual_products.duty import Duty
from repo_service.colleague_requests.queries import RequestRow, open_requests
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import (
    annual_plan_path,
    annual_product_path,
    ask_colleagues_path,
    contribute_path,
    search_path,
)
from repo_service.curriculum.queries import vocabularies
from repo_service.home.queries import count_works, school_counts
from repo_service.organizations import queries as organizations
from repo_service.organizations.models import Cluster, ClusterScope, Organization
from repo_service.organizations.province_settings import current_school_year
from repo_service.resources.queries import Card, shelf
from repo_service.ui.frame import salutation

SHELF = 8
REQUESTS = 3


@dataclass(frozen=True)
class ClusterPage:
    """Everything the page shows. Guests get no people and no duty."""

    cluster: Cluster
    scopes: list[str]
    schools: Sequence[Organization]
    people: list[tuple[str, str]]
    """(role, how Kho speaks of the person): lead, deputies, secretary."""
    successors: Sequence[Cluster]
    works: Sequence[Card]
    work_count: int
    works_href: str
    duty: Duty | None
    duty_sentence: str
    product_href: str
    contribute_href: str | None
    """Only for members: a work of another cluster would not land here."""
    plan: PlanView | None
    """What the cluster plans for the year, for who works in it."""
    plan_href: str | None
    requests: Sequence[RequestRow]
    """What colleagues ask this cluster for; none for those who are neither members nor of the department."""
    ask_href: str | None


def cluster_page(viewer: Viewer, cluster_id: str) -> ClusterPage:
    """The page of a cluster, of one that was merged away too; NotFound when there is none."""
    cluster = organizations.find_cluster(cluster_id)
    year = current_school_year().key
    duty = None if viewer.is_guest else board.duty_of(viewer, cluster.id, year)
    return ClusterPage(
        cluster=cluster,
        scopes=[scope_words(scope) for scope in cluster.scopes],
        schools=organizations.schools_of(cluster.id),
        people=[] if viewer.is_guest else _people(cluster.id),
        successors=organizations.successors_of(cluster) if cluster.successor_ids else (),
        works=shelf(viewer, cluster.id, SHELF),
        work_count=count_works(viewer, cluster.id),
        works_href=search_path(cluster=cluster.id, sort="newest"),
        duty=duty,
        duty_sentence=board.sentence(duty) if duty else "",
        product_href=annual_product_path(cluster.id, year),
        contribute_href=contribute_path() if cluster.id in viewer.cluster_ids else None,
        **_planned(viewer, cluster, year),
        requests=() if viewer.is_guest else open_requests(viewer, cluster.id, REQUESTS),
        ask_href=None if viewer.is_guest or cluster.to_year else ask_colleagues_path(cluster=cluster.id),
    )


def _planned(viewer: Viewer, cluster: Cluster, year: str) -> dict[str, Any]:
    """The plan of the year, and the way to it; for others neither."""
    if viewer.is_guest or not may(viewer, SEE_PLAN.action, cluster) or (cluster.to_year or year) < year:
        return {"plan": None, "plan_href": None}
    found = plan_of(cluster.id, year)
    return {"plan": view_of(found, cluster) if found else None, "plan_href": annual_plan_path(cluster.id, year)}


def _people(cluster_id: str) -> list[tuple[str, str]]:
    lists = vocabularies()
    named = organizations.leads_of(cluster_id)
    return [(lists.label("roles", role), salutation(user.form_of_address, user.name)) for user, role in named]


SCOPE_VOCABULARIES = {"cap-hoc": "levels", "mon-hoc": "subjects", "nhom-mon-hoc": "subject_groups"}


def scope_words(scope: ClusterScope) -> str:
    """A scope in words: the label of its value, or the value itself where it names a place or a field."""
    vocabulary = SCOPE_VOCABULARIES.get(scope.kind)
    if vocabulary:
        return vocabularies().label(vocabulary, scope.value)
    label = vocabularies().label("subject_groups", scope.value)
    return label if label != scope.value else vocabularies().label("cluster_kinds", scope.kind)


@dataclass(frozen=True)
class ClusterRow:
    """One line of the list of clusters."""

    cluster: Cluster
    scopes: list[str]
    schools: int
    is_own: bool


def cluster_rows(viewer: Viewer) -> list[ClusterRow]:
    """Clusters of this year, one's own first, each part by the alphabet; never ranked."""
    clusters = organizations.clusters(present_only=True)
    counts = school_counts([cluster.id for cluster in clusters])
    rows = [
        ClusterRow(
            cluster,
            [scope_words(s) for s in cluster.scopes],
            counts.get(cluster.id, 0),
            cluster.id in viewer.cluster_ids,
        )
        for cluster in clusters
    ]
    return sorted(rows, key=lambda row: not row.is_own)
