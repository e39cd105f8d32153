"""Words in the reader's language: Vietnamese is the source, English a translation.

`_()` around every sentence a person may read; message ids are the Vietnamese sentences themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from flask_babel import gettext as translated
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "ngon_ngu"

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)

__all__ = ["LANGUAGES", "LANGUAGE_COOKIE", "_", "_l", "language", "register_babel", "speaking"]


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


def register_babel(app: Flask) -> None:
    """Give templates and services their words."""
    app.config.update(
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    Babel(app, locale_selector=language)
    app.jinja_env.globals["_"] = (
        _markup  # a page says about seventy sentences: no look at the context for each
    )
