"""What a locked product consists of: versions, files with sizes and SHA-256s, in one canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from repo_service.annual_products.models import AnnualProduct
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import FileRow


def file_list(files: Sequence[FileRow]) -> list[dict[str, Any]]:
    """The files in their order: id, name, size in bytes, SHA-256 in hex."""
    return [{"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256} for file in files]


def changed_files(recorded: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> list[str]:
    """Names of files that are not what was recorded when the product was chosen.

    A SHA-256 that was still unknown then may have become known since.
    """
    before = {file["id"]: file for file in recorded}
    after = {file["id"]: file for file in now}
    gone = [before[key]["name"] for key in before if key not in after]
    other = [after[key]["name"] for key in after if key not in before or _differs(before[key], after[key])]
    return gone + other


def _differs(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return before["size"] != after["size"] or before["sha256"] not in (None, after["sha256"])


def make_manifest(
    product: AnnualProduct,
    resource: Resource,
    version: ResourceVersion,
    files: Sequence[FileRow],
    reviewers: int,
    locked_at: datetime,
) -> dict[str, Any]:
    """Everything the lock vouches for."""
    return {
        "cluster": product.cluster_id,
        "school_year": product.school_year,
        "resource": resource.id,
        "title": version.title,
        "version": version.number,
        "minor": version.minor,
        "files": file_list(files),
        "links": list(version.links),
        "authors": [author.name for author in resource.authors],
        "reviewers": reviewers,
        "locked_at": locked_at.isoformat(),
    }


def fingerprint(manifest: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON: keys sorted, no blanks, UTF-8."""
    canonical = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
