"""Plain names of built front-end files -> the hashed URLs that pages link to."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"
URL_PREFIX = "/static/dist/"


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


def asset_path(name: str) -> Path:
    """The built file itself, for example `fonts/be-vietnam-pro-400.ttf` for written PDFs."""
    return DIST / _hashed(name)


def _hashed(name: str) -> str:
    try:
        return manifest()[name]
    except KeyError as unknown:
        raise AssetsMissing(f"the front-end build makes no {name}") from unknown
