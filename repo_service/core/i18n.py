"""Words in the reader's language: Vietnamese is the source, English a translation.

`_()` around every sentence a person may read; message ids are the Vietnamese sentences themselves.
"""

from __future__ import annotations

from flask import Flask, g, has_request_context, request
from flask_babel import Babel
from flask_babel import gettext as translated
from flask_babel.speaklater import LazyString
from markupsafe import Markup

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "ngon_ngu"

__all__ = ["LANGUAGES", "LANGUAGE_COOKIE", "_", "_l", "language", "register_babel"]


def _(text: str, /, **values: object) -> str:
    """The sentence in the reader's language; in Vietnamese it is the message id itself, no look-up needed."""
    said = text if language() == LANGUAGES[0] else str(translated(text))
    return said % values if values else said


def _l(text: str, /, **values: object) -> LazyString:
    """A sentence said later, in the language of whoever reads it: for tables of labels."""
    return LazyString(_, text, **values)


def _markup(text: str, /, **values: object) -> Markup:
    """`_` of templates: the sentence is ours and may hold tags, what is put into it is escaped."""
    said = Markup(_(text))  # noqa: S704  # a message id or its translation, both in this repository
    return said % values if values else said


def language() -> str:
    """The language of this request: the person's choice, else Vietnamese."""
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
