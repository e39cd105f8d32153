"""Names of their own on a search server, and a way to take their indexes away again."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit, urlunsplit

from indexer.engines.elasticsearch.address import read_address
from indexer.engines.elasticsearch.client import Server, connect


def fresh(url: str) -> str:
    """The same server with a prefix that nobody uses; every write is visible when it returns."""
    parts = urlsplit(url)
    query = f"{parts.query}&refresh=1".lstrip("&")
    return urlunsplit(
        parts._replace(path=f"{parts.path.rstrip('/') or '/kho-test'}-{secrets.token_hex(4)}", query=query)
    )


def server_of(url: str) -> Server:
    """The bare server, for looking behind the engine."""
    return connect(read_address(url))


def indexes_of(url: str) -> list[str]:
    """All indexes whose names begin with the prefix."""
    server = server_of(url)
    found = server.call("GET", f"/{read_address(url).prefix}-*/_alias", expect=(404,)).body
    server.close()
    return sorted(found)


def wipe(url: str) -> None:
    """Delete the indexes of the prefix."""
    server = server_of(url)
    for name in indexes_of(url):
        server.call("DELETE", f"/{name}", expect=(404,), seconds=60)
    server.close()
