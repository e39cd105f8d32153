"""Making a masked copy of a draft's file and putting it in its place; no byte is ever changed where it lies."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from zipfile import BadZipFile

from lxml.etree import XMLSyntaxError
from sqlalchemy import select

from indexer.extraction.extracted import Refused
from indexer.masking import LARGEST, can_mask, mask_file
from repo_service.core.backends import readable
from repo_service.core.db import current_session, let_others_write
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.derivatives.models import FileText
from repo_service.files import service as files
from repo_service.files.models import StoredFile
from repo_service.resources import service as resources
from repo_service.resources.lifecycle import EDITABLE
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import find_resource, find_version, find_working

Changes = list[tuple[str, str]]
ENDING = "-da-che"


def find_file(viewer: Viewer, resource_id: str, file_id: str) -> tuple[Resource, ResourceVersion, StoredFile]:
    """A file of one's own draft that can be masked; NotFound alike for others', MoveNotAllowed with a word why not."""
    resource, version = find_working(viewer, resource_id)
    file = current_session().get(StoredFile, file_id)
    if file is None or file.id not in {row.file_id for row in version.files}:
        raise NotFound()
    if version.state not in EDITABLE:
        raise MoveNotAllowed(_("Bài đã gửi đi. Thu hồi về nháp rồi che nhé."))
    if not can_mask(file.media_type) or file.size > LARGEST or file.state != "ready":
        raise MoveNotAllowed(
            _("Kho chưa che được loại tệp này (PDF, ảnh, tệp lớn): che ở tệp gốc rồi tải lên lại giúp.")
        )
    return resource, version, file


def make_copy(viewer: Viewer, resource_id: str, file_id: str) -> tuple[StoredFile, Changes]:
    """A new stored file with every found place put out, and (before, after) of each; the draft is as it was.

    MoveNotAllowed when the places are not in the file's own text (old fonts, pictures).
    """
    _resource, _version, file = find_file(viewer, resource_id, file_id)
    said, name = _found_words(file), _name_of_copy(file.name)
    let_others_write()
    with tempfile.TemporaryDirectory(prefix="kho-making-") as folder:
        source, target = Path(folder) / "file", Path(folder) / "copy"
        with readable(file.key, file.size).open(file.key) as reader, source.open("wb") as kept:
            shutil.copyfileobj(reader, kept)
        try:
            changes = mask_file(source, target, file.media_type, said)
        except (Refused, BadZipFile, XMLSyntaxError, UnicodeDecodeError, KeyError):
            changes = []
        if not changes:
            raise MoveNotAllowed(_("Kho không che được những chỗ này. Thầy cô che ở tệp gốc rồi tải lên lại giúp."))
        with target.open("rb") as stream:
            made = files.store_small(viewer, name, stream, target.stat().st_size, file.cluster_id)
    return made, changes


def take_copy(viewer: Viewer, resource_id: str, file_id: str, copy_id: str) -> None:
    """Put the copy in the file's place; what was answered about private data is asked again once it was read."""
    find_file(viewer, resource_id, file_id)
    copy = current_session().get(StoredFile, copy_id)
    used = select(VersionFile.version_id).where(VersionFile.file_id == copy_id).limit(1)
    if copy is None or copy.owner_id != viewer.id or current_session().scalar(used) is not None:
        raise InvalidInput({"copy": [_("Bản che này không còn nữa. Che lại giúp nhé.")]})
    resource = find_resource(viewer, resource_id, changing=True)
    version = find_version(resource, resource.working_version_id)
    held = [current_session().get_one(StoredFile, row.file_id) for row in version.files]
    resources.edit_draft(viewer, resource, version, {}, [copy if file.id == file_id else file for file in held])


def _found_words(file: StoredFile) -> list[str]:
    read = current_session().get(FileText, file.id)
    if read is None or not read.personal_data:
        raise MoveNotAllowed(_("Kho chưa thấy thông tin riêng nào trong tệp này."))
    return [read.text[start:end] for _kind, start, end in read.personal_data]


def _name_of_copy(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{stem.removesuffix(ENDING)}{ENDING}{dot}{ending}" if dot else name + ENDING
