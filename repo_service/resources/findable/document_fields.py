"""Fields of a resource's index document: filters, labels to search by, and the bounded bonus of facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from repo_service.core import clock
from repo_service.curriculum.queries import Vocabularies
from repo_service.curriculum.written_facts import numbered_papers, papers_in, times_in
from repo_service.resources.based_on.kinds import INCLUSION
from repo_service.resources.models import Resource, ResourceVersion

CITED = 20_000
"""Characters of each file in which official papers are looked for: plans cite them at their head."""


def document_filters(
    resource: Resource, version: ResourceVersion, lists: Vocabularies, texts: Sequence[str]
) -> dict[str, list[str]]:
    """Filter field -> codes; parents of the subjects count too (B2). `texts` are those of the files."""
    terms, weeks = times_in(version.title)
    found: dict[str, Sequence[str | None]] = {
        "type": [version.type],
        "level": version.levels,
        "grade": version.grades,
        "subject": lists.with_parents(version.subjects, version.grades),
        "cluster": [resource.cluster_id],
        "school": [resource.school_id],
        "school_year": [resource.school_year],
        "textbook": version.textbook_sets,
        "licence": [version.licence],
        "theme": version.themes,
        "audience": version.audiences,
        "purpose": version.purposes,
        "programme": [version.programme],
        "feature": _features(resource, version),
        "state": [resource.state],
        "term": [version.term, *terms],
        "week": [f"tuan-{version.week}" if version.week else None, *weeks],
        "paper": _papers(version, texts),
    }
    return {name: [value for value in values if value] for name, values in found.items()}


def _papers(version: ResourceVersion, texts: Sequence[str]) -> list[str]:
    """Official papers that the work follows or cites."""
    form = [f"cv-{(version.subtype or '')[5:]}"] if version.subtype in ("khbd-5512", "khbd-2345") else []
    named = papers_in(" · ".join((version.title, version.summary or "", *version.keywords)))
    return [*form, *named, *chain.from_iterable(numbered_papers(text[:CITED]) for text in texts)]


def _features(resource: Resource, version: ResourceVersion) -> list[str]:
    """Facts worth looking for; none of them is a grade (R26)."""
    facts = {
        "san-pham-nam": resource.annual_product_year is not None,
        "da-day": resource.schools_taught > 0,
        "hoa-nhap": "hoa-nhap" in version.themes or resource.based_on_kind == INCLUSION,
        "nhan-rong": resource.spread_reason is not None,
    }
    return [name for name, holds in facts.items() if holds]


def labels(version: ResourceVersion, lists: Vocabularies) -> list[str]:
    """Labels of the codes, so that words such as "giáo án", "Toán", "Lớp 6", "khối 6", "K6", "Tuần 3" find the work."""
    codes: dict[str, list[Any]] = {
        "resource_types": [version.type], "resource_subtypes": [version.subtype], "subjects": version.subjects,
        "grades": version.grades, "textbook_sets": version.textbook_sets, "themes": version.themes,
        "terms": [version.term],
    }  # fmt: skip
    found = [lists.label(name, code) for name, chosen in codes.items() for code in chosen if code]
    numbers = [code.removeprefix("lop-") for code in version.grades]
    found += [f"khối {number} · K{number}" for number in numbers]
    return [*found, f"Tuần {version.week}"] if version.week else found


def quality_bonus(resource: Resource, version: ResourceVersion) -> float:
    """Facts in score units, together at most 1.0; a good title match is worth ten (search.md section 3)."""
    current = resource.next_review_on is not None and resource.next_review_on >= clock.today()
    facts = (
        0.3 * (resource.annual_product_year is not None),
        0.3 * (resource.spread_reason is not None),
        0.2 * current,
    )
    use = 0.05 * len(str(resource.download_count)) if resource.download_count else 0.0
    programme = 1.0 if version.programme == "cu" else 0.0
    return max(-1.0, min(1.0, sum(facts) + min(0.2, use) - programme))
