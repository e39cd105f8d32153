"""Requests whose end can be read in two ways are refused before anything is read of them (A24).

A proxy in front that read them the other way would take what follows for somebody else's request. gunicorn and nginx
refuse them themselves; waitress lets some through.
"""

from __future__ import annotations

from collections import Counter

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

_ONCE = (b"content-length", b"transfer-encoding", b"host")


def doubt(head: bytes) -> str:
    """What is doubtful about the head of a request (RFC 9112: 3.2, 5.2, 6.1, 6.3); empty when nothing is."""
    first, *lines = head.split(b"\r\n")
    if any(line[:1] in (b" ", b"\t") for line in lines):
        return "a header line is folded"
    names = Counter(line.partition(b":")[0].strip().lower() for line in lines)
    if any(names[name] > 1 for name in _ONCE):
        return "a header that may stand once stands twice"
    if names[b"transfer-encoding"] and (names[b"content-length"] or not first.endswith(b"HTTP/1.1")):
        return "the length is said in two ways"
    if first.endswith(b"HTTP/1.1") and not names[b"host"]:
        return "no host is named"
    return ""


class StrictParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """waitress's own parser, after a look at the head."""

    def parse_header(self, header_plus: bytes) -> None:
        if reason := doubt(header_plus):
            raise ParsingError(reason)  # answered with 400, and the connection is closed
        super().parse_header(header_plus)


class StrictChannel(HTTPChannel):  # type: ignore[misc]
    """A connection that takes no doubtful request."""

    parser_class = StrictParser
