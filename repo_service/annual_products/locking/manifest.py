"""What a lock vouches for: versions, files with sizes and SHA-256s, who made them, who read them, for which schools."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from repo_service.annual_products.locking.contents import Contents, Part, file_list
from repo_service.annual_products.models import AnnualProduct
from repo_service.resources.models import Resource


def make_manifest(
    product: AnnualProduct,
    resource: Resource,
    contents: Contents,
    reviewers: int,
    schools: Sequence[str],
    locked_at: datetime,
) -> dict[str, Any]:
    """Everything the lock vouches for; works of a topic package only where there are any."""
    version = contents.version
    manifest = {
        "cluster": product.cluster_id,
        "school_year": product.school_year,
        "resource": resource.id,
        "title": version.title,
        "version": version.number,
        "minor": version.minor,
        "files": file_list(contents.own_files),
        "links": list(version.links),
        "authors": [author.name for author in resource.authors],
        "reviewers": reviewers,
        "schools": list(schools),
        "locked_at": locked_at.isoformat(),
    }
    return manifest | ({"works": [_work(part) for part in contents.parts]} if contents.parts else {})


def _work(part: Part) -> dict[str, Any]:
    return {
        "resource": part.resource.id,
        "title": part.version.title,
        "version": part.version.number,
        "minor": part.version.minor,
        "files": file_list(part.files),
        "links": list(part.version.links),
    }
