"""Reads SEARCH_URL of a server; what is wrong is said without what is secret."""

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from indexer.errors import BadRequest

PRODUCTS = ("elasticsearch", "opensearch")
_HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,80}")
_OPTIONS = {"tls": "1", "ca": "", "api_key_file": "", "refresh": "0"}


@dataclass(frozen=True)
class Address:
    """Where the servers are, how to prove who we are, and how our indexes' names begin.

    `refresh`: every write is visible when it returns, for tests and commands; else within a second.
    """

    product: str
    hosts: tuple[tuple[str, int], ...]
    prefix: str
    tls: bool = True
    ca: str | None = None
    authorization: str | None = field(default=None, repr=False)
    refresh: bool = False


def read_address(url: str) -> Address:
    """The parts of `PRODUCT://user:password@host:port,host:port/PREFIX?tls=0|1&ca=FILE&api_key_file=FILE`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadRequest("the search address cannot be read") from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - _OPTIONS.keys()):
        raise BadRequest(f"the search address has unknown options: {', '.join(unknown)}")
    options = _OPTIONS | options
    if not {options["tls"], options["refresh"]} <= {"0", "1"}:
        raise BadRequest("tls and refresh of the search address are 0 or 1")
    prefix = parts.path.strip("/") or "kho"
    if not _PREFIX.fullmatch(prefix):
        raise BadRequest("the search address needs a prefix of a-z, 0-9, - and _ after its hosts")
    if options["ca"] and not Path(options["ca"]).is_file():
        raise BadRequest("the file named by ca of the search address is missing")
    user, _, hosts = parts.netloc.rpartition("@")
    return Address(
        product=_product(parts),
        hosts=_hosts(hosts),
        prefix=prefix,
        tls=options["tls"] == "1",
        ca=options["ca"] or None,
        authorization=_authorization(user, options["api_key_file"]),
        refresh=options["refresh"] == "1",
    )


def _product(parts: SplitResult) -> str:
    if parts.scheme not in PRODUCTS:
        raise BadRequest(f"unknown search engine: {parts.scheme}")
    return parts.scheme


def _hosts(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for host in text.split(","):
        match = _HOST.fullmatch(host)
        port = int(match["port"] or 9200) if match else 0
        if match is None or not 0 < port < 65_536:
            raise BadRequest("the search address needs hosts: host:port,host:port")
        found.append((match["name"], port))
    return tuple(found)


def _authorization(user: str, api_key_file: str) -> str | None:
    if api_key_file:
        try:
            key = Path(api_key_file).read_text().strip()
        except (OSError, UnicodeDecodeError):
            raise BadRequest("the file named by api_key_file of the search address cannot be read") from None
        return "ApiKey " + (_base64(key) if ":" in key else key)  # id:key, or already in base64
    return "Basic " + _base64(":".join(map(unquote, user.split(":", 1)))) if user else None


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
