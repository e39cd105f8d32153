"""What Word's styles say about a paragraph and its runs: how much it stands out, and the font, which tells
how old letters are to be read."""

from __future__ import annotations

from lxml import etree

from indexer.extraction.gathered import Rank
from indexer.extraction.packages import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PART = "word/styles.xml"
_FONTS = (f"{W}hAnsi", f"{W}ascii", f"{W}cs")
_DEEPEST = 20


class Styles:
    """The styles of one document. Ids are translated by Word ("Tiu", "u1"), the names inside stay English."""

    def __init__(self, package: Package) -> None:
        self._ranks: dict[str, Rank] = {}
        self._fonts: dict[str, str] = {}
        self._based_on: dict[str, str] = {}
        self._default, self._default_font = "", ""
        if _PART in package.names:
            root = package.read_xml(_PART)
            self._default_font = _font(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
            for style in root.iterfind(f"{W}style"):
                self._add(style)

    def _add(self, style: etree._Element) -> None:
        key, name = style.get(f"{W}styleId", ""), _value(style, "name").lower()
        if name == "title":
            self._ranks[key] = Rank.TITLE
        elif name.startswith("heading "):
            self._ranks[key] = Rank.HEADING
        self._fonts[key] = _font(style.find(f"{W}rPr"))
        self._based_on[key] = _value(style, "basedOn")
        if style.get(f"{W}default") in ("1", "true") and style.get(f"{W}type") == "paragraph":
            self._default = key

    def rank(self, paragraph: etree._Element) -> Rank:
        """By its style; a paragraph all in bold is strong."""
        rank = self._ranks.get(_value(paragraph.find(f"{W}pPr"), "pStyle"), Rank.PLAIN)
        return Rank.STRONG if rank == Rank.PLAIN and _is_bold(paragraph) else rank

    def paragraph_font(self, paragraph: etree._Element) -> str:
        """The font of runs that name none."""
        return (
            self._inherited(_value(paragraph.find(f"{W}pPr"), "pStyle") or self._default)
            or self._default_font
        )

    def run_font(self, run: etree._Element, paragraph_font: str) -> str:
        """The font of Latin letters in one run."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return paragraph_font
        return _font(properties) or self._inherited(_value(properties, "rStyle")) or paragraph_font

    def _inherited(self, style: str) -> str:
        for _ in range(_DEEPEST):  # a hostile file may base a style on itself
            if self._fonts.get(style):
                return self._fonts[style]
            style = self._based_on.get(style, "")
        return ""


def _value(element: etree._Element | None, child: str) -> str:
    found = element.find(f"{W}{child}") if element is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def _font(properties: etree._Element | None) -> str:
    fonts = properties.find(f"{W}rFonts") if properties is not None else None
    if fonts is None:
        return ""
    return next((fonts.get(name, "") for name in _FONTS if fonts.get(name)), "")


def _is_bold(paragraph: etree._Element) -> bool:
    runs = [run for run in paragraph.iterfind(f"{W}r") if (run.findtext(f"{W}t") or "").strip()]
    return bool(runs) and all(_run_is_bold(run) for run in runs)


def _run_is_bold(run: etree._Element) -> bool:
    bold = run.find(f"{W}rPr/{W}b")
    return bold is not None and bold.get(f"{W}val", "1") not in ("0", "false", "off")
