"""Who may do what: one table of actions, one `authorize`, and list filters from the same policies.

A feature's `policy.py` declares a `Policy` per action: `check(viewer, object)` answers for one object,
`where(viewer)` for a list, as an SQL condition. A test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from repo_service.core.errors import NotFound, NotSignedIn


@dataclass(frozen=True)
class Role:
    """One role of a person this school year, on an organisation, a cluster or the whole system (B6)."""

    code: str
    organization_id: str | None = None
    cluster_id: str | None = None


@dataclass(frozen=True)
class Viewer:
    """Who is asking: made once per request from one statement. A guest has no id."""

    id: str | None = None
    name: str = ""
    form_of_address: str = ""
    language: str = "vi"
    roles: tuple[Role, ...] = ()
    cluster_ids: frozenset[str] = frozenset()
    """Clusters whose shelf the person may read: through a school or a role."""
    school_ids: frozenset[str] = frozenset()
    unread: int = 0
    waiting_reviews: int = 0
    session_version: int = 0
    read_only: bool = field(default=False)

    @property
    def is_guest(self) -> bool:
        """Nobody signed in."""
        return self.id is None

    def has_role(
        self, *codes: str, cluster_id: str | None = None, organization_id: str | None = None
    ) -> bool:
        """Whether one of `codes` is held, on the given cluster or organisation when one is given."""
        return any(
            role.code in codes
            and (cluster_id is None or role.cluster_id == cluster_id)
            and (organization_id is None or role.organization_id == organization_id)
            for role in self.roles
        )

    @property
    def is_administrator(self) -> bool:
        """Role `quan-tri`."""
        return self.has_role("quan-tri")

    @property
    def is_department(self) -> bool:
        """Staff of the provincial department (Sở), or the administrator."""
        return self.has_role("chuyen-vien-so", "lanh-dao-so", "quan-tri")

    def leads(self, cluster_id: str | None) -> bool:
        """Lead, deputy or secretary of this cluster."""
        return cluster_id is not None and self.has_role(*CLUSTER_LEADS, cluster_id=cluster_id)


CLUSTER_LEADS = ("truong-cum", "pho-cum", "thu-ky-cum")
GUEST = Viewer()


@dataclass(frozen=True)
class Policy:
    """One action's rule in its two forms; `sentence` says it in words."""

    action: str
    sentence: str
    check: Callable[[Viewer, Any], bool]
    where: Callable[[Viewer], ColumnElement[bool]] | None = None
    reveals: bool = False
    """True: a refusal may say why (the object is visible anyway); False: it looks like "not found"."""


_policies: dict[str, Policy] = {}


def declare(policy: Policy) -> Policy:
    """Enter a policy in the table; each action has exactly one."""
    if policy.action in _policies:
        raise RuntimeError(f"two policies for {policy.action}")
    _policies[policy.action] = policy
    return policy


def declared() -> dict[str, Policy]:
    """Every policy, by action."""
    return dict(_policies)


def may(viewer: Viewer, action: str, target: Any = None) -> bool:
    """Whether `viewer` may do `action` to `target`."""
    return _policies[action].check(viewer, target)


def authorize(viewer: Viewer, action: str, target: Any = None) -> None:
    """Raise NotFound unless the policy of `action` agrees; NotSignedIn for a guest where no object is asked for.

    About an object guests are told what everybody is told: missing and forbidden look the same.
    """
    if not may(viewer, action, target):
        raise NotSignedIn() if viewer.is_guest and target is None else NotFound()


def listed(viewer: Viewer, action: str) -> ColumnElement[bool]:
    """The condition that keeps a list to what `viewer` may do `action` to."""
    where = _policies[action].where
    if where is None:
        raise RuntimeError(f"{action} has no list form")
    return where(viewer)
