"""A collection as a list on paper: titles, what is written beside them, and where each work is found."""

from __future__ import annotations

from collections.abc import Sequence

from repo_service.collections.models import Collection
from repo_service.collections.queries import Item
from repo_service.core.i18n import _
from repo_service.core.urls import absolute, collection_path, resource_path
from repo_service.office import Paper, Paragraph, Table
from repo_service.resources.findable.card_facts import describing
from repo_service.resources.lifecycle import RESOURCE_LABELS


def paper_of(collection: Collection, owner: str, items: Sequence[Item]) -> Paper:
    """The list for a group's folder or a meeting's papers."""
    head = [_("Thứ tự"), _("Học liệu"), _("Ghi chú"), _("Địa chỉ")]
    rows = [
        [str(number), _named(item), item.note, absolute(resource_path(item.card.resource.id))]
        for number, item in enumerate(items, 1)
    ]
    said = [Paragraph(line) for line in collection.note.splitlines() if line.strip()]
    whose = _("%(owner)s lập, %(address)s", owner=owner, address=absolute(collection_path(collection.id)))
    return Paper(
        collection.title,
        (Paragraph(whose, italic=True, align="center"), *said, Table([head, *rows])),
        collection.updated_at,
    )


def _named(item: Item) -> str:
    version, state = item.card.version, item.card.resource.state
    gone = [str(RESOURCE_LABELS[state])] if state != "active" else []
    return " · ".join([version.title, *describing(item.card), *gone])
