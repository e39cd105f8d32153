"""A card as people read it: the facts of one line, the badge of its version, what a tap downloads."""

from __future__ import annotations

from typing import Any

from repo_service.core import clock
from repo_service.core.i18n import _
from repo_service.core.urls import resource_path, save_path
from repo_service.curriculum.queries import Vocabularies, vocabularies
from repo_service.derivatives.pages import thumbnail_url
from repo_service.resources.findable.under_review import reviewed_words
from repo_service.resources.models import ResourceVersion
from repo_service.resources.queries import Card
from repo_service.resources.representation import file_path, package_path
from repo_service.ui.formats import day, file_size


def card_facts(card: Card, *, may_save: bool = False) -> dict[str, Any]:
    """Values of the macro `card` for a published resource; costs no statement. Guests have nowhere to save."""
    resource, version = card.resource, card.version
    return {
        "id": resource.id,
        "href": resource_path(resource.id),
        "title": version.title,
        "type": version.type or "san-pham-khac",
        "facts": describing(card),
        "version": version.number,
        "version_day": day(version.published_at) if version.published_at else None,
        "state": resource.state,
        "due_for_review": resource.next_review_on is not None and resource.next_review_on < clock.today(),
        "annual_year": resource.annual_product_year,
        "badges": [("info", _("Nhân rộng"), "sprout")] if resource.spread_reason else [],
        "reviewed": reviewed_words(version.reviewed),
        "taught": _("Đã dạy ở %(count)s trường", count=resource.schools_taught)
        if resource.schools_taught
        else None,
        "download": _download(card) if resource.state != "withdrawn" else None,
        "save_url": save_path(resource.id) if may_save else None,
        "thumbnail": _thumbnail(card) if resource.state != "withdrawn" else None,
    }


def describing(card: Card) -> list[str]:
    """Subject and class, textbook set, week, whose it is."""
    version, lists = card.version, vocabularies()
    week = _("tuần %(week)s", week=version.week) if version.week else ""
    sets = [lists.short("textbook_sets", code) for code in version.textbook_sets[:2]]
    return [
        item
        for item in (_subjects(version, lists), *sets, week, card.school_name or card.cluster_name or "")
        if item
    ]


def _subjects(version: ResourceVersion, lists: Vocabularies) -> str:
    """ "Toán 6", "KHTN 6, 7", "Toán, Tin học 8"."""
    names = ", ".join(lists.short("subjects", code) for code in version.subjects[:3])
    grades = ", ".join(code.removeprefix("lop-") for code in version.grades[:4])
    return f"{names} {grades}".strip()


def _thumbnail(card: Card) -> str | None:
    """The picture of the first file that has one."""
    drawn = next((file for file in card.files if file.has_thumbnail and file.state == "ready"), None)
    return thumbnail_url(drawn.id) if drawn else None


def _download(card: Card) -> dict[str, str] | None:
    ready = [file for file in card.files if file.state == "ready"]
    if not ready:
        return None
    if len(ready) > 1:
        size = file_size(sum(file.size for file in ready))
        return {"href": package_path(card.resource.id), "label": _("Tải cả gói · %(size)s", size=size)}
    kind = ready[0].name.rpartition(".")[2].upper()[:6] if "." in ready[0].name else ""
    label = _("Tải %(kind)s · %(size)s", kind=kind, size=file_size(ready[0].size)).replace("  ", " ")
    return {"href": file_path(card.resource.id, ready[0].id), "label": label}
