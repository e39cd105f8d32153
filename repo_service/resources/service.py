"""The verbs on resources and versions; the only writer of their tables.

Each verb asks `policy` and `lifecycle`, changes rows, raises the resource's revision and writes audit
and outbox rows in the caller's transaction. Nothing here commits, and no bytes move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import func, select

from indexer.vietnamese import fold
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.curriculum.queries import vocabularies
from repo_service.derivatives.personal_data import tells_of_people
from repo_service.files.models import StoredFile
from repo_service.organizations.province_settings import (
    current_school_year,
    next_review_day,
    province_setting,
)
from repo_service.resources import policy
from repo_service.resources.description import (
    CORRECTABLE_FIELDS,
    DESCRIPTION_FIELDS,
    REACH,
    copy_description,
    default_reach,
    differences,
    reach_sentence,
    submission_problems,
    widest_reach,
)
from repo_service.resources.lifecycle import EDITABLE, IN_PROGRESS, REVISABLE, next_version_state
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion, VersionFile


@dataclass(frozen=True)
class Author:
    """One member of the group: an account, or only a name and a school."""

    name: str
    user_id: str | None = None
    school: str | None = None
    school_id: str | None = None


@dataclass(frozen=True)
class Owner:
    """Whose shelf it stands on: a cluster, or a school when the teacher has no cluster yet."""

    cluster_id: str | None
    school_id: str | None


@dataclass(frozen=True)
class Deposit:
    """Everything a new resource starts with."""

    owner: Owner
    authors: Sequence[Author]
    description: dict[str, Any] = field(default_factory=dict)
    files: Sequence[StoredFile] = ()
    visibility: str | None = None
    based_on_id: str | None = None
    based_on_kind: str | None = None
    credits: list[Any] | None = None
    """The work it is made from, how, and whose that is (based_on/credit.py)."""
    id: str | None = None
    """Chosen beforehand by a form, so that sending it twice makes one resource."""


def create_resource(viewer: Viewer, deposit: Deposit) -> tuple[Resource, ResourceVersion]:
    """A new resource with a first draft; a draft may be incomplete."""
    authorize(viewer, policy.CREATE.action)
    assert viewer.id is not None
    version = ResourceVersion(
        id=new_id(), number=1, minor=0, state="draft", created_by_id=viewer.id, last_editor_id=viewer.id,
        levels=[], links=[], members=[], title="", licence=str(province_setting("resource.default_licence")),
        rights="tu-lam", ai_use="khong",
        programme="gdpt-2018", change_note="", wait_to_publish=False,
    )  # fmt: skip
    for name in ("grades", "subjects", "textbook_sets", "themes", "purposes", "audiences", "keywords"):
        setattr(version, name, [])
    _describe(version, deposit.description)
    resource = Resource(
        id=deposit.id or new_id(), created_by_id=viewer.id, cluster_id=deposit.owner.cluster_id,
        school_id=deposit.owner.school_id,
        state="active", revision=1, based_on_id=deposit.based_on_id, working_version_id=version.id,
        based_on_kind=deposit.based_on_kind, credits=deposit.credits,
        visibility=deposit.visibility or default_reach(version.licence), updated_at=clock.now(),
    )  # fmt: skip
    version.resource_id = resource.id
    resource.authors = [_author_row(author, place) for place, author in enumerate(deposit.authors)]
    version.files = _file_rows(deposit.files)
    resource.kept_until = version.embargo_until
    _name_after(resource, version)
    current_session().add_all([resource, version])
    record(viewer.id, "resource.created", "resource", resource.id)
    return resource, version


def edit_draft(
    viewer: Viewer,
    resource: Resource,
    version: ResourceVersion,
    description: dict[str, Any],
    files: Sequence[StoredFile] | None = None,
) -> None:
    """Change a draft's metadata and, when given, its list of files."""
    authorize(viewer, policy.EDIT.action, resource)
    if version.state not in EDITABLE:
        raise MoveNotAllowed(
            _("Bài đã gửi phản biện nên không sửa được nữa. Thu hồi về nháp, hoặc thêm phiên bản mới.")
        )
    covered = version.personal_data is None or files is None or not _tells_more(version, files)
    _describe(version, description)
    resource.kept_until = version.embargo_until
    if files is not None:
        _replace_files(version, files)
    if not covered:
        version.personal_data = None  # what was answered was about the other files
    assert viewer.id is not None
    version.last_editor_id = viewer.id
    if resource.current_version_id is None:
        _name_after(resource, version)
    touch(resource)


def change_reach(viewer: Viewer, resource: Resource, visibility: str, licence: str | None) -> None:
    """Who may find it; never wider than `licence` (B4). None leaves that to the submission of a draft."""
    authorize(viewer, policy.CORRECT.action, resource)
    if licence is not None and REACH.index(visibility) > REACH.index(widest_reach(licence)):
        raise InvalidInput({"visibility": [reach_sentence()]})
    if visibility != resource.visibility:
        record(
            viewer.id,
            "resource.reach_changed",
            "resource",
            resource.id,
            before=resource.visibility,
            after=visibility,
        )
        resource.visibility = visibility
        touch(resource)


