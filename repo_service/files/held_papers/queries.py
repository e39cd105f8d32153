"""Held files with who brought them, for the department."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize
from repo_service.files.held_papers import policy
from repo_service.files.held_papers.models import HeldPaper
from repo_service.files.models import StoredFile
from repo_service.organizations.models import Cluster

PAGE = 20


@dataclass(frozen=True)
class HeldRow:
    """A held file, who brought it, and the cluster it counts for."""

    paper: HeldPaper
    file: StoredFile
    owner: User
    cluster: str | None


def held_papers(viewer: Viewer, number: int, *, released: bool = False) -> Page[HeldRow]:
    """Those that wait, the longest first; or those let go, the latest first."""
    authorize(viewer, policy.JUDGE.action)
    chosen = HeldPaper.released_at.is_not(None) if released else HeldPaper.released_at.is_(None)
    order = HeldPaper.released_at.desc() if released else HeldPaper.held_at
    statement = _rows().where(chosen).order_by(order, HeldPaper.file_id)
    found = current_session().execute(statement.limit(PAGE + 1).offset((number - 1) * PAGE))
    return page_of([HeldRow(*row) for row in found], number, PAGE)


def held_paper(viewer: Viewer, file_id: str) -> HeldRow:
    """One of them, or NotFound."""
    authorize(viewer, policy.JUDGE.action)
    found = current_session().execute(_rows().where(HeldPaper.file_id == file_id)).one_or_none()
    if found is None:
        raise NotFound()
    return HeldRow(*found)


def waiting_count(viewer: Viewer) -> int:
    """How many wait for the viewer's word; 0 for whoever is not asked."""
    if not policy.can_judge(viewer):
        return 0
    waiting = select(func.count()).select_from(HeldPaper).where(HeldPaper.released_at.is_(None))
    return current_session().scalar(waiting) or 0


def _rows() -> Select[HeldPaper, StoredFile, User, str | None]:
    return (
        select(HeldPaper, StoredFile, User, Cluster.name)
        .join(StoredFile, StoredFile.id == HeldPaper.file_id)
        .join(User, User.id == StoredFile.owner_id)
        .outerjoin(Cluster, Cluster.id == StoredFile.cluster_id)
    )
