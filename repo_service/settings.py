"""Every setting of an installation, read from the environment here and nowhere else."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class ConfigurationError(ValueError):
    """A setting is wrong; said to the operator at start, in English."""


@dataclass(frozen=True)
class Settings:
    """One installation's settings; the README's table says what each is for."""

    data: Path
    database_url: str
    storage_url: str
    search_url: str
    storage_replica_url: str | None = None
    public_url: str | None = None
    content_url: str | None = None
    secret_key: str = field(default="", repr=False)
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    smtp_url: str | None = field(default=None, repr=False)
    oidc_issuer: str | None = None
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    scanner_url: str | None = None
    yara_rules: Path | None = None
    holds_too_big: bool = True
    """Whether a file that is too big for a scanner is held back; else it is served, and said to be not scanned."""
    backup_folder: Path | None = None
    backup_recipient: str | None = None
    metrics_token: str = field(default="", repr=False)
    rate_limits: float = 1
    """How generous the limits of searching and downloading are: 2 is twice as much, 0 no limit."""
    today: str | None = None
    """ISO date that stands for today; tests and the demo pin it, a real installation leaves it empty."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; missing values become the embedded defaults inside `KHO_DATA`.

        Raises ConfigurationError when `PUBLIC_URL` is set (a real installation) without `SECRET_KEY`.
        """
        env = os.environ if environ is None else environ
        data = Path(env.get("KHO_DATA", "var")).absolute()
        public_url = _url(env, "PUBLIC_URL")
        return cls(
            data=data,
            database_url=env.get("DATABASE_URL") or f"sqlite:///{data / 'kho.db'}",
            storage_url=env.get("STORAGE_URL") or f"file:{data / 'files'}",
            storage_replica_url=env.get("STORAGE_REPLICA_URL") or None,
            search_url=env.get("SEARCH_URL") or f"tantivy:{data / 'index'}",
            public_url=public_url,
            content_url=_url(env, "CONTENT_URL"),
            secret_key=_secret_key(env, data, real=public_url is not None),
            trusted_hosts=_list(env.get("TRUSTED_HOSTS", "")),
            trusted_proxies=_count(env, "TRUSTED_PROXIES"),
            smtp_url=env.get("SMTP_URL") or None,
            **_provider(env),
            **_scanners(env),
            backup_folder=Path(env["BACKUP_FOLDER"]).absolute() if env.get("BACKUP_FOLDER") else None,
            backup_recipient=env.get("BACKUP_RECIPIENT") or None,
            metrics_token=env.get("METRICS_TOKEN", ""),
            rate_limits=_factor(env, "RATE_LIMITS"),
            today=env.get("KHO_TODAY") or None,
        )

    @property
    def is_real(self) -> bool:
        """A real installation has a public address; demo accounts are refused there."""
        return self.public_url is not None


def _url(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name, "").strip().rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise ConfigurationError(f"{name} must start with http:// or https://")
    return value or None


def _provider(env: Mapping[str, str]) -> dict[str, Any]:
    """Who else signs people in; nothing without `OIDC_ISSUER`. Its address must be https, or this machine."""
    issuer = env.get("OIDC_ISSUER", "").strip() or None
    if issuer is None:
        return {}
    parts = urlsplit(issuer)
    if not (parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname or ""))):
        raise ConfigurationError("OIDC_ISSUER must start with https://")
    if not env.get("OIDC_CLIENT_ID"):
        raise ConfigurationError("OIDC_ISSUER is set, so OIDC_CLIENT_ID must be set too")
    return {
        "oidc_issuer": issuer,
        "oidc_client_id": env["OIDC_CLIENT_ID"],
        "oidc_client_secret": env.get("OIDC_CLIENT_SECRET", ""),
        "oidc_name": env.get("OIDC_NAME") or parts.hostname or issuer,
    }


def _scanners(env: Mapping[str, str]) -> dict[str, Any]:
    """Who scans files: a clamd at `unix:PATH` or `tcp://HOST:PORT`, a folder of YARA rules; nobody by default."""
    url = env.get("SCANNER_URL", "").strip() or None
    if url and not url.startswith("unix:/") and not (url.startswith("tcp://") and urlsplit(url).hostname):
        raise ConfigurationError("SCANNER_URL must be unix:/path/of/the/socket or tcp://host:3310")
    too_big = env.get("SCANNER_TOO_BIG", "").strip() or "hold"
    if too_big not in ("hold", "serve"):
        raise ConfigurationError("SCANNER_TOO_BIG must be hold or serve")
    rules = Path(env["YARA_RULES"]).absolute() if env.get("YARA_RULES") else None
    return {"scanner_url": url, "yara_rules": rules, "holds_too_big": too_big == "hold"}


def is_this_machine(host: str) -> bool:
    """Whether a host name or address never leaves this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _count(env: Mapping[str, str], name: str) -> int:
    value = env.get(name, "0").strip() or "0"
    if not value.isdigit():
        raise ConfigurationError(f"{name} must be a whole number")
    return int(value)


def _factor(env: Mapping[str, str], name: str) -> float:
    try:
        value = float(env.get(name, "").strip() or "1")
    except ValueError:
        value = -1
    if not 0 <= value <= 1_000_000:
        raise ConfigurationError(f"{name} must be a number, 0 or more")
    return value


def _secret_key(env: Mapping[str, str], data: Path, *, real: bool) -> str:
    given = env.get("SECRET_KEY", "")
    if given:
        if real and len(given) < 32:
            raise ConfigurationError("SECRET_KEY must have at least 32 characters")
        return given
    if real:
        raise ConfigurationError("PUBLIC_URL is set, so SECRET_KEY must be set too")
    return _kept_key(data / "secret_key")


def _kept_key(path: Path) -> str:
    """The embedded default keeps its own key, made once, readable by the owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text()