def change_school_year(viewer: Viewer, resource: Resource, school_year: str) -> None:
    """The school year it stands under; the first publication fills it when nobody did."""
    authorize(viewer, policy.CORRECT.action, resource)
    if school_year != resource.school_year:
        record(
            viewer.id, "resource.school_year_changed", "resource", resource.id,
            before=resource.school_year, after=school_year,
        )  # fmt: skip
        resource.school_year = school_year
        touch(resource)


def start_version(
    viewer: Viewer,
    resource: Resource,
    base: ResourceVersion,
    change_note: str = "",
    files: Sequence[StoredFile] | None = None,
) -> ResourceVersion:
    """A new draft after `base`: of a published resource, or after changes were asked for (the thread stays)."""
    authorize(viewer, policy.EDIT.action, resource)
    if base.state != "published" and base.state not in REVISABLE:
        raise MoveNotAllowed(_("Bài đang có một bản trên đường công bố. Sửa tiếp bản ấy nhé."))
    if resource.working_version_id not in (None, base.id):
        raise MoveNotAllowed(_("Bài đang có một bản trên đường công bố. Sửa tiếp bản ấy nhé."))
    assert viewer.id is not None
    highest = current_session().scalar(
        select(func.max(ResourceVersion.number)).where(ResourceVersion.resource_id == resource.id)
    )
    version = ResourceVersion(
        id=new_id(), resource_id=resource.id, number=(highest or 0) + 1, minor=0, state="draft",
        change_note=change_note,
        created_by_id=viewer.id, last_editor_id=viewer.id, wait_to_publish=False, created_at=clock.now(),
    )  # fmt: skip
    copy_description(base, version)
    kept = [VersionFile(file_id=row.file_id, position=row.position, name=row.name) for row in base.files]
    version.files = kept if files is None else _file_rows(files)
    if {row.file_id for row in version.files} - {row.file_id for row in base.files}:
        version.personal_data = None  # what was answered was about the other files
    resource.working_version_id, resource.kept_until = version.id, None
    current_session().add(version)
    touch(resource)
    record(viewer.id, "version.started", "resource", resource.id, number=version.number)
    return version


