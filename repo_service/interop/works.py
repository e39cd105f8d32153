"""What goes into the bag of a work, and of a locked product: payload, facts, metadata; with the reader's rights."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from repo_service.annual_products.certificate.records import Certificate
from repo_service.annual_products.locking.canonical import canonical
from repo_service.annual_products.locking.contents import Contents, contents_of
from repo_service.core.db import current_session
from repo_service.core.errors import MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.curriculum.installation import place
from repo_service.interop.bagit import Payload, made_payload
from repo_service.resources.bundles.members import folder_name
from repo_service.resources.models import ResourceVersion
from repo_service.resources.queries import FileRow, Shown

LINKS = "duong-dan.txt"
"""Where a version's links stand in the payload: a bag without any file would be an empty promise."""


def work_payload(shown: Shown) -> list[Payload]:
    """Files and links of the shown version, of a topic package a folder for each work that the reader may open.

    MoveNotAllowed while a file is not checked through.
    """
    at = shown.version.published_at or shown.version.created_at
    payload = list(_payload("", shown.files, shown.version.links, at))
    for place_, member in enumerate(shown.members, 1):
        folder = folder_name(place_, member.version.title)
        payload += _payload(f"{folder}/", member.files, member.version.links, at)
    return payload


def work_facts(shown: Shown, address: str) -> dict[str, str]:
    """bag-info.txt of a work."""
    version = shown.version
    owner = shown.cluster_name or shown.school_name or ""
    return _facts(owner, address, f"{version.title} ({_('phiên bản %(number)s', number=version.number)})")


def work_metadata(shown: Shown, address: str) -> dict[str, bytes]:
    """What a later reader needs to know of the work, as JSON."""
    version, resource = shown.version, shown.resource
    codes = (
        "title",
        "type",
        "grades",
        "subjects",
        "summary",
        "keywords",
        "licence",
        "rights",
        "ai_use",
        "links",
    )
    told: dict[str, Any] = {name: getattr(version, name) for name in codes}
    told |= {
        "id": resource.id, "version": version.number, "minor": version.minor, "address": address,
        "authors": [{"name": author.name, "school": author.school} for author in resource.authors],
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "files": [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in shown.files],
        "works": [
            {"id": m.resource.id, "title": m.version.title, "version": m.version.number, "note": m.note}
            for m in shown.members
        ],
    }  # fmt: skip
    return {"metadata/work.json": json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()}


def product_payload(found: Certificate) -> list[Payload]:
    """Everything that was locked, each work of a package in its own folder; addenda in folders of their own."""
    if not found.is_open:
        raise NotFound(_("Trong gói có bài thầy cô chưa được xem, nên Kho không đưa bản kê ở đây."))
    at = found.product.published_at or found.product.chosen_at
    payload = list(_contents("", _version(found.product.version_id), at))
    for each in found.addenda:
        payload += _contents(f"phu-luc-{each.number}/", _version(each.version_id), each.added_at)
    return payload


def product_facts(found: Certificate, address: str) -> dict[str, str]:
    """bag-info.txt of a product; its fingerprint is that of `metadata/manifest.json`."""
    year = found.product.school_year
    title = _("%(title)s. Sản phẩm năm học %(year)s", title=found.manifest.get("title", ""), year=year)
    facts = _facts(found.cluster.name, address, str(title))
    return facts | {"Internal-Sender-Identifier": str(found.product.manifest_sha256)}


def product_metadata(found: Certificate) -> dict[str, bytes]:
    """The manifests, byte by byte as their fingerprints were made."""
    addenda = {f"metadata/phu-luc-{each.number}.json": canonical(each.manifest) for each in found.addenda}
    return {"metadata/manifest.json": canonical(found.manifest), **addenda}


def _version(version_id: str) -> Contents:
    return contents_of(current_session().get_one(ResourceVersion, version_id))


def _contents(folder: str, contents: Contents, at: datetime) -> Iterator[Payload]:
    yield from _payload(folder, contents.own_files, contents.version.links, at)
    for place_, part in enumerate(contents.parts, 1):
        name = folder_name(place_, part.version.title)
        yield from _payload(f"{folder}{name}/", part.files, part.version.links, at)


def _payload(
    folder: str, files: Sequence[FileRow], links: Sequence[dict[str, str]], at: datetime
) -> Iterator[Payload]:
    for file in files:
        if file.state != "ready" or not file.sha256:
            raise MoveNotAllowed(_("Tệp đang được kiểm tra. Thầy cô quay lại sau ít phút."))
        name = file.name.replace("/", "-")
        yield Payload(folder + name, file.key, file.size, file.sha256, file.media_type, at)
    if links:
        lines = "".join(f"{link['url']} {link.get('label', '')}".strip() + "\n" for link in links)
        yield made_payload(folder + LINKS, lines.encode(), at)


def _facts(owner: str, address: str, description: str) -> dict[str, str]:
    return {
        "Source-Organization": ", ".join(part for part in (owner, place().province) if part),
        "External-Identifier": address,
        "External-Description": description,
        "Bag-Software-Agent": "Kho",
    }
