"""Words in the reader's language: Vietnamese is the source, English a translation.

`_()` around every sentence a person may read; message ids are the Vietnamese sentences themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Self

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask.templating import Environment
from flask_babel import Babel
from flask_babel import gettext as translated
from flask_babel.speaklater import LazyString
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "ngon_ngu"

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)

__all__ = ["LANGUAGES", "LANGUAGE_COOKIE", "_", "_l", "compile_in", "language", "register_babel", "speaking"]


def _(text: str, /, **values: object) -> str:
    """The sentence in the reader's language; in Vietnamese it is the message id itself, no look-up needed."""
    spoken = language()
    if spoken == LANGUAGES[0]:
        said = text
    else:
        said = str(_catalogue(spoken).gettext(text) if _spoken.get() else translated(text))
    return said % values if values else said


def _l(text: str, /, **values: object) -> LazyString:
    """A sentence said later, in the language of whoever reads it: for tables of labels."""
    return LazyString(_, text, **values)


def _markup(text: str, /, **values: object) -> Markup:
    """`_` of templates: the sentence is ours and may hold tags, what is put into it is escaped."""
    said = Markup(_(text))  # noqa: S704  # a message id or its translation, both in this repository
    return said % values if values else said


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Inside, sentences are in this language, whoever asks: letters are written in their readers' own."""
    token = _spoken.set(code if code in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(Path(__file__).parents[1] / "translations", [code])


def language() -> str:
    """The language of this request: the person's choice, else Vietnamese."""
    if spoken := _spoken.get():
        return spoken
    if not has_request_context():
        return LANGUAGES[0]
    known: str | None = g.get("language")
    if known is None:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        known = g.language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return known


class TranslatedEnvironment(Environment):
    """The templates in one language; what is the same at each use is put into them when they are compiled.

    A page says a hundred sentences and shows forty icons: compiled in, they are one text with the markup around them.
    """

    language = LANGUAGES[0]

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.compiled_in: dict[str, Callable[..., str]] = {}
        """Name of a function -> it; its answer depends on nothing but its arguments and the language."""

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002
        spoken = language()
        environment = self if spoken == self.language else self._others[spoken]
        return super(TranslatedEnvironment, environment)._load_template(name, globals)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        with speaking(self.language):
            compiled = _CompiledIn(self.compiled_in).visit(source)
        return super()._generate(compiled, name, filename, defer_init)

    @cached_property
    def _others(self) -> dict[str, Self]:
        """Environments of the other languages, made when the first template is wanted in one of them."""
        others = {code: self.overlay() for code in LANGUAGES if code != self.language}
        for code, environment in others.items():
            environment.language = code
        return others


class _CompiledIn(NodeTransformer):
    """A call of one of the functions with texts as its arguments becomes its answer."""

    def __init__(self, functions: dict[str, Callable[..., str]]) -> None:
        self._functions = functions

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        function = self._functions.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        texts = [each.value for each in node.args if isinstance(each, nodes.Const)]
        if function is None or node.kwargs or len(texts) != len(node.args):
            return self.generic_visit(node)
        return nodes.Const(function(*texts), lineno=node.lineno)


def compile_in(app: Flask, **functions: Callable[..., str]) -> None:
    """Give the functions to templates by these names, called when these are compiled wherever that is possible."""
    app.jinja_env.globals.update(functions)
    app.jinja_env.compiled_in.update(functions)  # type: ignore[attr-defined]


def register_babel(app: Flask) -> None:
    """Give templates and services their words; before anything else looks at the templates."""
    app.config.update(
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    app.jinja_environment = TranslatedEnvironment  # type: ignore[assignment]
    Babel(app, locale_selector=language)
    compile_in(app, _=_markup)
