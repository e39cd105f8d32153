"""What a round is about: which published works of a cluster, and the statement that picks them with their risks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select

from repo_service.core import clock
from repo_service.core.clock import months_later
from repo_service.core.db import json_list_holds
from repo_service.core.permissions import Viewer, listed
from repo_service.curation.models import CurationItem, CurationRound, CurationVerdict
from repo_service.curation.works.signals import facts_of_works
from repo_service.organizations.models import Succession
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import CURATE, READ


@dataclass(frozen=True)
class Scope:
    """The works of a cluster (its predecessors' shelves included) that a round takes; empty lists mean all."""

    types: Sequence[str] = ()
    subjects: Sequence[str] = ()
    levels: Sequence[str] = ()
    older_than_months: int | None = None
    """The shown version was published at least so long ago."""
    never_reviewed: bool = False
    only_due: bool = False
    """The date of the next look comes before the round's own due date."""

    def kept(self) -> dict[str, Any]:
        """As the round's row keeps it."""
        return {
            name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Scope:
        """From the round's row; what a newer release wrote beside is left out."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})


def works_of(
    cluster_id: str, scope: Scope, due_on: date, viewer: Viewer | None = None
) -> Select[*tuple[Any, ...]]:
    """(work, shown version, facts for risks ...) of every work in the scope that waits in no open round.

    With a viewer only what that person may read and look after; the schedule opens rounds without one.
    """
    rights = () if viewer is None else (listed(viewer, CURATE.action), listed(viewer, READ.action))
    return (
        facts_of_works()
        .where(_on_shelf(cluster_id), *in_care(), *rights, ~exists(_waiting_elsewhere()))
        .where(*_narrowed(scope, due_on))
        .order_by(Resource.id)
    )


def in_care() -> tuple[ColumnElement[bool], ...]:
    """Published, in use, and not its authors' alone: what rounds look after."""
    return (
        Resource.state == "active",
        Resource.current_version_id.is_not(None),
        Resource.visibility != "rieng",
    )


def _on_shelf(cluster_id: str) -> ColumnElement[bool]:
    """The cluster's works, and those of clusters that it took over from (R48)."""
    inherited = select(Succession.predecessor_id).where(Succession.successor_id == cluster_id)
    return or_(Resource.cluster_id == cluster_id, Resource.cluster_id.in_(inherited))


def _waiting_elsewhere() -> Select[str]:
    return (
        select(CurationItem.id)
        .join(CurationRound, CurationRound.id == CurationItem.round_id)
        .where(
            CurationItem.resource_id == Resource.id,
            CurationItem.state == "waiting",
            CurationRound.state == "open",
        )
    )


def _narrowed(scope: Scope, due_on: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if scope.types:
        wanted.append(ResourceVersion.type.in_(scope.types))
    if scope.subjects:
        wanted.append(or_(*(json_list_holds(ResourceVersion.subjects, code) for code in scope.subjects)))
    if scope.levels:
        wanted.append(or_(*(json_list_holds(ResourceVersion.levels, code) for code in scope.levels)))
    if scope.older_than_months:
        before = clock.day_begins(months_later(clock.today(), -scope.older_than_months))
        wanted.append(ResourceVersion.published_at < before)
    if scope.never_reviewed:
        given = CurationVerdict.resource_id == Resource.id, CurationVerdict.undone_at.is_(None)
        wanted.append(~exists().where(*given))
    if scope.only_due:
        wanted.append(Resource.next_review_on <= due_on)
    return wanted
