"""A real SMTP server in the test's own process, plain, with TLS or with sign-in, that refuses what it is told to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Mailbox:
    """What arrived; `answers` maps an address, or "DATA", to the refusals still to give for it."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, list[str]] = {}
        self.encrypted: list[bool] = []

    def _refusal(self, name: str) -> str | None:
        waiting = self.answers.get(name)
        if not waiting:
            return None
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refused = self._refusal(address)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        refused = self._refusal("DATA")
        if refused:
            return refused
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        return "250 OK"


class _OnAnyPort(Controller):
    """Listens on a free port and knows which."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(
    mailbox: Mailbox, certificate: tuple[Path, Path] | None = None, password: str | None = None
) -> Iterator[int]:
    """The port of a server that delivers into `mailbox`; with a certificate it asks for STARTTLS."""
    more: dict[str, Any] = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        more |= {"tls_context": context, "require_starttls": True}
    if password is not None:

        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
            right = isinstance(data, LoginPassword) and data.password == password.encode()
            return AuthResult(success=right, handled=False)

        more |= {"authenticator": check, "auth_required": True, "auth_require_tls": certificate is not None}
    controller = _OnAnyPort(mailbox, hostname="127.0.0.1", port=0, **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
