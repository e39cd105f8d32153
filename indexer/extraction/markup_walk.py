"""Walking through XML in document order without recursion, leaving out whole branches."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree


def walk(root: etree._Element, without: frozenset[str] = frozenset()) -> Iterator[etree._Element]:
    """`root` and everything below it in document order, but nothing at or under a tag in `without`."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(child for child in element.iterchildren(reversed=True) if child.tag not in without)


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
