"""Strings that make a pattern work hard: each repetition pumped up, after what leads there, before a refusal."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_CLASSES = {
    codes.CATEGORY_DIGIT: "1", codes.CATEGORY_NOT_DIGIT: "a", codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_NOT_SPACE: "a", codes.CATEGORY_WORD: "a", codes.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_UNLIKELY = "\x01"
_LETTERS = "a1 -.\n\tZạ\"'<,/_@:x0"


def attacks(pattern: str, flags: int, length: int) -> Iterator[str]:
    """Different strings of about `length` characters, at most some dozens."""
    seen = set()
    for begin, body in [("", letter) for letter in _LETTERS[:6]] + list(_pumps(_parsed(pattern, flags))):
        if body and (begin, body) not in seen and len(seen) < 40:
            seen.add((begin, body))
            pumped = begin + body * (max(1, length - len(begin)) // len(body))
            yield pumped + _UNLIKELY
            yield pumped


def _parsed(pattern: str, flags: int) -> Any:
    """The tree of the standard library's parser; what only `regex` knows is written as its nearest neighbour."""
    plain = re.sub(r"\\[pP]\{(\w+)\}", lambda found: "A-Z" if "Lu" in found[1] else r"\w", pattern)
    plain = re.sub(r"(?<!\\)([*+?}])\+", r"\1", plain).replace("(?V1)", "")
    plain = re.sub(r"\[A-Z\]|(?<!\[)A-Z", "[A-Z]", plain) if plain != pattern else plain
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return parser.parse(plain, flags & (re.IGNORECASE | re.VERBOSE | re.DOTALL | re.MULTILINE))
        except re.error:
            return parser.parse("")


def _pumps(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """(what leads to it, what is repeated) for each repetition in the tree; what leads there is repeated too."""
    for operator, value in tree:
        yield from _inner(operator, value, before)
        before += _sample([(operator, value)])
    if before:
        yield "", before[:40]


def _inner(operator: Any, value: Any, before: str) -> Iterator[tuple[str, str]]:
    if operator in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        _least, most, body = value
        if most > 8:
            for choice in range(3):
                yield before, _sample(body, choice) or "a"
        yield from _pumps(body, before)
    elif operator is codes.SUBPATTERN:
        yield from _pumps(value[-1], before)
    elif operator is codes.BRANCH:
        for option in value[1]:
            yield from _pumps(option, before)
    elif operator is codes.ATOMIC_GROUP:
        yield from _pumps(value, before)
    elif operator in (codes.ASSERT, codes.ASSERT_NOT):
        yield from _pumps(value[1], before)


def _sample(tree: Any, choice: int = 0) -> str:
    """A string that the tree matches, more or less: the `choice`-th option where there are several."""
    return "".join(_one(operator, value, choice) for operator, value in tree)


def _one(operator: Any, value: Any, choice: int) -> str:
    match operator:
        case codes.LITERAL:
            return chr(value)
        case codes.NOT_LITERAL:
            return "a" if value != ord("a") else "b"
        case codes.ANY:
            return "a"
        case codes.IN:
            return _of_class(value, choice)
        case codes.BRANCH:
            return _sample(value[1][choice % len(value[1])], choice)
        case codes.SUBPATTERN:
            return _sample(value[-1], choice)
        case codes.ATOMIC_GROUP:
            return _sample(value, choice)
        case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
            return _sample(value[2], choice) * max(value[0], int(choice > 0 or value[1] > 8))
    return ""


def _of_class(items: Any, choice: int) -> str:
    found = [letter for operator, value in items for letter in _letters(operator, value)]
    if items and items[0][0] is codes.NEGATE:
        return next((letter for letter in _LETTERS[choice:] if letter not in found), "~")
    return found[choice % len(found)] if found else "a"


def _letters(operator: Any, value: Any) -> str:
    match operator:
        case codes.LITERAL:
            return chr(value)
        case codes.RANGE:
            return chr(value[0]) + chr(value[1])
        case codes.CATEGORY:
            return _CLASSES.get(value, "a")
    return ""
