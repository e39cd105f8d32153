"""What somebody typed into a list, found among what Kho knows: the place, the role, the form of address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from indexer.vietnamese import fold
from repo_service.core.permissions import Viewer
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.models import Cluster, Organization
from repo_service.organizations.people.queries import places_of

SUGGESTIONS = 3
_OTHER_WORDS = {"gv": "giao-vien", "giao vien": "giao-vien", "ht": "hieu-truong", "pht": "pho-hieu-truong"}
_FORMS = {"co": "co", "ba": "co", "nu": "co", "thay": "thay", "ong": "thay", "nam": "thay"}
_PREFIX = re.compile(r"^(truong|cum chuyen mon|cum|th|tieu hoc|thcs|thpt)\s+")


@dataclass(frozen=True)
class Place:
    """A school or cluster by what it is called."""

    id: str
    name: str
    is_cluster: bool
    called: frozenset[str]


class Places:
    """The places the viewer may give roles in, found by code, name or an old name, however it is written."""

    def __init__(self, viewer: Viewer) -> None:
        schools, clusters = places_of(viewer)
        self._places = [*map(_of_school, schools), *map(_of_cluster, clusters)]

    def find(self, typed: str, *, cluster: bool) -> tuple[Place | None, Sequence[str]]:
        """(the one place that is meant, names that may be meant instead)."""
        among = [place for place in self._places if place.is_cluster == cluster]
        wanted = _plain(typed)
        found = [place for place in among if wanted in place.called]
        if len(found) == 1:
            return found[0], ()
        if found:
            return None, [place.name for place in found[:SUGGESTIONS]]
        names = {_plain(place.name): place.name for place in among}
        loose = {_PREFIX.sub("", name): name for name in names}
        close = get_close_matches(wanted, names, SUGGESTIONS, 0.6)
        close += [loose[each] for each in get_close_matches(_PREFIX.sub("", wanted), loose, SUGGESTIONS, 0.7)]
        return None, [names[each] for each in list(dict.fromkeys(close))[:SUGGESTIONS]]


def _of_school(row: Organization) -> Place:
    names = {row.name, row.code or "", *row.old_names}
    return Place(row.id, row.name, False, _called(names))


def _of_cluster(row: Cluster) -> Place:
    return Place(row.id, row.name, True, _called({row.name, *row.old_names}))


def _called(names: set[str]) -> frozenset[str]:
    """Each name, and each without the word "Trường" or "Cụm" that some put before it."""
    plain = {_plain(name) for name in names if name.strip()}
    return frozenset(
        plain | {re.sub(r"^(truong|cum) ", "", name) for name in plain} | {f"truong {name}" for name in plain}
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", fold(text)).split())


def role_of(typed: str) -> str | None:
    """The code of a role by its code, its words or a usual abbreviation; a teacher when nothing is said."""
    wanted = _plain(typed)
    if not wanted:
        return "giao-vien"
    known = {_plain(label): code for code, label in vocabularies().choices("roles")}
    known |= {_plain(code): code for code in list(known.values())}
    return _OTHER_WORDS.get(wanted) or known.get(wanted)


def is_of_cluster(role: str) -> bool:
    """Whether a role belongs to a cluster rather than to a school."""
    term = vocabularies().terms("roles").get(role)
    return term is not None and "cum" in (term.values.get("scopes") or ())


def form_of(typed: str) -> str:
    """co, thay or thay-co."""
    return _FORMS.get(_plain(typed), "thay-co")
