"""Uploads: begun, received in parts, completed into stored files, aborted, swept.

Order of a durable write: the bytes first (fsync), then the row and its outbox row in one transaction, then the
answer. Bytes never move inside a transaction: these verbs end the reading part of the caller's transaction
before they touch bytes, so call them before you write anything yourself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast

from sqlalchemy import column, exists, func, select, table

from repo_service.core import outbox
from repo_service.core.audit import record
from repo_service.core.backends import storage
from repo_service.core.db import current_session, let_others_write
from repo_service.core.errors import InvalidInput, NotFound, OutOfSpace, TooLarge
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.files import limits, policy, scanning
from repo_service.files.file_types import Verdict, clean_name, inspect, type_of_name
from repo_service.files.models import StoredFile, UploadSession
from repo_service.files.scanning.service import note_scan, state_let_go
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import province_setting
from storage_adapters import (
    ByteStream,
    Part,
    StorageError,
    StoredObject,
    UploadIncomplete,
    UploadNotFound,
    object_key,
)
from storage_adapters.crashpoints import crashpoint

# By table name: versions and pictures stand above files.
_version_files = table("version_files", column("file_id"))
_pictures = table("pictures", column("file_id"), column("key"))

DAMAGED = "damaged"
"""A reason for which a file is held that was ready before; the other stands in held_papers/."""
RESERVE = 1024**3
"""Bytes of the disk that uploads leave free, so that reading, reviewing and withdrawing go on (R33)."""


@dataclass(frozen=True)
class UploadClaim:
    """An upload named by a deposit; with `parts` (number, etag) it is completed on the way."""

    upload: str
    parts: Sequence[tuple[int, str]] | None = None


def start_upload(viewer: Viewer, filename: str, size: int, cluster_id: str | None = None) -> UploadSession:
    """Open an upload of `size` bytes; the name's ending, the class limit, the disk and the quota are judged now.

    Raises InvalidInput, TooLarge, OutOfSpace.
    """
    name, cluster_id = _admit(viewer, filename, size, cluster_id)
    _check_quota(cluster_id, size)
    file_id = new_id()
    key, part_size = object_key(file_id), limits.part_size(size)
    upload = UploadSession(
        owner_id=viewer.id, cluster_id=cluster_id, file_id=file_id, key=key, filename=name, size=size,
        part_size=part_size, multipart_id=storage().start_multipart(key, size, part_size),
    )  # fmt: skip
    current_session().add(upload)
    current_session().flush()
    return upload


def find_upload(viewer: Viewer, upload_id: str) -> UploadSession:
    """The viewer's own upload, or NotFound."""
    upload = current_session().get(UploadSession, upload_id)
    if upload is None or not may(viewer, policy.OWN_UPLOAD.action, upload):
        raise NotFound(_("Không thấy lượt gửi này. Thầy cô chọn tệp và gửi lại nhé."))
    return upload


def find_own_file(viewer: Viewer, file_id: str) -> StoredFile:
    """A file the viewer uploaded, or NotFound; files of resources are reached through their resource."""
    file = current_session().get(StoredFile, file_id)
    if file is None:
        raise NotFound()
    authorize(viewer, policy.OWN_FILE.action, file)
    return file


def parts_arrived(upload: UploadSession) -> Sequence[Part]:
    """The parts of an open upload that are safe; NotFound when the store has dropped it."""
    try:
        return storage().list_parts(upload.key, upload.multipart_id)
    except UploadNotFound:
        return ()


