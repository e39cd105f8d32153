"""Words in the reader's language: Vietnamese is the source, English a translation.

`_()` around every sentence a person may read; message ids are the Vietnamese sentences themselves.
"""

from __future__ import annotations

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, gettext, lazy_gettext, ngettext

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "ngon_ngu"

_ = gettext
_l = lazy_gettext

__all__ = ["LANGUAGES", "LANGUAGE_COOKIE", "_", "_l", "language", "ngettext", "register_babel"]


def language() -> str:
    """The language of this request: the person's choice, else Vietnamese."""
    if not has_request_context():
        return LANGUAGES[0]
    if "language" not in g:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        g.language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return str(g.language)


def register_babel(app: Flask) -> None:
    """Give templates and services their words."""
    app.config.update(
        BABEL_DEFAULT_LOCALE="vi",
        BABEL_DEFAULT_TIMEZONE="Asia/Ho_Chi_Minh",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    Babel(app, locale_selector=language)
