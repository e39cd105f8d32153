"""The SMTP server of `SMTP_URL`: one connection for many letters, encrypted, every fault told apart."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from repo_service.settings import ConfigurationError, is_this_machine

TIMEOUT_SECONDS = 15
_NO_SUCH_MAILBOX = re.compile(r"\b5\.(1\.\d+|2\.1)\b")
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_PERMANENT, _MAILBOX_CODES = 500, (550, 551, 553)


class MailUnavailable(Exception):
    """The server cannot be used by anybody now: away, not believed, it refuses our name or our sender."""


class LetterRefused(Exception):
    """This letter was not taken. `code` is SMTP's; `bounced`: the mailbox does not exist; else `permanent` or later."""

    def __init__(self, code: int, *, bounced: bool = False) -> None:
        super().__init__(f"SMTP {code}")
        self.code, self.bounced = code, bounced
        self.permanent = code >= _PERMANENT


@dataclass(frozen=True)
class Server:
    """Where letters are handed in; `tls` is `smtps` (from the first byte), `starttls` or nothing."""

    host: str
    port: int
    sender: Address
    tls: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str | None = None


def read_server(url: str, public_url: str | None = None) -> Server:
    """`smtp://user:password@host:587?from=ADDRESS&tls=0|1&ca=FILE` (STARTTLS unless tls=0) or `smtps://` alike.

    Without `from` letters come from kho@ the host of PUBLIC_URL. ConfigurationError says what is wrong.
    """
    parts, said = urlsplit(url), {}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigurationError("SMTP_URL must look like smtp://user:password@host:587 or smtps://...")
    said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    tls = "smtps" if parts.scheme == "smtps" else "" if said.get("tls") == "0" else "starttls"
    if parts.password and not tls and not is_this_machine(parts.hostname):
        raise ConfigurationError("SMTP_URL has a password and tls=0: it would travel readable")
    return Server(
        host=parts.hostname,
        port=_port(parts, tls),
        sender=_sender(said.get("from", ""), public_url),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=said.get("ca"),
    )


def _port(parts: SplitResult, tls: str) -> int:
    try:
        return parts.port or {"smtps": 465, "starttls": 587}.get(tls, 25)
    except ValueError:
        raise ConfigurationError("the port of SMTP_URL is not a number") from None


def _sender(given: str, public_url: str | None) -> Address:
    host = urlsplit(public_url or "").hostname or "localhost"
    name, _space, spec = given.strip().rpartition(" ")
    try:
        address = Address(display_name=name.strip() or "Kho", addr_spec=spec.strip("<>") or f"kho@{host}")
        str(address).encode("ascii" if name.isascii() else "utf-8")
    except (ValueError, IndexError, MessageError):
        raise ConfigurationError("`from` of SMTP_URL is no e-mail address") from None
    return address


class Post:
    """An open connection that takes letters."""

    def __init__(self, server: Server, connection: smtplib.SMTP) -> None:
        self._server, self._connection = server, connection

    def send(self, message: EmailMessage) -> None:
        """Hand in one letter to the address of its To.

        LetterRefused: this one was not taken; MailUnavailable: none will be now.
        When the line breaks after the last byte nobody knows whether it was taken: MailUnavailable as well.
        """
        to = message["To"].addresses[0].addr_spec
        try:
            self._connection.sendmail(self._server.sender.addr_spec, [to], message.as_bytes())
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise LetterRefused(code, bounced=_is_no_mailbox(code, text)) from None
        except smtplib.SMTPDataError as error:
            raise LetterRefused(error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailUnavailable(_said(error)) from error


@contextmanager
def connected(server: Server) -> Iterator[Post]:
    """A connection, encrypted and signed in as the URL says; MailUnavailable with the reason in a few words."""
    try:
        connection = _open(server)
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(_said(error)) from error
    try:
        yield Post(server, connection)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()


def _open(server: Server) -> smtplib.SMTP:
    trust = ssl.create_default_context(cafile=server.ca) if server.tls else None
    connection: smtplib.SMTP
    if server.tls == "smtps":
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=trust)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            connection.starttls(context=trust)  # refuses to go on when the server has no STARTTLS
            connection.ehlo()
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_no_mailbox(code: int, text: bytes) -> bool:
    """Whether the mailbox itself is wrong, and not our standing with the server (5.7.x: relaying, policy)."""
    said = text.decode("latin-1")
    enhanced = _ENHANCED.search(said)
    return bool(_NO_SUCH_MAILBOX.search(said)) if enhanced else code in _MAILBOX_CODES


def _said(error: Exception) -> str:
    """A reason without addresses, names or passwords: what an operator may read in a log."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"sign-in refused (SMTP {error.smtp_code})"
    if isinstance(error, smtplib.SMTPSenderRefused):
        return f"sender refused (SMTP {error.smtp_code})"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the server offers no encryption (STARTTLS) or no sign-in"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not believed ({error.verify_message})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"SMTP {error.smtp_code}"
    return type(error).__name__
