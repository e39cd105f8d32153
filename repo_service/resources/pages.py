"""The page of a resource, its older versions, what its files say, and the comparison of two versions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import current_viewer
from repo_service.core import clock
from repo_service.core.errors import NotFound, NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.permissions import may
from repo_service.core.urls import (
    comments_path,
    copies_path,
    copy_path,
    report_problem_path,
    resource_path,
    teachings_path,
)
from repo_service.curriculum.queries import vocabularies
from repo_service.derivatives import queries as derivatives
from repo_service.derivatives.pages import picture_url
from repo_service.derivatives.words import held_words, preview_words, reading_words, scan_words
from repo_service.resources import policy, queries
from repo_service.resources.description import REACH, compare_files, compare_texts, differences
from repo_service.resources.findable.under_review import reviewed_words
from repo_service.resources.lifecycle import VERSION_LABELS
from repo_service.resources.queries import Shown
from repo_service.resources.representation import actions, etag_of, file_path, package_path, pdf_path

blueprint = Blueprint("resources", __name__, template_folder="templates")

LONGEST_READ = 60_000
"""Characters of the quick reading: thirty pages; the file itself has the rest."""

VOCABULARY_OF = {
    "type": "resource_types", "subtype": "resource_subtypes", "grades": "grades", "subjects": "subjects",
    "textbook_sets": "textbook_sets", "themes": "themes", "purposes": "purposes", "audiences": "audiences",
    "programme": "programmes", "term": "terms", "licence": "licences", "rights": "rights_bases", "ai_use": "ai_use",
    "personal_data": "personal_data",
    "levels": "levels",
}  # fmt: skip


@blueprint.get("/hoc-lieu/<resource_id>")
def resource(resource_id: str) -> Response | str | tuple[str, int]:
    """The newest version; a replaced work leads to its successor, a withdrawn one leaves its tombstone."""
    viewer = current_viewer()
    shown = queries.show(viewer, resource_id)
    if shown.resource.state == "replaced" and "xem" not in request.args and _can_follow(shown):
        flash(_("Bài “%(title)s” đã được thay bằng bài này.", title=shown.resource.title))
        return redirect(resource_path(str(shown.resource.successor_id)))
    return _page(shown)


@blueprint.get("/hoc-lieu/<resource_id>/phien-ban/<int:number>")
def resource_version(resource_id: str, number: int) -> Response | str | tuple[str, int]:
    """One version by its number, with a way to the newest."""
    return _page(queries.show(current_viewer(), resource_id, number))


@blueprint.get("/hoc-lieu/<resource_id>/doc/<file_id>")
def quick_reading(resource_id: str, file_id: str) -> str:
    """What was read out of one file, as plain text: kilobytes where the file has megabytes."""
    shown = queries.show(current_viewer(), resource_id, request.args.get("version", type=int))
    file = next((file for file in shown.files if file.id == file_id), None)
    if file is None or shown.resource.state == "withdrawn":
        raise NotFound()
    read = derivatives.readings_of([file.id], LONGEST_READ).get(file.id)
    template = (
        "resources/reading.html" if request.headers.get("HX-Request") else "resources/reading_page.html"
    )
    return render_template(
        template, shown=shown, file=file, resource=shown.resource, read=read,
        words=label, file_path=file_path, picture_path=picture_url, number=_number(shown), reading_words=reading_words,
    )  # fmt: skip


@blueprint.get("/hoc-lieu/<resource_id>/xem/<file_id>")
def every_page(resource_id: str, file_id: str) -> str:
    """A document page by page as its PDF; without a script the pictures of its first pages."""
    shown = queries.show(current_viewer(), resource_id, request.args.get("version", type=int))
    file = next((file for file in shown.files if file.id == file_id), None)
    if file is None or not file.has_pdf or shown.resource.state == "withdrawn":
        raise NotFound()
    return render_template(
        "resources/every_page.html", shown=shown, file=file, resource=shown.resource, number=_number(shown),
        file_path=file_path, pdf_path=pdf_path, picture_path=picture_url,
    )  # fmt: skip


@blueprint.get("/hoc-lieu/<resource_id>/so-sanh")
def comparison(resource_id: str) -> str:
    """Two versions side by side: information, list of files, lines of text that changed."""
    viewer = current_viewer()
    numbers = [request.args.get(name, type=int) for name in ("tu", "den")]
    if None in numbers:
        raise NotFound()
    before, after = (queries.show(viewer, resource_id, number) for number in numbers)
    words = {"one": before.version.number, "other": after.version.number}
    title = _("Phiên bản %(one)s và phiên bản %(other)s", **words)
    return _comparison(before, after, title, after.version.change_note)


@blueprint.get("/hoc-lieu/<resource_id>/so-voi/<other_id>")
def comparison_of_works(resource_id: str, other_id: str) -> str:
    """Two works side by side, for who may read both."""
    one, other = (queries.show(current_viewer(), work) for work in (resource_id, other_id))
    titles = {"one": one.version.title, "other": other.version.title}
    return _comparison(
        one, other, _("So sánh hai bài"), _("“%(one)s” đứng trước, “%(other)s” đứng sau.", **titles)
    )


def _comparison(before: Shown, after: Shown, title: str, note: str) -> str:
    if "withdrawn" in (before.resource.state, after.resource.state):
        raise NotFound()
    texts = derivatives.texts_of([file.id for file in (*before.files, *after.files)])
    read = [
        "\n".join(f"{file.name}\n{texts.get(file.id, '')}" for file in side.files) for side in (before, after)
    ]
    sees_work = all(may(current_viewer(), policy.SEE_WORK.action, side.resource) for side in (before, after))
    differing = differences(before.version, after.version).items()
    fields = [(name, *pair) for name, pair in differing if sees_work or name not in ("personal_data", "members")]
    return render_template(
        "resources/comparison.html", after=after, resource=after.resource, fields=fields, title=title, note=note,
        files=compare_files(before.files, after.files),
        lines=compare_texts(*read), words=label, field_words=field_words(),
    )  # fmt: skip


@blueprint.get("/hoc-lieu/<resource_id>/tep")
def file_states(resource_id: str) -> str:
    """The list of files alone: asked for again and again while some are being read."""
    shown = queries.show(current_viewer(), resource_id, request.args.get("version", type=int))
    if shown.resource.state == "withdrawn":
        raise NotFound()
    percents = derivatives.percents_of([file.id for file in shown.files if file.text_state == "waiting"])
    return render_template("resources/files.html", **_context(shown), percents=percents)


def label(field: str, value: Any) -> str:
    """The words of a field's value, for people."""
    if field == "members":  # which they are is told where each reader's rights are asked
        return str(_("%(count)s bài", count=len(value)))
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, list):
        return ", ".join(label(field, item) for item in value)
    if isinstance(value, dict):
        return str(value.get("label") or value.get("url", ""))
    if field == "visibility":
        return vocabularies().label("reach", value)
    return vocabularies().label(VOCABULARY_OF[field], value) if field in VOCABULARY_OF else str(value or "")


