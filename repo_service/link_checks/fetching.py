"""One careful look at a web address: public addresses only, at each step of a redirect; little is read, none is kept.

The name is resolved here and the connection goes to that very address, so that a name cannot point elsewhere between
the check and the call (SSRF, reliability.md A7). Cookies, credentials and other ports are never sent or asked.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

SECONDS, DEADLINE = 8.0, 12.0
"""For each step of a conversation, and for a whole one."""
MOST_REDIRECTS, MOST_BYTES = 4, 64 * 1024
PORTS = {"http": 80, "https": 443}
AGENT = "Kho link check"
Resolve = Callable[[str, int], list[str]]
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that lead to any IPv4 address, private ones too."""


class Outcome(NamedTuple):
    """What a look found: alive, failed or unknown, and why in a code."""

    state: str
    detail: str


class _Refused(Exception):
    """An address that Kho does not ask."""


@dataclass(frozen=True)
class Outside:
    """How the world outside is reached: tests put a server of their own in its place."""

    resolve: Resolve
    is_allowed: Callable[[str], bool]
    ports: dict[str, int]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet: not private, loopback, link-local, multicast or translated."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner)) and found.ipv4_mapped is not None
        if found in _TRANSLATED:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a name, each once; OSError when there are none."""
    return list(
        dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    )


OUTSIDE = Outside(addresses_of, is_public, PORTS)


def look_at(url: str, outside: Outside = OUTSIDE) -> Outcome:
    """Whether an address leads somewhere; follows a few redirects, each judged like the first. Never raises."""
    for _step in range(MOST_REDIRECTS + 1):
        try:
            answer = _ask(url, outside)
        except _Refused as refused:
            return Outcome("unknown", str(refused))
        except socket.gaierror:
            return Outcome("failed", "no_such_host")
        except ssl.SSLError:
            return Outcome("unknown", "certificate")
        except ConnectionRefusedError:
            return Outcome("failed", "refused")
        except (OSError, HTTPException, UnicodeError, ValueError):
            return Outcome("failed", "no_answer")
        if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
            return _judged(answer.status)
        url = urljoin(url, answer.location)
    return Outcome("unknown", "redirects")


class _Answer(NamedTuple):
    status: int
    location: str


def _ask(url: str, outside: Outside) -> _Answer:
    """HEAD, or GET where a server does not like HEAD; at most MOST_BYTES of it are read."""
    parts = urlsplit(url)
    if parts.scheme not in outside.ports or not parts.hostname or parts.username is not None:
        raise _Refused("not_web")
    port = parts.port or outside.ports[parts.scheme]
    if port != outside.ports[parts.scheme]:
        raise _Refused("port")
    addresses = outside.resolve(parts.hostname.encode("idna").decode(), port)
    if not addresses or not all(outside.is_allowed(address) for address in addresses):
        raise _Refused("not_public")
    answer = _call("HEAD", parts, addresses[0], port)
    return _call("GET", parts, addresses[0], port) if answer.status in (403, 404, 405, 501) else answer


def _call(method: str, parts: SplitResult, address: str, port: int) -> _Answer:
    host = (parts.hostname or "").encode("idna").decode()
    connection = HTTPConnection(address, port, timeout=SECONDS)
    connection.sock = opened = socket.create_connection((address, port), timeout=SECONDS)
    hang_up = threading.Timer(
        DEADLINE, _hang_up, [opened]
    )  # a server may send a letter now and then for ever
    hang_up.start()
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = f"[{host}]" if ":" in host else host
        headers = {
            "Host": named if port in PORTS.values() else f"{named}:{port}",
            "User-Agent": AGENT,
            "Accept": "*/*",
        }
        connection.request(method, _quoted(target), headers=headers)
        answer: HTTPResponse = connection.getresponse()
        if method == "GET":
            answer.read(MOST_BYTES)
        return _Answer(answer.status, answer.headers.get("Location", ""))
    finally:
        hang_up.cancel()
        connection.close()


def _hang_up(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _quoted(target: str) -> str:
    """The path and query in ASCII, without what would end a line of the request."""
    return quote(target, safe="/:?#[]@!$&'()*+,;=%~-._")


def _judged(status: int) -> Outcome:
    if status in (404, 410):
        return Outcome("failed", str(status))
    if status < 400 or status in (401, 403, 405, 407, 429):
        return Outcome("alive", str(status))  # somebody is there; who may enter is another question
    return Outcome("unknown", str(status))
