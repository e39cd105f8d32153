"""The whole text: lists first, then what stands outside them, in the order of the text."""

from __future__ import annotations

import unicodedata
from itertools import accumulate

import regex

from indexer.personal_data.births import find_births
from indexer.personal_data.columns import find_columns
from indexer.personal_data.findings import Finding
from indexer.personal_data.hardships import hard_lives
from indexer.personal_data.homes import find_homes
from indexer.personal_data.numbers import find_numbers
from indexer.personal_data.passage import Passage
from indexer.personal_data.people import names_of_lists
from indexer.personal_data.pupils import find_pupils
from indexer.personal_data.rosters import judge_lists, rosters_of

_MORE = 12
"""Characters by which a place goes on after another one, so that the rest is told too."""
_CLUSTER = regex.compile(r"\P{M}\p{M}*|\p{M}+")


def find_personal_data(text: str) -> list[Finding]:
    """Every place of `text` that names private facts; a place inside another one is told once."""
    return _found_in(text) if unicodedata.is_normalized("NFC", text) else _in_composed(text)


def _found_in(text: str) -> list[Finding]:
    passage = Passage(text)
    kept: list[Finding] = []
    names = names_of_lists(passage)
    lists = judge_lists(passage, names)
    facts = [*find_numbers(passage), *find_births(passage), *find_homes(passage)]
    people = [*find_pupils(passage, facts, lists), *hard_lives(passage)]
    found = [
        *rosters_of(lists),
        *find_columns(passage, [name for name in names if name.sure]),
        *facts,
        *people,
    ]
    for finding in sorted(found, key=lambda each: (each.start, -each.end)):
        told = kept[-1].end if kept else 0
        if finding.start >= told:
            kept.append(finding)
        elif finding.end - told >= _MORE:
            kept.append(Finding(told, finding.end, finding.kind))
    return kept


def _in_composed(text: str) -> list[Finding]:
    """Places of a text whose marks stand apart: found in its composed form, told in its own characters."""
    clusters = _CLUSTER.findall(text)
    composed = [unicodedata.normalize("NFC", cluster) for cluster in clusters]
    ends_here = list(accumulate(map(len, composed), initial=0))
    ends_there = list(accumulate(map(len, clusters), initial=0))
    place = dict(zip(ends_here, ends_there, strict=True))
    found = _found_in("".join(composed))
    return [Finding(place.get(each.start, 0), place.get(each.end, len(text)), each.kind) for each in found]
