"""The mail door of this process: where letters go and which address their links carry; closed without `SMTP_URL`."""

from __future__ import annotations

from dataclasses import dataclass, field

from repo_service.mail.smtp import Server, read_server
from repo_service.settings import Settings

HERE = "http://127.0.0.1:8000"
"""Address of links while `PUBLIC_URL` is not set: a trial on this machine."""


@dataclass(frozen=True)
class Door:
    """What a letter needs to know of the installation."""

    server: Server
    address: str
    secret_key: str = field(repr=False)


_settings: list[Settings] = []


def configure(settings: Settings) -> None:
    """Name the settings of this process; nothing is opened."""
    _settings[:] = [settings]


def door() -> Door | None:
    """The open door; None while mail is off. ConfigurationError when `SMTP_URL` is wrong."""
    if not is_open():
        return None
    settings = _settings[0]
    assert settings.smtp_url is not None
    server = read_server(settings.smtp_url, settings.public_url)
    return Door(server, settings.public_url or HERE, settings.secret_key)


def is_open() -> bool:
    """Whether this installation sends mail at all."""
    return bool(_settings and _settings[0].smtp_url)
