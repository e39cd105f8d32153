"""Random changes to samples, the same for the same seed: for the short form, where atheris is not installed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_ODD = (b"\0", b"\xff" * 4, b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"<!DOCTYPE a [", b"&#0;", b"&a;", b"]]>")


def mutations(seeds: Sequence[bytes], number: int, seed: int = 4) -> Iterator[bytes]:
    """Each seed as it is, then `number` of them changed in one to four places."""
    yield from seeds
    chance = random.Random(seed)
    for _ in range(number):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 4)):
            _change(data, seeds, chance)
        yield bytes(data)


def _change(data: bytearray, seeds: Sequence[bytes], chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    end = min(len(data), place + chance.choice((1, 1, 2, 4, 16, 200)))
    match chance.randrange(5):
        case 0:
            data[place:end] = chance.randbytes(end - place)
        case 1:
            del data[place:end]
        case 2:
            data[place:place] = data[place:end] * chance.randint(1, 20)
        case 3:
            data[place:end] = chance.choice(_ODD)
        case _:
            other = chance.choice(seeds)
            begin = chance.randrange(len(other) + 1)
            data[place:end] = other[begin : begin + 64]
