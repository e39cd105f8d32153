"""The name Kho guesses for a saved search: what was typed and the filters, in words."""

from __future__ import annotations

from repo_service.core.i18n import _
from repo_service.curriculum.queries import vocabularies
from repo_service.search.facet_labels import FEATURE_LABELS, VOCABULARIES
from repo_service.search.parameters import SearchParams
from repo_service.search.queries import cluster_names

LONGEST_NAME = 120


def name_for(params: SearchParams) -> str:
    """ "phân số · Lớp 6 · Toán"; at most LONGEST_NAME characters; one statement when a cluster is named."""
    words = [params.q.strip()] if params.q.strip() else []
    for field, codes in params.filters.items():
        labels = _labels(field, codes)
        words += [", ".join(labels[:3]) + ("…" if len(labels) > 3 else "")] if labels else []
    for first, last in (("from_year", "to_year"), ("updated_from", "updated_to")):
        bounds = [params.ranges.get(name, "…") for name in (first, last)]
        words += [" – ".join(bounds)] if bounds != ["…", "…"] else []
    name = " · ".join(words) or str(_("Tìm kiếm đã lưu"))
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _labels(field: str, codes: tuple[str, ...]) -> list[str]:
    if field in VOCABULARIES:
        return [vocabularies().short(VOCABULARIES[field], code) for code in codes]
    if field == "cluster":
        names = cluster_names(codes)
        return [names[code] for code in codes if code in names]
    if field == "feature":
        return [str(FEATURE_LABELS[code]) for code in codes if code in FEATURE_LABELS]
    return list(codes) if field == "school_year" else []
