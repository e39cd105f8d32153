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

_ROOTS = {"3": "∛", "4": "∜"}


def linear_text(element: etree._Element) -> str:
    """The formula below `element` as linear text. Depth is bounded by the XML parser (256 levels)."""
    name = local_name(element)
    if name == "t":
        return element.text or ""
    if name in _SHAPES:
        return _SHAPES[name].format_map(_Parts(element))
    if name == "rad":
        parts = _Parts(element)
        return f"{_ROOTS.get(parts['deg'].strip(), parts['deg'] + '√')}({parts['e']})"
    if name == "nary":
        return _large_sign(element)
    if name == "d":
        return "(" + "; ".join(linear_text(part) for part in element if local_name(part) == "e") + ")"
    return "".join(linear_text(child) for child in element)


def _large_sign(element: etree._Element) -> str:
    """A sum, product or integral with its limits; an integral where the file names no sign."""
    sign = element.find(f"{{{NAMESPACE}}}naryPr/{{{NAMESPACE}}}chr")
    parts = _Parts(element)
    below, above = (
        f"{mark}({parts[name]})" if parts[name] else "" for mark, name in (("_", "sub"), ("^", "sup"))
    )
    shown = sign.get(f"{{{NAMESPACE}}}val", "∫") if sign is not None else "∫"
    return f"{shown}{below}{above}{parts['e']}"


class _Parts(dict[str, str]):
    """Parts of a shape by tag; a part that is missing is empty."""

    def __init__(self, shape: etree._Element) -> None:
        super().__init__((local_name(part), linear_text(part)) for part in shape)

    def __missing__(self, key: str) -> str:
        return ""
