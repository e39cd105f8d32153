"""What is found in files after they were sent: private data nobody was asked about, papers Kho never takes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import edit_path, held_paper_path, my_work_path, resource_path
from repo_service.derivatives.personal_data import tells_of_people
from repo_service.files.held_papers.models import HeldPaper
from repo_service.files.models import StoredFile
from repo_service.files.scanning.queries import HELD_BY_SCANNER, VIRUS
from repo_service.notifications.service import notify
from repo_service.organizations.queries import administrator_ids, department_staff, leads_of
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import author_ids
from repo_service.reviews import service as reviews

FRESH = timedelta(days=7)
"""Published so lately that the file may not have been read when it was; older ones were read by an older release."""


def ask_about_people(row: OutboxRow) -> None:
    """A file was read after its work was sent (a deposit that submits at once): the author answers first (R50).

    In review the version goes back to its author; approved or just published, authors and leads are told.
    """
    file_id = str(row.object_id)
    if not tells_of_people([file_id]):
        return
    held = (
        select(Resource, ResourceVersion)
        .join(ResourceVersion, ResourceVersion.resource_id == Resource.id)
        .join(VersionFile, VersionFile.version_id == ResourceVersion.id)
        .where(VersionFile.file_id == file_id, ResourceVersion.personal_data.is_(None))
        .where(Resource.state != "withdrawn")
    )
    for resource, version in current_session().execute(held.with_for_update(of=Resource)).all():
        people = {resource.created_by_id, *author_ids(resource.id)}
        origin = f"people:{version.id}"
        if version.state == "in_review":
            reviews.send_back(resource, version)
            notify(people, "work.untold", edit_path(resource.id), origin, title=version.title)
        elif version.state == "approved" or _is_fresh(version):
            leads = {user.id for user, _role in leads_of(resource.cluster_id)} if resource.cluster_id else set()
            notify(people | leads, "work.tells_of_people", resource_path(resource.id), origin, title=version.title)


def _is_fresh(version: ResourceVersion) -> bool:
    return version.published_at is not None and version.published_at > clock.now() - FRESH


def tell_of_secret_file(row: OutboxRow) -> None:
    """A file was held back because it looks like a national paper: its owner and the department."""
    file = current_session().get(StoredFile, row.object_id)
    if file is not None:
        origin = f"file.secret:{file.id}"
        notify({file.owner_id}, "file.secret", _work_of(file), origin, name=file.name)
        others = {*department_staff()} - {file.owner_id}
        notify(others, "file.secret", held_paper_path(file.id), origin, name=file.name)


def tell_of_released_file(row: OutboxRow) -> None:
    """The department let a held file go: its owner, with the reason."""
    file = current_session().get(StoredFile, row.object_id)
    paper = current_session().get(HeldPaper, row.object_id)
    if file is not None and paper is not None:
        told = {"name": file.name, "note": paper.note.rstrip(".")}
        notify({file.owner_id}, "file.released", _work_of(file), f"file.released:{file.id}", **told)


def _work_of(file: StoredFile) -> str:
    """Where its owner goes on: the newest draft that holds it, else one's own work."""
    held = (
        select(ResourceVersion.resource_id)
        .join(VersionFile, VersionFile.version_id == ResourceVersion.id)
        .where(VersionFile.file_id == file.id, ResourceVersion.state == "draft")
    )
    found = current_session().scalars(held.order_by(ResourceVersion.id.desc()).limit(1)).first()
    return edit_path(found) if found else my_work_path()


def tell_of_held_file(row: OutboxRow) -> None:
    """A virus scanner held a file back, or could not scan it: its owner, and who looks after the installation."""
    file = current_session().get(StoredFile, row.object_id)
    if file is None or file.reason not in HELD_BY_SCANNER:
        return
    kind = "file.infected" if file.reason == VIRUS else "file.unscanned"
    told = {file.owner_id, *administrator_ids()}
    notify(told, kind, my_work_path(), f"{kind}:{file.id}", name=file.name, threat=file.threat)


def tell_of_secret_title(row: OutboxRow) -> None:
    """A draft is called like a national paper: the department, with who writes it."""
    resource = current_session().get(Resource, row.object_id)
    person = current_session().get(User, resource.created_by_id) if resource else None
    if resource is not None and person is not None:
        notify(
            department_staff(),
            "work.secret",
            my_work_path(),
            f"work.secret:{resource.id}",
            by=person.name,
            by_form=person.form_of_address,
            title=resource.title,
        )
