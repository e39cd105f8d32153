"""Facets for people: labels from the controlled lists and the database, never from the index, in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexer import FacetValue
from indexer.vietnamese import sort_key
from repo_service.core.i18n import _, _l
from repo_service.curriculum.queries import vocabularies
from repo_service.search.queries import cluster_names, present_clusters

FEATURE_LABELS = {
    "san-pham-nam": _l("Sản phẩm năm của cụm"),
    "da-day": _l("Đã có trường dạy thử"),
    "hoa-nhap": _l("Có bản cho học sinh hòa nhập"),
    "nhan-rong": _l("Nhân rộng toàn tỉnh"),
}
VOCABULARIES = {
    "type": "resource_types",
    "grade": "grades",
    "subject": "subjects",
    "textbook": "textbook_sets",
    "level": "levels",
}
IN_LIST_ORDER = ("grade", "level", "school_year")


@dataclass(frozen=True)
class FacetChoice:
    """One value of a facet as people read it."""

    value: str
    label: str
    count: int | None
    """None: nobody counted, because the engine is away."""
    selected: bool


def facet_titles() -> dict[str, str]:
    """Headings of the groups."""
    return {
        "type": _("Loại học liệu"), "grade": _("Lớp"), "subject": _("Môn học"), "feature": _("Đặc điểm"),
        "textbook": _("Bộ sách"), "cluster": _("Cụm chuyên môn"), "school_year": _("Năm học"), "level": _("Cấp học"),
    }  # fmt: skip


def label_facets(facets: Mapping[str, Sequence[FacetValue]]) -> dict[str, list[FacetChoice]]:
    """Every facet with labels; one statement when clusters are among them.

    Classes, levels and school years stand in their own order, clusters by the alphabet, the rest by count.
    """
    clusters = cluster_names(value.value for value in facets.get("cluster", ()))
    return {
        name: _ordered(name, [_choice(name, value, clusters) for value in values])
        for name, values in facets.items()
    }


def uncounted_facets(chosen: Mapping[str, Sequence[str]]) -> dict[str, list[FacetChoice]]:
    """What may be chosen while the engine is away, from the lists themselves; one statement for the clusters."""
    lists = vocabularies()
    offered = {name: lists.choices(VOCABULARIES[name]) for name in ("type", "grade", "subject", "level")}
    offered["cluster"] = present_clusters()
    return {
        name: [FacetChoice(code, label, None, code in chosen.get(name, ())) for code, label in choices]
        for name, choices in offered.items()
    }


def _choice(name: str, value: FacetValue, clusters: Mapping[str, str]) -> FacetChoice:
    return FacetChoice(value.value, _label(name, value.value, clusters), value.count, value.selected)


def _label(name: str, code: str, clusters: Mapping[str, str]) -> str:
    match name:
        case "cluster":
            return clusters.get(code, code)
        case "feature":
            return str(FEATURE_LABELS.get(code, code))
        case "school_year":
            return code.replace("-", "–")
    return vocabularies().label(VOCABULARIES.get(name, name), code)


def _ordered(name: str, choices: list[FacetChoice]) -> list[FacetChoice]:
    if name == "cluster":
        return sorted(choices, key=lambda choice: sort_key(choice.label))
    if name == "school_year":
        return sorted(choices, key=lambda choice: choice.value, reverse=True)
    if name in IN_LIST_ORDER:
        order = {code: place for place, code in enumerate(vocabularies().terms(VOCABULARIES[name]))}
        return sorted(choices, key=lambda choice: order.get(choice.value, len(order)))
    return choices
