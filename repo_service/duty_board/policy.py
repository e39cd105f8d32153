"""Who opens the board, who nudges, who looks at the evidence of one cluster (R36, R37)."""

from __future__ import annotations

from repo_service.annual_products.policy import communes_of
from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.organizations.models import Cluster


def opens_board(viewer: Viewer, _target: object = None) -> bool:
    """The department, and commune officers for the clusters of their schools; rows are listed by `SEE_DUTIES`."""
    return viewer.is_department or bool(communes_of(viewer))


def sees_evidence(viewer: Viewer, cluster: Cluster) -> bool:
    """Whoever opens the board, and the cluster's own leads; `cluster` came through `cluster_of_duties`."""
    return opens_board(viewer) or viewer.leads(cluster.id)


OPEN = declare(Policy("duty_board.open", "Xem bảng việc năm học của các cụm và nhắc nhẹ", opens_board))
SEE_EVIDENCE = declare(
    Policy("duty_board.see_evidence", "Xem bằng chứng việc năm học của một cụm", sees_evidence)
)
