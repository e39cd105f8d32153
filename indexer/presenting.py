"""What an answer shows of the found records: marked titles and snippets, facet values in their order."""

from collections.abc import Collection, Mapping

from indexer.highlighting import highlight, snippet
from indexer.query import QueryText
from indexer.results import FacetValue, Hit

MAX_FACET_VALUES = 2000
Marks = tuple[frozenset[str], tuple[tuple[str, ...], ...]]


def marked_words(text: QueryText) -> Marks:
    """Syllables and phrases that a snippet marks."""
    words = {syllable.folded for syllable in text.syllables}
    phrases = list(text.phrases)
    for syllable in text.syllables:
        phrases += [reading.words for reading in syllable.readings]
    words |= {phrase[0] for phrase in phrases if len(phrase) == 1}
    return frozenset(words), tuple(dict.fromkeys(phrase for phrase in phrases if len(phrase) > 1))


def shown_hit(
    document_id: str, score: float, stored: Mapping[str, str | None], marks: Marks, revision: int
) -> Hit:
    """A hit with its title and the better of two snippets; `stored` holds kind and the texts as given."""
    words, phrases = marks
    descr, body = stored.get("descr_text") or "", stored.get("body_text") or ""
    part = snippet(descr, words, phrases)
    if "<mark>" not in part and body:
        from_body = snippet(body, words, phrases)
        part = from_body if "<mark>" in from_body or not part else part
    title = highlight(stored.get("title_text") or "", words, phrases)
    return Hit(document_id, score, title, part, stored.get("kind") or "resource", revision)


def facet_values(counts: Mapping[str, int], chosen: Collection[str]) -> list[FacetValue]:
    """Values by count, then name; a chosen one without hits stays listed."""
    all_counts = dict.fromkeys(chosen, 0) | dict(counts)
    ordered = sorted(all_counts.items(), key=lambda item: (-item[1], item[0]))
    return [FacetValue(value, count, value in chosen) for value, count in ordered]
