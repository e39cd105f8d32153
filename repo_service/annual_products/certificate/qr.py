"""A QR code as a drawing in the page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """A picture of the address for a phone's camera, on white paper in the dark too."""
    code = segno.make(address, micro=False, error="m")
    return Markup(code.svg_inline(omitsize=True, svgclass=None, lineclass=None))  # noqa: S704  # drawn, not typed
