"""Contributing: one verb that makes a resource, one that changes it, one that adds a version, one that sends it.

Files arrive finished (their bytes are durable); everything here happens in the caller's one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.curriculum.secret_papers import find_secret_paper
from repo_service.derivatives.personal_data import tells_of_people
from repo_service.derivatives.words import held_words
from repo_service.files.models import StoredFile
from repo_service.organizations.models import Organization
from repo_service.organizations.queries import default_cluster
from repo_service.resources import policy
from repo_service.resources import service as resources
from repo_service.resources.based_on.credit import credit_original, credits_of
from repo_service.resources.description import DESCRIPTION_FIELDS
from repo_service.resources.lifecycle import EDITABLE, REVISABLE
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import find_resource, find_version
from repo_service.reviews import service as reviews
from repo_service.reviews.models import ReviewRound


def deposit(
    viewer: Viewer,
    fields: Mapping[str, Any],
    files: Sequence[StoredFile],
    *,
    submit: bool = False,
    resource_id: str | None = None,
) -> tuple[Resource, ResourceVersion]:
    """A new resource from checked fields and finished files, sent for review at once when asked.

    `resource_id` may be chosen beforehand: a form sent twice then makes one resource (AlreadyExists).
    """
    authorize(viewer, policy.CREATE.action)
    _check_unused(files)
    owner, original = _owner(viewer, fields), _original(viewer, fields.get("based_on"))
    resource, version = resources.create_resource(
        viewer,
        resources.Deposit(
            owner=owner,
            authors=_authors(fields["authors"])
            if "authors" in fields
            else [_oneself(viewer, owner.school_id)],
            description=description_of(fields),
            files=files,
            visibility=fields.get("visibility"),
            based_on_id=original.id if original else None,
            credits=credits_of(original) if original else None,
            id=resource_id,
        ),
    )
    resource.school_year = fields.get("school_year")
    _tell_of_secret(resource, version)
    if submit:
        submit_for_review(viewer, resource, version, files)
    return resource, version


def submit_for_review(
    viewer: Viewer, resource: Resource, version: ResourceVersion, files: Sequence[StoredFile] | None = None
) -> ReviewRound:
    """Send a draft to the colleagues: the strict check (R31), the state, and the round they read in."""
    files = files if files is not None else _stored(version)
    held = _held_back(files)
    resources.submit(viewer, resource, version)
    if _names_secret_paper(version):
        raise InvalidInput({"title": [secret_sentence()]})
    if resource.based_on_kind and _holds_only_the_original(resource, version):
        raise InvalidInput(
            {"files": [_("Bản này còn giống hệt bản gốc: sửa hay thêm tệp rồi gửi, hoặc cứ giữ dùng riêng.")]}
        )
    if version.personal_data is None and tells_of_people([file.id for file in files]):
        raise InvalidInput(
            {"personal_data": [_("Tệp có thông tin riêng của người khác: thầy cô chọn một cách xử lí.")]}
        )
    if held:
        raise InvalidInput({"files": [f"“{file.name}”: {held_words(file)}" for file in held]})
    return reviews.open_round(viewer, resource, version)


def change(
    viewer: Viewer,
    resource: Resource,
    version: ResourceVersion,
    fields: Mapping[str, Any],
    files: Sequence[StoredFile] | None,
) -> ResourceVersion:
    """Change a draft, or correct the shown version's metadata as a recorded minor version; the version after it."""
    if version.state in EDITABLE:
        resources.edit_draft(viewer, resource, version, description_of(fields), files)
        _change_resource(viewer, resource, version, fields)
        _tell_of_secret(resource, version)
        if "based_on" in fields:
            credit_original(viewer, resource, _original(viewer, fields["based_on"]))
        return version
    if version.id != resource.current_version_id:
        authorize(viewer, policy.EDIT.action, resource)
        raise MoveNotAllowed(
            _("Bản này đã gửi đi nên không sửa được. Thu hồi về nháp, hoặc thêm phiên bản mới.")
        )
    authorize(viewer, policy.CORRECT.action, resource)
    if files is not None:
        raise InvalidInput({"files": [_("Tệp của bản đã công bố không đổi được; thêm một phiên bản mới.")]})
    _change_resource(viewer, resource, version, fields)
    changed = {
        name: value for name, value in description_of(fields).items() if value != getattr(version, name)
    }
    return resources.correct_metadata(viewer, resource, version, changed) if changed else version


def add_version(
    viewer: Viewer,
    resource: Resource,
    fields: Mapping[str, Any],
    files: Sequence[StoredFile] | None,
    *,
    submit: bool = False,
) -> ResourceVersion:
    """A new draft after the published version, or after changes were asked for; published works need a note."""
    authorize(viewer, policy.EDIT.action, resource)
    base = version_to_continue(resource)
    note = str(fields.get("change_note", "")).strip()
    if base.state == "published" and not note:
        raise InvalidInput({"change_note": [_("Ghi một dòng: bản này khác bản trước chỗ nào.")]})
    version = resources.start_version(viewer, resource, base, note, files)
    resources.edit_draft(viewer, resource, version, description_of(fields))
    _change_resource(viewer, resource, version, fields)
    if submit:
        submit_for_review(viewer, resource, version)
    return version


