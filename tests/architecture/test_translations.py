"""Every text of the service exists in Vietnamese and in English, with the same placeholders."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import jinja2.nodes
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.architecture.source_tree import ROOT, SERVICE, files, product_modules, relative, tree_of

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
VIETNAMESE = re.compile(r"[\u00c0-\u01b0\u1ea0-\u1ef9]")
SAYING = {"_", "_l"}
OWN_NAMES = {"Tiếng Việt"}
"""A language is named in its own words, whatever the language of the page."""
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


def template_syntax() -> Iterator[tuple[str, jinja2.nodes.Template]]:
    parser = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in files(".html", under="repo_service/"):
        yield relative(path), parser.parse(path.read_text())


def said_in_templates(tree: jinja2.nodes.Node) -> list[jinja2.nodes.Call]:
    return [c for c in tree.find_all(jinja2.nodes.Call) if getattr(c.node, "name", "") in SAYING]


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
        if text and placeholders(text) != placeholders(" ".join(m))
    ]
    assert wrong == []


def test_no_catalogue_keeps_texts_that_nobody_says() -> None:
    said = {m[0] for m in texts()}
    for locale in ("vi", "en"):
        kept = {e.id[0] if isinstance(e.id, tuple) else e.id for e in catalogue(locale) if e.id}
        assert kept - said == set(), locale


def test_sentences_of_the_code_are_written_out_where_they_are_said() -> None:
    """A name or an f-string inside _() is never gathered, so nobody could translate it."""
    unwritten = [
        f"{relative(path)}:{node.lineno}"
        for path in product_modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING
        if not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    # _l hands its own text on, once
    assert [place for place in unwritten if not place.startswith("repo_service/core/i18n.py")] == []


def test_sentences_of_the_templates_are_written_out_where_they_are_said() -> None:
    unwritten = [
        f"{name}:{call.lineno}"
        for name, tree in template_syntax()
        for call in said_in_templates(tree)
        if not (call.args and isinstance(call.args[0], jinja2.nodes.Const))
    ]
    assert unwritten == []


def test_templates_say_nothing_in_vietnamese_past_the_translations() -> None:
    leaks = []
    for name, tree in template_syntax():
        said = {id(text) for call in said_in_templates(tree) for text in call.args}
        words = [(data.lineno, data.data) for data in tree.find_all(jinja2.nodes.TemplateData)]
        words += [
            (text.lineno, text.value) for text in tree.find_all(jinja2.nodes.Const) if id(text) not in said
        ]
        leaks += [
            f"{name}:{line} {t!r}" for line, t in words if VIETNAMESE.search(str(t)) and t not in OWN_NAMES
        ]
    assert leaks == []