def submit(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    """Send a draft for review; InvalidInput names every missing field (R31)."""
    authorize(viewer, policy.EDIT.action, resource)
    state = next_version_state(version.state, "submit")
    problems = submission_problems(resource, version, has_files=bool(version.files))
    if problems:
        raise InvalidInput(problems)
    version.state = state
    version.submitted_at = clock.now()
    touch(resource)
    record(viewer.id, "version.submitted", "resource", resource.id, number=version.number)


def recall(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    """Take a submitted version back to a draft; the caller closes its review round."""
    authorize(viewer, policy.EDIT.action, resource)
    version.state = next_version_state(version.state, "recall")
    touch(resource)
    record(viewer.id, "version.recalled", "resource", resource.id, number=version.number)


def move_version(actor_id: str | None, resource: Resource, version: ResourceVersion, move: str) -> None:
    """A reviewer's move: request_changes, decline, approve, or the author's appeal; rights are the caller's."""
    version.state = next_version_state(version.state, move)
    touch(resource)
    record(actor_id, f"version.{move}", "resource", resource.id, number=version.number)


def publish_version(actor_id: str | None, resource: Resource, version: ResourceVersion) -> None:
    """Make an approved version "the" version: one transaction, no bytes copied (I6, I7)."""
    version.state = next_version_state(version.state, "publish")
    moment = clock.now()
    version.published_at = moment
    resource.current_version_id = version.id
    resource.working_version_id = resource.kept_until = None
    if resource.first_published_at is None:
        resource.first_published_at = moment
        resource.school_year = resource.school_year or current_school_year().key
    resource.next_review_on = next_review_day(version.type)
    resource.review_count = 0
    _name_after(resource, version)
    touch(resource)
    record(actor_id, "version.published", "resource", resource.id, number=version.number)
    emit("resource.published", resource.id, number=version.number)


def correct_metadata(
    viewer: Viewer, resource: Resource, current: ResourceVersion, description: dict[str, Any]
) -> ResourceVersion:
    """Correct a published version as a new minor version with the difference recorded; files never."""
    authorize(viewer, policy.CORRECT.action, resource)
    refused = {
        name: [_("Ô này chỉ đổi được bằng một phiên bản mới.")]
        for name in description
        if name not in CORRECTABLE_FIELDS
    }
    if refused:
        raise InvalidInput(refused)
    assert viewer.id is not None
    corrected = ResourceVersion(
        id=new_id(), resource_id=resource.id, number=current.number, minor=current.minor + 1, state="published",
        change_note=current.change_note, created_by_id=viewer.id, last_editor_id=viewer.id, wait_to_publish=False,
        submitted_at=current.submitted_at, published_at=clock.now(), created_at=clock.now(), reviewed=current.reviewed,
    )  # fmt: skip
    copy_description(current, corrected)
    _describe(corrected, description)
    corrected.files = [
        VersionFile(file_id=row.file_id, position=row.position, name=row.name) for row in current.files
    ]
    problems = submission_problems(resource, corrected, has_files=bool(current.files))
    if problems:
        raise InvalidInput(problems)
    corrected.differences = differences(current, corrected)
    current_session().add(corrected)
    resource.current_version_id = corrected.id
    _name_after(resource, corrected)
    touch(resource)
    record(viewer.id, "version.corrected", "resource", resource.id, fields=sorted(corrected.differences))
    return corrected


def delete_draft(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    """Delete a draft; a resource that was never submitted goes with it."""
    authorize(viewer, policy.EDIT.action, resource)
    if version.state not in EDITABLE:
        raise MoveNotAllowed(_("Chỉ xóa được bản nháp."))
    session = current_session()
    record(viewer.id, "version.deleted", "resource", resource.id, number=version.number)
    session.delete(version)
    session.flush()
    previous = session.scalar(
        select(ResourceVersion)
        .where(ResourceVersion.resource_id == resource.id)
        .order_by(ResourceVersion.number.desc(), ResourceVersion.minor.desc())
        .limit(1)
    )
    if previous is None:
        session.delete(resource)
        return
    is_worked_on = previous.state in IN_PROGRESS
    resource.working_version_id = previous.id if is_worked_on else None
    resource.kept_until = previous.embargo_until if is_worked_on else None
    touch(resource)


def set_authors(viewer: Viewer, resource: Resource, authors: Sequence[Author]) -> None:
    """Name the group, in its own order (R28); the creator keeps the right to edit."""
    authorize(viewer, policy.CORRECT.action, resource)
    resource.authors = []
    current_session().flush()  # old rows go before the same people come back
    resource.authors = [_author_row(author, place) for place, author in enumerate(authors)]
    touch(resource)
    record(viewer.id, "resource.authors_changed", "resource", resource.id)


def hand_over(viewer: Viewer, resource: Resource, to: Author) -> None:
    """Give the care of a work to a colleague; the authors' names stay on it."""
    authorize(viewer, policy.HAND_OVER.action, resource)
    if to.user_id is None:
        raise InvalidInput({"user": [_("Chọn đồng nghiệp có tài khoản.")]})
    record(
        viewer.id, "resource.handed_over", "resource", resource.id, before=resource.created_by_id, after=to.user_id
    )  # fmt: skip
    resource.created_by_id = to.user_id
    touch(resource)


def check_revision(resource: Resource, expected: int | None) -> None:
    """StaleVersion when the resource moved on since `expected` was read; None means not asked."""
    if expected is not None and expected != resource.revision:
        raise StaleVersion()


def touch(resource: Resource) -> None:
    """Raise the revision and tell the index; every change of a resource ends here."""
    resource.revision += 1
    resource.updated_at = clock.now()
    emit("resource.changed", resource.id, revision=resource.revision)
    for successor in following(resource):
        emit("resource.changed", successor.id, revision=successor.revision)


def following(resource: Resource) -> Iterator[Resource]:
    """What stands in its place, down the chain: they are found by its title as long as it may be seen."""
    seen, following = {resource.id}, resource.successor_id
    while following and following not in seen:
        seen.add(following)
        successor = current_session().get(Resource, following)
        if successor is None:
            return
        yield successor
        following = successor.successor_id


def _describe(version: ResourceVersion, description: dict[str, Any]) -> None:
    for name, value in description.items():
        if name not in DESCRIPTION_FIELDS:
            raise InvalidInput({name: [_("Không có ô này.")]})
        setattr(version, name, value)
    if "grades" in description:
        version.levels = vocabularies().levels_of(version.grades)


def _name_after(resource: Resource, version: ResourceVersion) -> None:
    resource.title = version.title
    resource.title_folded = fold(version.title)[:300]


def _author_row(author: Author, place: int) -> ResourceAuthor:
    return ResourceAuthor(**asdict(author), position=place)


def _file_rows(files: Iterable[StoredFile]) -> list[VersionFile]:
    unique = {file.id: file for file in files}
    return [
        VersionFile(file_id=file.id, position=place, name=file.name)
        for place, file in enumerate(unique.values())
    ]


def _tells_more(version: ResourceVersion, files: Sequence[StoredFile]) -> bool:
    """Whether a file came that tells of people, or may: it was not read yet."""
    held = {row.file_id for row in version.files}
    new = [file for file in files if file.id not in held]
    return any(file.text_state == "waiting" for file in new) or tells_of_people([file.id for file in new])


def _replace_files(version: ResourceVersion, files: Sequence[StoredFile]) -> None:
    """Keep rows of files that stay, so that nothing is deleted and inserted again."""
    present = {row.file_id: row for row in version.files}
    wanted = _file_rows(files)
    for row in wanted:
        if row.file_id in present:
            present[row.file_id].position = row.position
    version.files = [present.get(row.file_id, row) for row in wanted]

