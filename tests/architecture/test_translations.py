"""Every text of the service exists in Vietnamese and in English, with the same placeholders."""

import functools
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.architecture.source_tree import ROOT, SERVICE

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
Texts = tuple[str, ...]


@functools.cache
def texts() -> frozenset[Texts]:
    """Every gettext string as (singular,) or (singular, plural); the message ids are the Vietnamese text."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "_n": (1, 2)}  # the same as in the Makefile
    found = extract_from_dir(ROOT, methods, options, keywords, directory_filter=is_source)
    return frozenset(message if isinstance(message, tuple) else (message,) for _, _, message, _, _ in found)


def is_source(folder: object) -> bool:
    name = Path(str(folder)).name
    return not name.startswith(".") and name not in {"var", "node_modules", "tests", "frontend", "dist"}


@functools.cache
def catalogue(locale: str) -> Catalog:
    path = SERVICE / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        read = read_po(file, locale=locale)
    if not len(read):
        pytest.skip(f"the {locale} catalogue is still empty: make messages")
    return read


def translation(locale: str, message: Texts) -> Texts:
    entry = catalogue(locale).get(message[0])
    if entry is None or entry.fuzzy:
        return ()
    return entry.string if isinstance(entry.string, tuple) else (str(entry.string),)


def placeholders(text: str) -> set[str]:
    return {"".join(names) for names in PLACEHOLDER.findall(text)}


def test_every_text_is_translated_into_english() -> None:
    assert sorted(m[0] for m in texts() if not all(translation("en", m) or ("",))) == []


def test_every_text_stands_in_the_vietnamese_catalogue_as_itself() -> None:
    """An empty Vietnamese entry means the message id itself; anything else must be the same text."""
    known = {m: catalogue("vi").get(m[0]) for m in texts()}
    assert sorted(m[0] for m, entry in known.items() if entry is None) == []
    assert [m[0] for m in known if set(translation("vi", m)) - {"", *m}] == []


def test_translations_keep_the_placeholders() -> None:
    wrong = [
        (m[0], text)
        for m in texts()
        for text in translation("en", m)
        if text and not placeholders(text) <= placeholders(" ".join(m))
    ]
    assert wrong == []


def test_no_catalogue_keeps_texts_that_nobody_says() -> None:
    said = {m[0] for m in texts()}
    for locale in ("vi", "en"):
        kept = {e.id[0] if isinstance(e.id, tuple) else e.id for e in catalogue(locale) if e.id}
        assert kept - said == set(), locale