def part_sizes(upload: UploadSession) -> dict[int, int]:
    """Bytes of each planned part by its number, from 1."""
    count = max(1, -(-upload.size // upload.part_size))
    last = upload.size - (count - 1) * upload.part_size
    return {number: upload.part_size if number < count else last for number in range(1, count + 1)}


def receive_part(key: str, multipart_id: str, number: int, stream: ByteStream, size: int) -> Part:
    """Keep one part durably; the caller's signed link stands for the row, so the database is not asked."""
    try:
        return storage().put_part(key, multipart_id, number, stream, size)
    except UploadIncomplete as error:
        raise InvalidInput(
            {"part": [_("Phần gửi lên chưa đủ hoặc thừa dữ liệu. Gửi lại phần này nhé.")]}
        ) from error
    except UploadNotFound as error:
        raise NotFound(_("Lượt gửi này đã xong hoặc đã bỏ.")) from error


def complete(viewer: Viewer, upload_id: str, parts: Sequence[tuple[int, str]]) -> StoredFile:
    """Turn an upload whose parts are all there into a file; calling it again answers the same file.

    On local disk the file's state is final; where bytes went straight to a bucket it is "checking".
    """
    upload = find_upload(viewer, upload_id)
    if upload.state == "completed":
        return current_session().get_one(StoredFile, upload.file_id)
    _refuse_unless_open(upload)
    let_others_write()
    kept = _finish(upload, parts)
    crashpoint("file.bytes_kept")
    verdict = _judge(kept, upload.filename)
    crashpoint("file.judged")
    return _record_completed(upload, kept, verdict)


def abort(viewer: Viewer, upload_id: str) -> None:
    """Give up an upload; its parts are forgotten. A completed one stays."""
    upload = find_upload(viewer, upload_id)
    _refuse_unless_open(upload)
    upload.state = "aborted"
    storage().abort_multipart(upload.key, upload.multipart_id)


def store_small(
    viewer: Viewer, name: str, stream: ByteStream, size: int, cluster_id: str | None = None
) -> StoredFile:
    """Store a whole small file of `size` bytes that came in one request, under the same rules as an upload."""
    if size > limits.SMALL_DEPOSIT:
        raise TooLarge(_("Tệp lớn hơn 64 MB phải gửi theo từng phần."))
    name, cluster_id = _admit(viewer, name, size, cluster_id)
    _check_quota(cluster_id, size)
    let_others_write()
    file_id = new_id()
    try:
        kept = storage().put(object_key(file_id), stream, size)
    except UploadIncomplete as error:
        raise InvalidInput({"files": [_("Tệp gửi lên bị đứt giữa chừng. Gửi lại nhé.")]}) from error
    crashpoint("file.small_kept")
    verdict = _judge(kept, name)
    try:
        _check_quota(cluster_id, size)
    except TooLarge:
        storage().delete(kept.key)
        raise
    return _record(file_id, kept, name, verdict, str(viewer.id), cluster_id)


def files_for_deposit(viewer: Viewer, claims: Sequence[UploadClaim]) -> list[StoredFile]:
    """The viewer's files behind `claims`, in order; open uploads are completed when their parts are given.

    InvalidInput for an upload that is not finished and comes without parts.
    """
    for claim in claims:
        if claim.parts is None and find_upload(viewer, claim.upload).state == "open":
            raise InvalidInput({"files": [_("Tệp chưa gửi xong. Đợi gửi xong rồi bấm lại nhé.")]})
    return [complete(viewer, claim.upload, claim.parts or ()) for claim in claims]


def abandoned(before: datetime, most: int = 200) -> list[UploadSession]:
    """Mark uploads begun before that moment and never completed as aborted; their bytes are the caller's to drop."""
    stale = select(UploadSession).where(UploadSession.state == "open", UploadSession.created_at < before)
    found = list(current_session().scalars(stale.limit(most).with_for_update(skip_locked=True)))
    for upload in found:
        upload.state = "aborted"
    return found


def forget_unattached(before: datetime, most: int = 200) -> list[str]:
    """Delete rows of files from before that moment that no version holds; the keys of their bytes, and of what was
    made of them, are the caller's to drop (I3)."""
    held = exists().where(_version_files.c.file_id == StoredFile.id)
    loose = select(StoredFile).where(StoredFile.created_at < before, ~held).limit(most)
    found = list(current_session().scalars(loose.with_for_update(skip_locked=True)))
    made = select(_pictures.c.key).where(_pictures.c.file_id.in_([file.id for file in found]))
    keys = [file.key for file in found] + list(current_session().scalars(made) if found else ())
    for file in found:
        current_session().delete(file)
        record(None, "file.forgotten", "file", file.id, sha256=file.sha256)
    return keys


def record_check(
    file_id: str, sha256: str, verdict: Verdict, scan: scanning.Scan | None = None
) -> StoredFile | None:
    """Write what the background found out about a file that went straight to a bucket; `scan` where it was scanned."""
    file = current_session().get(StoredFile, file_id)
    if file is not None and file.state == "checking":
        held = note_scan(file, scan) if scan else None
        file.sha256, file.media_type, file.reason = sha256, verdict.media_type, verdict.reason or held
        file.state = "quarantined" if file.reason else "ready"
        record(None, f"file.{file.state}", "file", file_id, sha256=sha256, reason=file.reason)
        if held and held == file.reason:
            outbox.emit("file.held", file_id)
        if file.reason:
            outbox.emit(
                "file.extracted", file_id
            )  # whoever shows the file learns that nothing more will come
    return file


def hold_damaged(file_id: str) -> None:
    """The store has other bytes than were sent: nobody gets them until sound ones are back; the bad ones stay."""
    file = current_session().get(StoredFile, file_id)
    if file is not None and file.state == "ready":
        file.state, file.reason = "quarantined", DAMAGED
        record(None, "file.quarantined", "file", file_id, sha256=file.sha256, reason=DAMAGED)
        outbox.emit("file.extracted", file_id)


def release_mended(file_id: str) -> None:
    """Its bytes are as they were sent: a file that was held as damaged is ready again."""
    file = current_session().get(StoredFile, file_id)
    if file is not None and file.reason == DAMAGED:
        file.state, file.reason = state_let_go(file), None
        record(None, f"file.{file.state}", "file", file_id, sha256=file.sha256, reason=None)
        outbox.emit("file.extracted", file_id)


@contextmanager
def opened(key: str) -> Iterator[BinaryIO]:
    """An object as a seekable file: the file itself on local disk, else a copy that vanishes afterwards."""
    path = storage().local_path(key)
    if path is not None:
        with path.open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy, storage().open(key) as reader:
        for block in reader:
            copy.write(block)
        yield cast(BinaryIO, copy)


def _admit(viewer: Viewer, filename: str, size: int, cluster_id: str | None) -> tuple[str, str | None]:
    authorize(viewer, policy.UPLOAD.action)
    name = clean_name(filename)
    limits.check_size(size, type_of_name(name).size_class)
    if cluster_id is not None and cluster_id not in viewer.cluster_ids:
        raise InvalidInput({"cluster": [_("Thầy cô chưa thuộc cụm này.")]})
    free = storage().free_bytes()
    if free is not None and free - RESERVE < size:
        raise OutOfSpace()
    return name, cluster_id or min(viewer.cluster_ids, default=None)


def _check_quota(cluster_id: str | None, size: int) -> None:
    """Stored files and open uploads count alike; the cluster's row is the lock between two that come together."""
    if cluster_id is None:
        return
    session = current_session()
    session.execute(select(Cluster.id).where(Cluster.id == cluster_id).with_for_update())
    stored = select(func.coalesce(func.sum(StoredFile.size), 0)).where(StoredFile.cluster_id == cluster_id)
    coming = select(func.coalesce(func.sum(UploadSession.size), 0)).where(
        UploadSession.cluster_id == cluster_id, UploadSession.state == "open"
    )
    used = session.scalar(select(stored.scalar_subquery() + coming.scalar_subquery())) or 0
    gigabytes = province_setting("files.cluster_quota_gb")
    if used + size > gigabytes * limits.GIB:
        raise TooLarge(_("Cụm đã dùng gần hết %(most)s GB được chia, tệp này không còn chỗ.", most=gigabytes))


def _refuse_unless_open(upload: UploadSession) -> None:
    if upload.state != "open":
        raise NotFound(_("Lượt gửi này đã xong hoặc đã bỏ."))


def _finish(upload: UploadSession, parts: Sequence[tuple[int, str]]) -> StoredObject:
    try:
        return storage().finish_multipart(upload.key, upload.multipart_id, parts)
    except UploadIncomplete as error:
        raise InvalidInput(
            {"parts": [_("Còn phần chưa tới hoặc không khớp. Gửi tiếp các phần còn thiếu.")]}
        ) from error
    except UploadNotFound as error:
        raise NotFound(_("Lượt gửi này đã xong hoặc đã bỏ.")) from error


def _judge(kept: StoredObject, name: str) -> Verdict:
    """The verdict now where bytes passed through us; None yet where they have to be read first."""
    if kept.sha256 is None:
        return Verdict(type_of_name(name).media_type)
    with opened(kept.key) as file:
        return inspect(file, name)


def _record_completed(upload: UploadSession, kept: StoredObject, verdict: Verdict) -> StoredFile:
    session = current_session()
    session.refresh(upload, with_for_update=True)
    if upload.state == "completed":  # another request was faster; both get the same file
        return session.get_one(StoredFile, upload.file_id)
    if upload.state != "open":
        _forget(kept.key)
        raise NotFound(_("Lượt gửi này đã xong hoặc đã bỏ."))
    upload.state = "completed"
    return _record(upload.file_id, kept, upload.filename, verdict, upload.owner_id, upload.cluster_id)


def _record(
    file_id: str, kept: StoredObject, name: str, verdict: Verdict, owner_id: str, cluster_id: str | None
) -> StoredFile:
    unread = "checking" if kept.sha256 is None or scanning.is_on() else "ready"
    file = StoredFile(
        id=file_id, key=kept.key, name=name, size=kept.size, sha256=kept.sha256, media_type=verdict.media_type,
        state="quarantined" if verdict.reason else unread, reason=verdict.reason,
        owner_id=owner_id, cluster_id=cluster_id,
    )  # fmt: skip
    current_session().add(file)
    outbox.emit("file.stored", file_id)
    record(owner_id, "file.stored", "file", file_id, sha256=file.sha256, size=file.size, state=file.state)
    current_session().flush()
    crashpoint("file.recorded")
    return file


def _forget(key: str) -> None:
    with suppress(StorageError):  # swept later
        storage().delete(key)
