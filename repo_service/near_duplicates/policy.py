"""Who looks after published works and so sees which of them are nearly the same."""

from __future__ import annotations

from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.resources.policy import CURATORS


def looks_after_works(viewer: Viewer) -> bool:
    """Leads and curators of a cluster, and the department."""
    return viewer.is_department or viewer.has_role(*CLUSTER_LEADS, *CURATORS)


SEE = declare(
    Policy(
        "near_duplicates.see",
        "Xem các bài gần giống nhau trong phần mình chăm sóc",
        lambda viewer, _: looks_after_works(viewer),
    )
)
