"""Tables sent as a file of the kind that an address asks for."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, send_file

from repo_service.core.errors import NotFound
from repo_service.office.sheets import Sheet
from repo_service.office.tables import MEDIA_TYPES, write_tables


def send_tables(name: str, kind: str, title: str, lines: Sequence[str], sheets: Sequence[Sheet]) -> Response:
    """The sheets as `name.kind`; `title` and `lines` (sentences below it) stand in a document.

    NotFound for a kind that tables are not written as.
    """
    if kind not in MEDIA_TYPES:
        raise NotFound()
    target = write_tables(kind, title, lines, sheets)
    return send_file(target, MEDIA_TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}")
