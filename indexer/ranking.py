"""What lifts a hit, equal on every engine: weights of fields and views, bounded bonuses, likeness, recency."""

import zlib
from typing import NamedTuple

from indexer.query import QueryText
from indexer.vietnamese import analyse, folded_tokens, pairs

WEIGHTS = (("title", 4.0), ("descr", 2.0), ("body", 1.0))
PAIR_FACTOR = 0.5
EXACT_FACTOR = 0.5
WHOLE_TITLE_BONUS = 2.0  # bounded: the same on every engine
STRICT_FIRST = 4096.0  # above any score of 200 syllables; leaves float32 three decimals
MOST_LIFTED = 40  # pairs and typed syllables that rank: a server takes 1024 clauses in all
SUGGEST_POOL = 100  # titles from which equal ones are dropped
PREFIX_LENGTHS = range(1, 9)
BONUS_BITS = (1, 2, 4, 8, 16)  # weight of a bit: 0.1; 16 = no bonus, so the usual record costs one posting
NO_BONUS = 16
BONUS_STEP = 0.1


class Term(NamedTuple):
    """One finished token in one field, and the factor of its score."""

    field: str
    word: str
    weight: float = 1.0


class HalfTyped(NamedTuple):
    """A text to complete: whole syllables, the beginning of the last one, and what ranks its titles."""

    whole: tuple[str, ...]
    last: str
    ranking: tuple[Term, ...]


def lifting_terms(text: QueryText) -> list[Term]:
    """Pairs of syllables and, where a mark was typed, the syllables as typed; where marks are known, as meant."""
    side_by_side = list(dict.fromkeys(pairs(text.folded)))[:MOST_LIFTED]
    terms = [Term(f"{field}_pair", pair, weight * PAIR_FACTOR)
             for pair in side_by_side for field, weight in WEIGHTS]  # fmt: skip
    meant = text.restored or (text.exact if text.marked else ())
    terms += [Term(f"{field}_exact", word, weight * EXACT_FACTOR)
              for word in list(dict.fromkeys(meant))[:MOST_LIFTED] for field, weight in WEIGHTS]  # fmt: skip
    return terms


def half_typed(prefix: str) -> HalfTyped | None:
    """How titles are found and ranked for a half-typed text; None when it holds no syllable."""
    exact = analyse(prefix[:200])
    if not exact:
        return None
    folded = folded_tokens(exact)
    ranking = [Term("title", folded[-1])] + [Term("title_pair", pair) for pair in pairs(folded)]
    if exact != folded:
        ranking += [Term("title_exact", word) for word in exact]
    return HalfTyped(tuple(dict.fromkeys(folded[:-1])), folded[-1], tuple(ranking))


def likeness(title: str, descr: str) -> list[Term]:
    """Words and pairs of words that records like this one share with it."""
    first = folded_tokens(analyse(title))[:20]
    second = folded_tokens(analyse(descr[:1000]))[:40]
    terms = [Term(f"{field}_pair", pair, weight) for field, weight in WEIGHTS[:2]
             for pair in dict.fromkeys(pairs(first) + pairs(second))]  # fmt: skip
    return terms + [Term("title", word) for word in dict.fromkeys(first)]


def bonus_bits(bonus: float) -> list[int]:
    """The bits of a quality bonus (-1..1) in steps of 0.1; their weights add up to it, plus the same for all."""
    level = NO_BONUS + round(min(max(bonus, -1.0), 1.0) / BONUS_STEP)
    return [bit for bit in BONUS_BITS if level & bit]


def recency(updated_at: int, document_id: str) -> int:
    """One number that orders by `updated_at` desc, then id asc, when sorted descending."""
    number = int(document_id) if document_id.isdecimal() else zlib.crc32(document_id.encode())
    return (min(max(updated_at, 0), 2**31 - 1) << 32) | (2**32 - 1 - min(number, 2**32 - 1))
