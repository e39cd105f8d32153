"""The rows of the board for a viewer and a filter: one year with every duty, or one duty over several years."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from indexer.vietnamese import sort_key
from repo_service.annual_products import board as products
from repo_service.annual_products.duty import Duty, Lead
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.school_year import SchoolYear
from repo_service.curation.queries import CurationFacts, curation_facts, due_works
from repo_service.curriculum import seed_data
from repo_service.curriculum.queries import vocabularies
from repo_service.duty_board import queries
from repo_service.duty_board.cells import DUTIES, Cell, curation_cell, product_cell, reviews_cell
from repo_service.duty_board.queries import Nudged, Tally
from repo_service.organizations.models import Cluster
from repo_service.organizations.province_settings import current_school_year

YEARS = 5
"""Years side by side, and years that one may choose."""


@dataclass(frozen=True)
class Filters:
    """What the board is narrowed to; an unknown level or area finds nothing."""

    school_year: str
    level: str = ""
    area: str = ""
    """A commune's id, or the name of a former district."""


@dataclass(frozen=True)
class Row:
    """One cluster in one year; cells in the order of `DUTIES`."""

    cluster: Cluster
    schools: int
    kinds: Sequence[str]
    """Labels of the cluster's kinds (B3)."""
    leads: Sequence[Lead]
    cells: Sequence[Cell]
    nudges: dict[str, Nudged]


@dataclass(frozen=True)
class Board:
    """Rows in the order of the alphabet, never ranked, and the areas that one may narrow to."""

    filters: Filters
    rows: Sequence[Row]
    areas: Sequence[tuple[str, str]]
    time_left: str

    @property
    def with_product(self) -> int:
        """Clusters whose product of the year is met."""
        return sum(row.cells[0].is_met for row in self.rows)


@dataclass(frozen=True)
class Side:
    """One cluster over the years: a cell of the chosen duty per year, None where the cluster was not there."""

    cluster: Cluster
    cells: Sequence[Cell | None]


@dataclass(frozen=True)
class Years:
    """Several years of one duty side by side, the newest first."""

    duty: str
    years: Sequence[str]
    rows: Sequence[Side]
    areas: Sequence[tuple[str, str]]


def known_years() -> list[str]:
    """The years of the board, the next one first."""
    start = current_school_year().start + 1
    return [SchoolYear(start - back).key for back in range(YEARS + 1)]


def read_board(viewer: Viewer, filters: Filters, cluster_ids: Sequence[str] | None = None) -> Board:
    """The board of one year, of some clusters when told; the number of statements does not grow with them."""
    year = filters.school_year
    every = products.duties_of_years(viewer, [year], cluster_ids=cluster_ids)[year]
    places = _Places(every)
    found = [duty for duty in every if places.is_meant(duty, filters)]
    ids = [duty.cluster.id for duty in found]
    facts, nudges = _Facts(ids, [year]), queries.last_nudges(ids, year)
    rows = [
        Row(
            duty.cluster, duty.schools, _kinds(duty.cluster), duty.leads, facts.cells(duty),
            {code: last for code in DUTIES if (last := nudges.get((duty.cluster.id, code)))},
        )
        for duty in found
    ]  # fmt: skip
    return Board(filters, rows, places.options(), products.time_left(every[0]) if every else "")


def read_years(viewer: Viewer, filters: Filters, duty: str) -> Years:
    """One duty over the last years; as many statements as for one year."""
    years = known_years()[1:]
    by_year = products.duties_of_years(viewer, years)
    places = _Places([each for found in by_year.values() for each in found])
    cells: dict[str, dict[str, Cell]] = {}
    clusters: dict[str, Cluster] = {}
    ids = list({each.cluster.id for found in by_year.values() for each in found})
    facts = _Facts(ids, years, [duty])
    for year, found in by_year.items():
        for each in found:
            if places.is_meant(each, filters):
                clusters[each.cluster.id] = each.cluster
                cells.setdefault(each.cluster.id, {})[year] = facts.cell(duty, each)
    ordered = sorted(clusters.values(), key=lambda cluster: (cluster.name_sort, cluster.id))
    sides = [Side(cluster, [cells[cluster.id].get(year) for year in years]) for cluster in ordered]
    return Years(duty, years, sides, places.options())


def cluster_row(viewer: Viewer, cluster_id: str, school_year: str) -> Row | None:
    """One cluster's row; None when it is not the viewer's to see, or was not there that year."""
    duty = products.duty_of(viewer, cluster_id, school_year)
    if duty is None:
        return None
    nudges = queries.last_nudges([cluster_id], school_year)
    return Row(
        duty.cluster, duty.schools, _kinds(duty.cluster), duty.leads,
        _Facts([cluster_id], [school_year]).cells(duty), {code: last for (_id, code), last in nudges.items()},
    )  # fmt: skip


class _Facts:
    """What the cells beside the product are made of, for many clusters: a few statements for each year at most."""

    def __init__(
        self, cluster_ids: Sequence[str], years: Sequence[str], duties: Collection[str] = tuple(DUTIES)
    ) -> None:
        self._this_year = current_school_year().key
        self._tallies = queries.review_tallies(cluster_ids, years) if "reviews" in duties else {}
        self._curation: dict[str, dict[str, CurationFacts]] = {}
        self._due: dict[str, int] = {}
        if "curation" in duties:
            self._curation = {year: curation_facts(cluster_ids, year) for year in years}
            if self._this_year in years:
                self._due = due_works(cluster_ids)

    def cells(self, duty: Duty) -> list[Cell]:
        """Every cell of a cluster in the duty's year."""
        return [self.cell(code, duty) for code in DUTIES]

    def cell(self, code: str, duty: Duty) -> Cell:
        """One cell of a cluster in the duty's year."""
        cluster_id, year = duty.cluster.id, duty.school_year
        match code:
            case "product":
                return product_cell(duty)
            case "reviews":
                return reviews_cell(cluster_id, year, self._tallies.get((cluster_id, year), Tally()))
        facts = self._curation.get(year, {}).get(cluster_id, CurationFacts())
        due = self._due.get(cluster_id, 0) if year == self._this_year else 0
        return curation_cell(cluster_id, year, facts, due)


def _kinds(cluster: Cluster) -> list[str]:
    kinds = dict.fromkeys(scope.kind for scope in cluster.scopes)
    return [vocabularies().label("cluster_kinds", kind) for kind in kinds]


class _Places:
    """The communes of the member schools, and the former districts that they lie in (R5: names to find by)."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._communes = queries.communes({commune for duty in duties for commune in duty.communes})
        districts = {commune.code: commune.former_district for commune in seed_data.communes()}
        self._district = {key: districts.get(code, "") for key, (_name, code) in self._communes.items()}

    def is_meant(self, duty: Duty, filters: Filters) -> bool:
        """Whether the cluster works at the level and has a school in the area that were asked for."""
        if filters.level and not products.is_of_level(duty, filters.level):
            return False
        return not filters.area or any(
            filters.area in (commune, self._district.get(commune)) for commune in duty.communes
        )

    def options(self) -> list[tuple[str, str]]:
        """(value, label): communes, then former districts, each in the order of the alphabet."""
        communes = [(key, name) for key, (name, _code) in self._communes.items()]
        districts = sorted({name for name in self._district.values() if name}, key=sort_key)
        return communes + [(name, _("%(name)s cũ", name=name)) for name in districts]
