"""Reading requests and packages: one's own, and for the department those that are open, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.privacy import policy
from repo_service.privacy.models import DataPackage, PrivacyRequest

SHOWN = 200


def own_requests(viewer: Viewer) -> Sequence[PrivacyRequest]:
    """What the viewer asked for, newest first."""
    own = select(PrivacyRequest).where(PrivacyRequest.user_id == viewer.id)
    return current_session().scalars(own.order_by(PrivacyRequest.asked_at.desc()).limit(SHOWN)).all()


def latest_package(viewer: Viewer) -> DataPackage | None:
    """The viewer's newest package that is being made or not over yet."""
    own = select(DataPackage).where(listed(viewer, policy.OWN_PACKAGE.action))
    alive = own.where((DataPackage.expires_at.is_(None)) | (DataPackage.expires_at > clock.now()))
    return current_session().scalar(alive.order_by(DataPackage.asked_at.desc()).limit(1))


def find_package(viewer: Viewer, package_id: str) -> DataPackage:
    """A finished package of the viewer; NotFound for any other and after its week."""
    found = current_session().get(DataPackage, package_id)
    if found is None or found.key is None or found.expires_at is None or found.expires_at <= clock.now():
        raise NotFound()
    authorize(viewer, policy.OWN_PACKAGE.action, found)
    return found


def requests_to_handle(viewer: Viewer, *, closed: bool = False) -> list[tuple[PrivacyRequest, User]]:
    """(request, who asks): open ones by their next deadline, or the latest closed ones."""
    authorize(viewer, policy.HANDLE.action)
    statement = select(PrivacyRequest, User).join(User, User.id == PrivacyRequest.user_id).limit(SHOWN)
    if closed:
        done = statement.where(PrivacyRequest.closed_at.is_not(None))
        ordered = done.order_by(PrivacyRequest.closed_at.desc())
    else:
        ordered = statement.where(PrivacyRequest.closed_at.is_(None)).order_by(PrivacyRequest.finish_by)
    return [(row[0], row[1]) for row in current_session().execute(ordered)]


def find_request(viewer: Viewer, request_id: str) -> PrivacyRequest:
    """A request to handle; NotFound for who may not."""
    found = current_session().get(PrivacyRequest, request_id)
    if found is None:
        raise NotFound()
    authorize(viewer, policy.HANDLE.action, found)
    return found
