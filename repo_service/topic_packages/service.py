"""The verbs on topic packages. Each change is one of a draft; a published package gets a new version for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.organizations.queries import default_cluster, schools_of_people
from repo_service.resources import service as resources
from repo_service.resources.bundles.members import MOST_MEMBERS, PACKAGE, members_of
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_numbered, find_resource

LONGEST_NOTE = 500
Entry = dict[str, str]


def start(
    viewer: Viewer,
    title: str,
    cluster_id: str | None = None,
    authors: Sequence[resources.Author] = (),
    works: Sequence[tuple[str, str]] = (),
) -> Resource:
    """A draft package of the viewer's, with co-authors and with works (id, note) to begin with.

    Works that cannot be in a package are left out. InvalidInput without a title or for another's cluster.
    """
    if not title.strip():
        raise InvalidInput({"title": [_("Cho gói một cái tên để đồng nghiệp tìm thấy.")]})
    if cluster_id is not None and cluster_id not in viewer.cluster_ids:
        raise InvalidInput({"cluster": [_("Chọn một cụm mà thầy cô đang tham gia.")]})
    assert viewer.id is not None
    school_id, school = schools_of_people([viewer.id]).get(viewer.id, (None, None))
    oneself = resources.Author(viewer.name, viewer.id, school, school_id)
    owner = resources.Owner(cluster_id or default_cluster(viewer), school_id)
    resource, version = resources.create_resource(
        viewer,
        resources.Deposit(
            owner=owner,
            authors=[oneself, *(author for author in authors if author.user_id != viewer.id)],
            description={"title": title.strip()[:300], "type": PACKAGE},
        ),
    )
    entries = [entry for work, note in works[:MOST_MEMBERS] if (entry := _entry(viewer, work, note))]
    _write(viewer, resource, version, _once(entries))
    return resource


def add(
    viewer: Viewer, resource: Resource, version: ResourceVersion, work_id: str, note: str = ""
) -> ResourceVersion:
    """Put a published work that the viewer may read at the end, pinned to the version that is shown now."""
    entry = _entry(viewer, work_id, note)
    if entry is None:
        raise InvalidInput({"work": [_("Chọn một bài đã công bố, đang dùng, không phải gói chủ đề.")]})
    entries = _entries(version)
    if any(each["resource"] == work_id for each in entries):
        raise InvalidInput({"work": [_("Bài này đã có trong gói.")]})
    if len(entries) >= MOST_MEMBERS:
        raise InvalidInput({"work": [_("Một gói có nhiều nhất %(most)s bài.", most=MOST_MEMBERS)]})
    return _change(viewer, resource, version, [*entries, entry], _("Thêm một bài vào gói."))


def remove(viewer: Viewer, resource: Resource, version: ResourceVersion, work_id: str) -> ResourceVersion:
    """Take a work out of the package."""
    kept = [each for each in _entries(version) if each["resource"] != work_id]
    return _change(viewer, resource, version, kept, _("Bỏ một bài ra khỏi gói."))


def move(
    viewer: Viewer, resource: Resource, version: ResourceVersion, work_id: str, steps: int
) -> ResourceVersion:
    """Move a work `steps` places down (or up, negative); the ends are the ends."""
    entries = _entries(version)
    place = _place(entries, work_id)
    moved = entries.pop(place)
    entries.insert(min(max(place + steps, 0), len(entries)), moved)
    return _change(viewer, resource, version, entries, _("Đổi thứ tự các bài trong gói."))


def annotate(
    viewer: Viewer, resource: Resource, version: ResourceVersion, work_id: str, note: str
) -> ResourceVersion:
    """Say in a line why the work is there."""
    entries = _entries(version)
    entries[_place(entries, work_id)]["note"] = _checked(note)
    return _change(viewer, resource, version, entries, _("Sửa lời ghi trong gói."))


def take_newer(viewer: Viewer, resource: Resource, version: ResourceVersion, work_id: str) -> ResourceVersion:
    """Pin a work to the version that is shown now; its place and note stay."""
    entries = _entries(version)
    place = _place(entries, work_id)
    entry = _entry(viewer, work_id, entries[place].get("note", ""))
    if entry is None:
        raise MoveNotAllowed(
            _("Bài này không còn dùng được nên không lấy bản mới được. Bỏ bài ra hoặc thay bài khác.")
        )
    entries[place] = entry
    work = find_resource(viewer, work_id)
    said = _("Dùng bản mới của “%(title)s”.", title=work.title[:200])
    return _change(viewer, resource, version, entries, said)


def drop_hidden(viewer: Viewer, resource: Resource, version: ResourceVersion) -> ResourceVersion:
    """Take out what the viewer may not open any more: readers do not see it either."""
    seen = {member.resource.id for member in members_of(viewer, version)}
    kept = [each for each in _entries(version) if each["resource"] in seen]
    return _change(viewer, resource, version, kept, _("Bỏ những bài không còn mở được ra khỏi gói."))


def _entry(viewer: Viewer, work_id: str, note: str) -> Entry | None:
    """A member as it is kept; None for what cannot be one."""
    try:
        work = find_resource(viewer, work_id)
    except NotFound:
        return None
    if work.current_version_id is None or work.state != "active":
        return None
    shown = find_numbered(work, None)
    return (
        None if shown.type == PACKAGE else {"resource": work.id, "version": shown.id, "note": _checked(note)}
    )


def _checked(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise InvalidInput({"note": [_("Ô này tối đa %(most)s chữ cái.", most=LONGEST_NOTE)]})
    return note.strip()


def _entries(version: ResourceVersion) -> list[Entry]:
    return [dict(each) for each in version.members]


def _once(entries: Sequence[Entry]) -> list[Entry]:
    return list({entry["resource"]: entry for entry in entries}.values())


def _place(entries: Sequence[Entry], work_id: str) -> int:
    for place, entry in enumerate(entries):
        if entry["resource"] == work_id:
            return place
    raise NotFound()


def _change(
    viewer: Viewer, resource: Resource, version: ResourceVersion, entries: list[Entry], said: Any
) -> ResourceVersion:
    """Write the new list into the draft; a published package gets a draft of its next version, saying why."""
    if version.state == "published":
        version = resources.start_version(viewer, resource, version, str(said))
    _write(viewer, resource, version, entries)
    return version


def _write(viewer: Viewer, resource: Resource, version: ResourceVersion, entries: list[Entry]) -> None:
    """Grades and subjects follow from the works as long as nobody set them."""
    resources.edit_draft(viewer, resource, version, {"members": entries})
    missing = [name for name in ("grades", "subjects") if not getattr(version, name)]
    if missing and entries:
        works = [member.version for member in members_of(viewer, version)]
        derived = {
            name: list(dict.fromkeys(code for work in works for code in getattr(work, name)))
            for name in missing
        }
        resources.edit_draft(viewer, resource, version, derived)
