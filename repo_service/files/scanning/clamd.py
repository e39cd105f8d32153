"""ClamAV's daemon, asked over its socket with INSTREAM: bytes go there in blocks, no path and no name does."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from repo_service.files.scanning.outcome import (
    CLEAN,
    FOUND,
    TOO_BIG,
    Content,
    Scan,
    ScanFailed,
    ScannerUnavailable,
)

CONNECT_SECONDS, ANSWER_SECONDS = 5, 180
"""clamd itself gives a file up after its MaxScanTime of two minutes."""
LONGEST_ANSWER = 4096
_EXCEEDED = "Heuristics.Limits.Exceeded"
"""How clamd calls what it did not read to its end, where `AlertExceedsMax yes` lets it say so."""


def scan(url: str, content: Content) -> Scan:
    """What the clamd at `unix:PATH` or `tcp://HOST:PORT` says of the bytes.

    Raises ScannerUnavailable, ScanFailed, and what reading the bytes raises.
    """
    with _connected(url, ANSWER_SECONDS) as connection:
        answer = _stream(url, connection, content)
    said = answer.partition(": ")[2]
    if "size limit exceeded" in answer or said.startswith(_EXCEEDED):
        return Scan(TOO_BIG)
    if said == "OK":
        return Scan(CLEAN)
    if said.endswith(" FOUND"):
        return Scan(FOUND, said.removesuffix(" FOUND")[:200])
    raise ScanFailed(f"clamd answered {answer[:200]!r}")


def version(url: str) -> str:
    """Program and signatures (`ClamAV 1.4.6/27800/Tue Nov 24 …`), or ScannerUnavailable."""
    return _ask(url, b"zVERSION\0")


def ping(url: str) -> None:
    """ScannerUnavailable unless it answers."""
    answer = _ask(url, b"zPING\0")
    if answer != "PONG":
        raise ScannerUnavailable(f"{url} answered {answer[:200]!r} instead of PONG")


@contextmanager
def _connected(url: str, seconds: float) -> Iterator[socket.socket]:
    try:
        connection = _connect(url)
    except OSError as error:
        raise ScannerUnavailable(f"{url}: {error}") from error
    with connection:
        connection.settimeout(seconds)
        yield connection


def _connect(url: str) -> socket.socket:
    if not url.startswith("unix:"):
        parts = urlsplit(url)
        return socket.create_connection((parts.hostname, parts.port or 3310), CONNECT_SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(url.removeprefix("unix:"))
    except OSError:
        connection.close()
        raise
    return connection


def _ask(url: str, command: bytes) -> str:
    with _connected(url, CONNECT_SECONDS) as connection:
        try:
            connection.sendall(command)
            return _answer(connection)
        except (OSError, _Cut) as error:
            raise ScannerUnavailable(f"{url}: {error}") from error


def _stream(url: str, connection: socket.socket, content: Content) -> str:
    """Its answer to the bytes; a connection that breaks off counts against the file only while it answers others."""
    try:
        _tell(connection, b"zINSTREAM\0")
        with content.open() as blocks:
            for block in blocks:
                if block and not _tell(connection, len(block).to_bytes(4, "big") + block):
                    break
        _tell(connection, bytes(4))
        return _answer(connection)
    except _Cut as cut:
        ping(url)
        raise ScanFailed(f"clamd broke off: {cut}") from cut


class _Cut(Exception):
    """The connection ended, or nothing came in time."""


def _tell(connection: socket.socket, message: bytes) -> bool:
    """Send it; False when clamd has spoken already, or listens no more: over its limit it says so and hangs up."""
    spoken = select.poll()
    spoken.register(connection, select.POLLIN)
    if spoken.poll(0):
        return False
    try:
        connection.sendall(message)
    except (BrokenPipeError, ConnectionResetError):
        return False
    except OSError as error:
        raise _Cut(error) from error
    return True


def _answer(connection: socket.socket) -> str:
    """All it says until it hangs up, as one line that can stand in a log."""
    said = b""
    try:
        while len(said) < LONGEST_ANSWER and not said.endswith(b"\0"):
            block = connection.recv(LONGEST_ANSWER)
            if not block:
                break
            said += block
    except OSError as error:
        raise _Cut(error) from error
    if not said:
        raise _Cut("it hung up without an answer")
    text = said.partition(b"\0")[0].decode("utf-8", "replace").strip()
    return "".join(letter if letter.isprintable() else "?" for letter in text)
