"""Snippets: a window of the stored text around the hits, HTML-escaped, with <mark>. Its marks stay."""

from collections.abc import Collection, Sequence
from html import escape

from indexer.vietnamese import Token, normalise, surface_places

WINDOW = 240  # characters of a snippet
_PIECE = 2_000  # characters looked at in one go; the first piece with every asked word is enough
_SCAN = 20_000  # characters looked at for the best piece; searched on only if nothing is found
Phrases = Collection[tuple[str, ...]]


def highlight(text: str, words: Collection[str], phrases: Phrases = ()) -> str:
    """The whole text as HTML with every asked word marked."""
    text = normalise(text)
    return _mark(text, 0, len(text), _marked(text, words, phrases))


def snippet(text: str, words: Collection[str], phrases: Phrases = (), width: int = WINDOW) -> str:
    """The part of `text` (about `width` characters) with the most distinct asked words, as HTML."""
    text = normalise(text)
    begin_at, found = _best_piece(text, words, phrases) if words or phrases else (0, [])
    piece = text[begin_at : begin_at + _PIECE + width]
    first = _best_start(found, width)
    begin = max(0, first - width // 4)
    if begin:
        blank = piece.rfind(" ", max(0, begin - 20), first + 1)
        begin = blank + 1 if blank >= 0 else begin
    end = min(len(piece), begin + width)
    if end < len(piece):
        blank = piece.rfind(" ", begin + width // 2, end + 1)
        end = blank if blank > 0 else end
    before = "… " if begin or begin_at else ""
    return before + _mark(piece, begin, end, found) + (" …" if begin_at + end < len(text) else "")


def _best_piece(text: str, words: Collection[str], phrases: Phrases) -> tuple[int, list[Token]]:
    """Start and marked tokens of the piece with the most distinct asked words; the first of equals."""
    best: tuple[int, list[Token]] = (0, [])
    most, start = 0, 0
    while start < len(text) and (start < _SCAN or not most):
        found = _marked(text[start : start + _PIECE + WINDOW], words, phrases)
        distinct = len({token.folded for token in found})
        if distinct > most:
            most, best = distinct, (start, found)
        if most >= len(words) > 0:
            break
        blank = text.find(" ", start + _PIECE)
        start = blank + 1 if 0 < blank < start + _PIECE + WINDOW else start + _PIECE
    return best


def _marked(text: str, words: Collection[str], phrases: Phrases) -> list[Token]:
    """The asked words and phrases of `text`, in order."""
    folded, starts, ends = surface_places(text)
    wanted = {number for number, word in enumerate(folded) if word in words}
    firsts = {phrase[0] for phrase in phrases}
    for place in [number for number, word in enumerate(folded) if word in firsts] if firsts else ():
        for phrase in phrases:
            if tuple(folded[place : place + len(phrase)]) == phrase:
                wanted.update(range(place, place + len(phrase)))
    return [Token(folded[number], starts[number], ends[number]) for number in sorted(wanted)]


def _best_start(found: Sequence[Token], width: int) -> int:
    best, best_start = 0, 0
    for number, token in enumerate(found[:200]):
        inside = {
            other.folded for other in found[number : number + 40] if other.end <= token.start + width * 3 // 4
        }
        if len(inside) > best:
            best, best_start = len(inside), token.start
    return best_start


def _mark(text: str, begin: int, end: int, found: Sequence[Token]) -> str:
    parts, place = [], begin
    for token in found:
        if token.start < place or token.end > end:
            continue
        parts += [
            escape(text[place : token.start]),
            "<mark>",
            escape(text[token.start : token.end]),
            "</mark>",
        ]
        place = token.end
    parts.append(escape(text[place:end]))
    return "".join(parts)