def field_words() -> dict[str, str]:
    """The name of each field."""
    return {
        "title": _("Tên bài"), "type": _("Loại học liệu"), "subtype": _("Dạng"), "grades": _("Lớp"),
        "subjects": _("Môn, hoạt động giáo dục"),
        "textbook_sets": _("Bộ sách"), "themes": _("Chủ đề chuyên môn"), "purposes": _("Dùng để"),
        "audiences": _("Dành cho"),
        "keywords": _("Từ khóa"), "summary": _("Giới thiệu"), "programme": _("Chương trình"), "term": _("Học kì"),
        "week": _("Tuần"),
        "is_study_topic": _("Chuyên đề học tập"), "licence": _("Giấy phép"), "licence_name": _("Tên giấy phép"),
        "rights": _("Nguồn"),
        "ai_use": _("Dùng AI"), "ai_tool": _("Công cụ AI"), "ai_checked_by": _("Người kiểm chứng"),
        "personal_data": _("Dữ liệu cá nhân trong tệp"),
        "links": _("Đường dẫn"), "members": _("Các bài trong gói"),
    }  # fmt: skip


def _page(shown: Shown) -> Response | str | tuple[str, int]:
    if shown.resource.state == "withdrawn":
        return render_template("resources/withdrawn.html", resource=shown.resource), 410
    return render_template("resources/resource.html", **_context(shown))


def _context(shown: Shown) -> dict[str, Any]:
    viewer, current = current_viewer(), shown.resource
    number = _number(shown)
    files_open = any(
        file.state == "checking" or file.text_state == "waiting" or file.preview_state == "waiting"
        for file in shown.files
    )
    return {
        "shown": shown, "resource": current, "version": shown.version, "files": shown.files, "number": number,
        "package_path": package_path(current.id, number) if len(shown.files) > 1 or shown.members else None,
        "size": sum(file.size for file in shown.files) + sum(member.size for member in shown.members),
        "ready": [file for file in shown.files if file.state == "ready"],
        "still_reading": files_open, "etag": etag_of(current), "may_do": actions(viewer, current, shown.version),
        "sees_work": may(viewer, policy.SEE_WORK.action, current),
        "due": bool(current.next_review_on and current.next_review_on <= clock.today()),
        "can_hand_over": may(viewer, policy.HAND_OVER.action, current), "state_labels": VERSION_LABELS, "words": label,
        "file_path": file_path, "pdf_path": pdf_path, "picture_path": picture_url, "reach": REACH,
        "excerpt_characters": queries.EXCERPT_CHARACTERS, "reviewed_words": reviewed_words,
        "around": _around(shown),
        "lines_of": derivatives.lines_of, "reading_words": reading_words, "preview_words": preview_words,
        "held_words": held_words, "scan_words": scan_words,
        "sees_scans": viewer.is_department or viewer.has_role("ra-soat"),
    }  # fmt: skip


def _around(shown: Shown) -> dict[str, Any]:
    """Ways to what colleagues do with a published work; signed-in readers open them, on a tap."""
    current = shown.resource
    opens = not current_viewer().is_guest and current.current_version_id is not None
    taught = teachings_path(current.id)
    return {
        "opens": opens, "teachings": taught, "comments": comments_path(current.id),
        "taught": taught if opens and current.visibility != "rieng" else None, "copies": copies_path(current.id),
        "report": report_problem_path(current.id) if current.current_version_id else None,
        "own_copy": copy_path(current.id) if opens and may(current_viewer(), policy.COPY.action, current) else None,
    }  # fmt: skip


def _number(shown: Shown) -> int | None:
    return None if shown.is_newest else shown.version.number


def _can_follow(shown: Shown) -> bool:
    """Whether the viewer may read the successor; else the old page stays, with its notice."""
    try:
        queries.find_resource(current_viewer(), shown.resource.successor_id or "")
    except (NotFound, NotSignedIn):
        return False
    return True
