"""Who may upload, and who may follow an upload of their own. Who may read a file: its resource decides."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.files.models import StoredFile, UploadSession


def _may_upload(viewer: Viewer, _target: object) -> bool:
    return not viewer.is_guest and bool(viewer.roles) and not viewer.read_only


def _is_own_upload(viewer: Viewer, upload: UploadSession) -> bool:
    return not viewer.is_guest and upload.owner_id == viewer.id


def _is_own_upload_sql(viewer: Viewer) -> ColumnElement[bool]:
    return UploadSession.owner_id == viewer.id if viewer.id else UploadSession.owner_id.is_(None)


def _is_own_file(viewer: Viewer, file: StoredFile) -> bool:
    return not viewer.is_guest and file.owner_id == viewer.id


def _is_own_file_sql(viewer: Viewer) -> ColumnElement[bool]:
    return StoredFile.owner_id == viewer.id if viewer.id else StoredFile.owner_id.is_(None)


UPLOAD = declare(Policy("files.upload", "Gửi tệp: mọi người có vai trò trong năm học này", _may_upload))
OWN_UPLOAD = declare(
    Policy("files.own_upload", "Theo dõi lượt gửi của mình", _is_own_upload, _is_own_upload_sql)
)
OWN_FILE = declare(Policy("files.own_file", "Xem trạng thái tệp mình gửi", _is_own_file, _is_own_file_sql))
