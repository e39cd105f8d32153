"""The forms in which a query is asked, one after another: as typed, then with one edit, then with fewer words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from indexer.query import QueryText, SearchRequest, Syllable

_FUZZY_LENGTH = 4
_RARE = 3
_FEW_SYLLABLES = 100
"""Of more, a hit that holds many stands first anyway, and a server takes 1024 clauses in all."""


class Counted(Protocol):
    """A page that knows its exact total."""

    @property
    def total(self) -> int:
        """All hits."""


P = TypeVar("P", bound=Counted)


@dataclass(frozen=True)
class Form:
    """A hit holds `required` of the syllables; those that hold `strict` of them stand before all others."""

    text: QueryText
    required: int
    strict: int | None = None


@dataclass(frozen=True)
class Found(Generic[P]):
    """The page that is shown, the form that found it and what was loosened for it."""

    page: P
    form: Form
    relaxed: bool = False
    fuzzy: bool = False


def find(
    text: QueryText,
    relax_below: int,
    ask: Callable[[Form], P],
    is_poor: Callable[[Form], bool],
    rarest: Callable[[Sequence[Syllable]], Syllable | None],
) -> Found[P]:
    """Ask strictly; only where that gives fewer than `relax_below` hits and `is_poor`, ask again.

    Where nothing holds the words as typed, one edit of the rarest is allowed, if it is rare at all; where that too
    finds little, fewer words are asked for as well, and the score alone decides: a text that happens to hold a
    neighbour of every word is no better than a title that holds all but one.
    """
    strict = Form(text, text.required)
    found = Found(ask(strict), strict)
    if found.page.total >= relax_below or not text.syllables or not is_poor(strict):
        return found
    first_of_all: int | None = text.required if len(text.syllables) <= _FEW_SYLLABLES else None
    if found.page.total == 0:
        mistyped = rarest(perhaps) if (perhaps := _perhaps_mistyped(text)) else None
        if mistyped:
            one_edit = Form(_with_one_edit(text, mistyped), text.required)
            near = ask(one_edit)
            if near.total:
                found, first_of_all = Found(near, one_edit, fuzzy=True), None
            if near.total >= relax_below:
                return found
    if text.required > 1:
        wide = Form(found.form.text, 1, strict=first_of_all)
        wider = ask(wide)
        if wider.total > found.page.total:
            return Found(wider, wide, relaxed=True, fuzzy=found.fuzzy)
    return found


def is_rare(texts: int, of: int) -> bool:
    """Whether a word that `texts` of `of` texts hold may be a slip: whatever many write is meant."""
    return texts <= max(_RARE, of // 50)


def _perhaps_mistyped(text: QueryText) -> list[Syllable]:
    """Words long enough for a slip: no numbers, nothing that is known to mean something."""
    return [
        each for each in text.syllables
        if len(each.folded) >= _FUZZY_LENGTH and each.folded.isalpha() and not each.readings
    ]  # fmt: skip


def without_choices(request: SearchRequest) -> SearchRequest | None:
    """The request without the user's own choices, None when he made none: a search that only they made small
    is not widened, because he sees them."""
    if not any(request.filters.values()) and not request.ranges:
        return None
    return replace(request, filters={}, ranges={})


def _with_one_edit(text: QueryText, rarest: Syllable) -> QueryText:
    return replace(text, syllables=tuple(replace(each, fuzzy=each is rarest) for each in text.syllables))
