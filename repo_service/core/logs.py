"""How the service speaks to its operator: one JSON object a line on standard error, words and colours at a terminal.

Values that are secrets by their name are struck out, and tracebacks never show the values of variables.
"""

from __future__ import annotations

import re
import sys
from ipaddress import ip_address, ip_network
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_NAMES = re.compile(
    r"password|secret|token|cookie|authorization|session|credential|api_?key", re.IGNORECASE
)
_SECRET_IN_URL = re.compile(
    r"(\b\w+://[^\s:/@]*:)[^\s@/]+@|([?&](?:X-Amz-)?(?:Signature|Credential|Security-Token|sig)=)[^\s&]+"
)
STRUCK_OUT = "***"


class _StandardError:
    """Looks standard error up with each line: tests and supervisors put another in its place."""

    def msg(self, message: str) -> None:
        print(message, file=sys.stderr, flush=True)  # noqa: T201

    log = debug = info = warn = warning = error = critical = fatal = exception = msg


def configure_logs() -> None:
    """Choose the form of log lines for this process; called by whatever starts it."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *_form(terminal=sys.stderr.isatty()),
        ],
        logger_factory=lambda *_: _StandardError(),
        cache_logger_on_first_use=False,
    )


def _form(*, terminal: bool) -> list[Processor]:
    if terminal:
        return [
            strike_out_secrets,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    return [
        structlog.processors.format_exc_info,
        strike_out_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]


def strike_out_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Values under names of secrets, and passwords and signatures inside addresses, become `***`.

    The address a person came from keeps its network only (/24, /48): enough to see an attack, too little for a person.
    """
    return {name: _said(name, value) for name, value in event.items()}


def _said(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name):
        return STRUCK_OUT
    return shortened(value) if name == "address" and isinstance(value, str) else _clean(value)


def shortened(address: str) -> str:
    """The network of an IP address; what is none stays as it is."""
    try:
        version = ip_address(address.partition("%")[0]).version
    except ValueError:
        return address
    return str(ip_network((address.partition("%")[0], 24 if version == 4 else 48), strict=False))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _SECRET_IN_URL.sub(
            lambda found: (found[1] or found[2]) + STRUCK_OUT + ("@" if found[1] else ""), value
        )
    return value
