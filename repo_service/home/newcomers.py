"""What a colleague without published works finds on the first page: starter kits of their subjects (journey H)."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.collections.queries import Listed, starter_kits
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Membership, Organization

KITS = 3


def kits_for(viewer: Viewer) -> list[Listed]:
    """Starter kits of the subjects that the viewer teaches, at the levels of their schools; two statements."""
    taught = (
        select(Membership.subjects, Organization.levels)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id == viewer.id, holds_now(Membership))
    )
    rows = current_session().execute(taught).all()
    subjects = {subject for row in rows for subject in row.subjects}
    levels = {level for row in rows for level in row.levels or ()}
    grades = [code for code, term in vocabularies().terms("grades").items() if levels & set(term.levels)]
    return starter_kits(viewer, subjects, grades, KITS) if subjects else []
