"""Plain names of built front-end files -> the hashed URLs that pages link to."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from markupsafe import Markup

DIST = Path(__file__).parent / "static" / "dist"
URL_PREFIX = "/static/dist/"
_ICON = Markup('<svg class="{}" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>')


class AssetsMissing(RuntimeError):
    """The front end was not built, or a page asks for a file the build does not make."""


@cache
def manifest() -> dict[str, str]:
    """Plain name -> hashed name, read once; raises AssetsMissing when there is no build."""
    try:
        names: dict[str, str] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise AssetsMissing(
            "the front end is not built: npm ci --prefix frontend && node frontend/build.mjs"
        ) from missing
    return names


def asset(name: str) -> str:
    """URL of a built file (`kho.css`, `icons.svg`, ...); hashed, so it may be cached for good."""
    return URL_PREFIX + _hashed(name)


@cache
def icon(name: str, extra: str = "") -> Markup:
    """An icon of the one sprite (names in frontend/icons.txt); never without words beside it.

    Small even where the stylesheet did not arrive. `extra` are further classes.
    """
    classes = f"icon {extra}" if extra else "icon"
    return _ICON.format(classes, asset("icons.svg"), name)


def asset_path(name: str) -> Path:
    """The built file itself, for example `fonts/be-vietnam-pro-400.ttf` for written PDFs."""
    return DIST / _hashed(name)


def _hashed(name: str) -> str:
    try:
        return manifest()[name]
    except KeyError as unknown:
        raise AssetsMissing(f"the front-end build makes no {name}") from unknown