def version_to_continue(resource: Resource) -> ResourceVersion:
    """The version that a new one follows: one sent back, else the published one."""
    if resource.working_version_id is not None:
        working = find_version(resource, resource.working_version_id)
        if working.state in REVISABLE:
            return working
        raise MoveNotAllowed(_("Bài đang có một bản trên đường công bố. Sửa tiếp bản ấy nhé."))
    return find_version(resource, resource.current_version_id)


def description_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The part of checked fields that describes a version."""
    return {name: value for name, value in fields.items() if name in DESCRIPTION_FIELDS}


def _change_resource(
    viewer: Viewer, resource: Resource, version: ResourceVersion, fields: Mapping[str, Any]
) -> None:
    if "visibility" in fields:
        licence = fields.get("licence", version.licence)
        resources.change_reach(
            viewer, resource, fields["visibility"], licence if version.state == "published" else None
        )
    if "authors" in fields:
        resources.set_authors(viewer, resource, _authors(fields["authors"]))
    if fields.get("school_year"):
        resources.change_school_year(viewer, resource, fields["school_year"])


def _owner(viewer: Viewer, fields: Mapping[str, Any]) -> resources.Owner:
    school_id = min(viewer.school_ids, default=None)
    wanted = fields.get("cluster") or None  # the form's "Kho chọn giúp" is an empty word
    if wanted is not None and wanted not in viewer.cluster_ids:
        raise InvalidInput({"cluster": [_("Chọn một cụm mà thầy cô đang tham gia.")]})
    cluster_id = wanted or default_cluster(viewer, fields.get("grades", []), fields.get("subjects", []))
    return resources.Owner(cluster_id, school_id)


def _oneself(viewer: Viewer, school_id: str | None) -> resources.Author:
    school = (
        current_session().scalar(select(Organization.name).where(Organization.id == school_id))
        if school_id
        else None
    )
    return resources.Author(viewer.name, viewer.id, school, school_id)


def _authors(given: Sequence[Mapping[str, Any]]) -> list[resources.Author]:
    """The group in its own order (R28); accounts must exist, and the group cannot be empty."""
    if not given:
        raise InvalidInput({"authors": [_("Ghi ít nhất một tác giả.")]})
    asked = {author["user"] for author in given if author.get("user")}
    known = set(current_session().scalars(select(User.id).where(User.id.in_(asked)))) if asked else set()
    if asked - known:
        raise InvalidInput({"authors": [_("Có tác giả không tìm thấy trong danh sách tài khoản.")]})
    return [resources.Author(author["name"], author.get("user"), author.get("school")) for author in given]


def _original(viewer: Viewer, resource_id: str | None) -> Resource | None:
    """The work this one is made from; only one that the viewer may read."""
    return find_resource(viewer, resource_id) if resource_id else None


def _check_unused(files: Sequence[StoredFile]) -> None:
    """A deposit sent twice (an answer was lost, a button pressed twice) is told so."""
    if files and current_session().scalar(
        select(VersionFile.version_id).where(VersionFile.file_id.in_([file.id for file in files])).limit(1)
    ):
        raise AlreadyExists(_("Tệp này đã nằm trong một bài rồi. Xem ở Việc của tôi."))


def secret_sentence() -> str:
    """Why a national paper is not taken, for the person who brought it."""
    return _(
        "Tên bài giống đề thi quốc gia chưa công bố. Đó là bí mật nhà nước nên Kho không nhận; Sở được báo. "
        "Nếu là bài ôn tập hay đề thi thử, ghi rõ như vậy ở tên bài."
    )


def _names_secret_paper(version: ResourceVersion) -> bool:
    said = [version.title, version.summary or "", *(row.name for row in version.files)]
    return find_secret_paper(said, clock.today()) is not None


def _tell_of_secret(resource: Resource, version: ResourceVersion) -> None:
    if _names_secret_paper(version):
        emit("resource.secret", resource.id)


def _holds_only_the_original(resource: Resource, version: ResourceVersion) -> bool:
    """Whether a copy has the very files of the work it began with: the store needs no second one (R33)."""
    first = select(VersionFile.file_id).join(Resource, Resource.current_version_id == VersionFile.version_id)
    original = set(current_session().scalars(first.where(Resource.id == resource.based_on_id)))
    return bool(version.files) and {row.file_id for row in version.files} == original


def _stored(version: ResourceVersion) -> list[StoredFile]:
    statement = (
        select(StoredFile)
        .join(VersionFile, VersionFile.file_id == StoredFile.id)
        .where(VersionFile.version_id == version.id)
    )
    return list(current_session().scalars(statement))


def _held_back(files: Sequence[StoredFile]) -> list[StoredFile]:
    return [file for file in files if file.state == "quarantined"]
