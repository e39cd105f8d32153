"""Telling those who keep a package that a work in it has a newer version."""

from __future__ import annotations

from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import arrange_package_path
from repo_service.notifications.service import notify
from repo_service.resources.models import Resource
from repo_service.resources.queries import author_ids
from repo_service.topic_packages.queries import packages_holding


def tell_of_newer_work(row: OutboxRow) -> None:
    """Authors of the packages that hold an older version of what was published hear of it, and can take it over."""
    work = current_session().get(Resource, row.object_id)
    if work is None or work.current_version_id is None:
        return
    number = row.values.get("number", 1)
    for package, version in packages_holding(work.id):
        pinned = {member["version"] for member in version.members if member["resource"] == work.id}
        if work.current_version_id in pinned:
            continue
        people = {package.created_by_id, *author_ids(package.id)}
        origin = f"package:{package.id}:{work.id}:{number}"
        values = {"work": work.title, "title": package.title, "number": number}
        notify(people, "package.newer_work", arrange_package_path(package.id), origin, **values)
