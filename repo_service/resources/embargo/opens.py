"""Before the moment "công khai từ" authors and named reviewers come in, and every opening is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.audit import AuditEntry, record_now
from repo_service.core.db import current_session
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer
from repo_service.core.urls import asked_path
from repo_service.resources.models import Resource, ResourceVersion

OPENED = "embargo.opened"
PAGE = 50


@dataclass(frozen=True)
class Opening:
    """Who opened a kept-back work, when, and by which address."""

    by: str
    by_form: str
    at: datetime
    path: str


def is_running(version: ResourceVersion) -> bool:
    """Whether the moment is still to come; at it, to the second, it is not."""
    return version.embargo_until is not None and version.embargo_until > clock.now()


def note_opening(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    """Write down that the viewer opens it, before anything is answered; the page asking for itself again is none."""
    path = asked_path()
    if is_running(version) and version.state != "published" and not path.endswith("/tep"):
        record_now(viewer.id, OPENED, "resource", resource.id, number=version.number, path=path[:200])


def openings_of(resource: Resource, number: int = 1) -> Page[Opening]:
    """Every opening of the work, the newest first; the caller checks the rights."""
    entry = AuditEntry
    statement = (
        select(User.name, User.form_of_address, entry.at, entry.values)
        .join(User, User.id == entry.actor_id)
        .where(entry.object_kind == "resource", entry.object_id == resource.id, entry.action == OPENED)
        .order_by(entry.id.desc())
    )
    rows = current_session().execute(statement.offset((number - 1) * PAGE).limit(PAGE + 1))
    found = [Opening(name, form, at, str(values.get("path", ""))) for name, form, at, values in rows]
    return page_of(found, number, PAGE)
