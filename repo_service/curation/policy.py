"""Who opens curation rounds, reads them, gives verdicts in them: leads and curators of the cluster, the department."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.curation.models import CurationItem, CurationRound
from repo_service.resources.models import Resource
from repo_service.resources.policy import CURATE, CURATORS, is_author

CARING = (*CLUSTER_LEADS, *CURATORS)


def cares_for(viewer: Viewer, cluster_id: str | None) -> bool:
    """Lead, deputy, secretary or curator of the cluster (or of the one that took it over), or the department."""
    return viewer.is_department or (
        cluster_id is not None and viewer.has_role(*CARING, cluster_id=cluster_id)
    )


def cared_clusters(viewer: Viewer) -> list[str]:
    """The clusters whose rounds are this person's."""
    return sorted({role.cluster_id for role in viewer.roles if role.code in CARING and role.cluster_id})


def can_read(viewer: Viewer, found: CurationRound) -> bool:
    """A round, its items and its summary."""
    return cares_for(viewer, found.cluster_id)


def can_read_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_read`."""
    if viewer.is_department:
        return true()
    clusters = cared_clusters(viewer)
    return CurationRound.cluster_id.in_(clusters) if clusters else false()


def can_arrange(viewer: Viewer, found: CurationRound) -> bool:
    """Change who curates and until when, or give the round up: leads, whoever opened it, the department."""
    return (
        viewer.is_department
        or viewer.leads(found.cluster_id)
        or (found.opened_by_id == viewer.id and can_read(viewer, found))
    )


def is_asked(viewer: Viewer, found: CurationRound) -> bool:
    """A curator whom the round names, or any where it names none; leads and the department always may."""
    if not can_read(viewer, found):
        return False
    if viewer.is_department or viewer.leads(found.cluster_id) or not found.curator_ids:
        return True
    return viewer.id in found.curator_ids


def can_decide(viewer: Viewer, item: CurationItem) -> bool:
    """Give a verdict: asked in this round, entitled to curate the work, and not one of its authors (B6)."""
    return (
        is_asked(viewer, item.round)
        and CURATE.check(viewer, item.resource)
        and not is_author(viewer, item.resource)
    )


OPEN = declare(Policy("curation.open", "Mở đợt rà soát của cụm mình chăm sóc", cares_for))
READ = declare(Policy("curation.read", "Xem đợt rà soát và bản tóm tắt", can_read, can_read_sql))
ARRANGE = declare(Policy("curation.arrange", "Đổi người rà soát và hạn, bỏ đợt rà soát", can_arrange))
DECIDE = declare(Policy("curation.decide", "Kết luận một mục của đợt rà soát", can_decide))


def may_see_history(viewer: Viewer, resource: Resource) -> bool:
    """Verdicts on a work: its authors and those who look after it."""
    return is_author(viewer, resource) or CURATE.check(viewer, resource)
