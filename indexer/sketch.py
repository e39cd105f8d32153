"""A small sketch of a text, by which nearly equal texts are found: MinHash with one permutation and bands (R33).

Two sketches agree in about the share of places that their texts share runs of three words (Jaccard index).
"""

import zlib
from collections.abc import Sequence

from indexer.vietnamese import analyse, folded_tokens

PLACES, ROWS = 64, 4
"""16 bands of 4: texts that share 0.7 of their runs meet in a band in 99 of 100 cases."""
_RUN, _FEWEST, _BITS = 3, 30, 16
_FAR = (zlib.crc32(b"far") & 0xFFFF) | 1


def sketch(text: str) -> list[int] | None:
    """64 numbers below 65,536; None for a text of fewer than thirty runs, which resembles too many others."""
    words = folded_tokens(analyse(text))
    runs = {zlib.crc32(" ".join(words[at : at + _RUN]).encode()) for at in range(len(words) - _RUN + 1)}
    if len(runs) < _FEWEST:
        return None
    least: dict[int, int] = {}
    for run in runs:
        place, value = run % PLACES, run // PLACES
        if value < least.get(place, 1 << 32):
            least[place] = value
    result = []
    source = max(least)
    for place in range(PLACES):
        # An empty place borrows from the one before, changed by the distance so that two borrowed ones differ.
        source = place if place in least else source
        result.append(_mixed(least[source], (place - source) % PLACES))
    return result


def _mixed(value: int, steps: int) -> int:
    return ((value * 2654435761 + steps * _FAR) >> 7) & ((1 << _BITS) - 1)


def bands(numbers: Sequence[int]) -> list[str]:
    """16 keys; texts that are nearly equal have one in common."""
    found = []
    for start in range(0, PLACES, ROWS):
        part = ",".join(map(str, numbers[start : start + ROWS]))
        found.append(f"{start // ROWS:x}{zlib.crc32(part.encode()):08x}")
    return found


def likeness(first: Sequence[int], second: Sequence[int]) -> float:
    """Share of places in which two sketches agree, 0 to 1."""
    return sum(a == b for a, b in zip(first, second, strict=True)) / PLACES
