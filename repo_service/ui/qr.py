"""A QR code as a drawing in the page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str, scale: int | None = None) -> Markup:
    """A picture of the address for a phone's camera, on white paper in the dark too.

    `scale`: pixels of one small square; without it the page's stylesheet says how large the drawing is.
    """
    code = segno.make(address, micro=False, error="m")
    size = {"omitsize": True} if scale is None else {"scale": scale, "light": "#fff"}
    return Markup(code.svg_inline(svgclass=None, lineclass=None, **size))  # noqa: S704  # drawn, not typed
