"""Office maths (OMML) as one line of text: 1/2 comes out as (1)/(2), so that it can be searched and read."""

from __future__ import annotations

from lxml import etree

from indexer.extraction.markup_walk import local_name

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MATHS = f"{{{NAMESPACE}}}oMath"

# Shapes whose parts need signs between them; everything else is read left to right.
_SHAPES = {
    "f": "({num})/({den})",
    "sSup": "{e}^({sup})",
    "sSub": "{e}_({sub})",
    "sSubSup": "{e}_({sub})^({sup})",
}


def linear_text(element: etree._Element) -> str:
    """The formula below `element` as linear text. Depth is bounded by the XML parser (256 levels)."""
    name = local_name(element)
    if name == "t":
        return element.text or ""
    if name in _SHAPES:
        return _SHAPES[name].format_map(_Parts(element))
    if name == "rad":
        parts = _Parts(element)
        return f"{parts['deg']}√({parts['e']})"
    if name == "d":
        return "(" + "; ".join(linear_text(part) for part in element if local_name(part) == "e") + ")"
    return "".join(linear_text(child) for child in element)


class _Parts(dict[str, str]):
    """Parts of a shape by tag; a part that is missing is empty."""

    def __init__(self, shape: etree._Element) -> None:
        super().__init__((local_name(part), linear_text(part)) for part in shape)

    def __missing__(self, key: str) -> str:
        return ""
