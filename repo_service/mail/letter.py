"""A letter: plain text, the same in simple HTML, and headers nobody can smuggle anything into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader

from repo_service.core import clock
from repo_service.core.i18n import _

_pages = Environment(loader=PackageLoader("repo_service.mail"), autoescape=True, trim_blocks=True)
_pages.globals["_"] = _

Link = tuple[str, str]
"""(words, absolute address)."""


@dataclass(frozen=True)
class Letter:
    """What a letter says. `manage` is the way out of letters of this kind, `unsubscribe` its one-click address."""

    id: str
    subject: str
    greeting: str
    opening: str
    lines: Sequence[Link]
    closing: str = ""
    manage: Link | None = None
    unsubscribe: str | None = None
    language: str = "vi"


def written(letter: Letter, sender: Address, to: str, name: str) -> EmailMessage:
    """The message to hand in. ValueError when `to` is no address or a header would break out of its line.

    The Message-ID is the letter's: what is handed in twice is one letter to the mailbox.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _recipient(to, name)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_plain(letter), cte="quoted-printable")
    page = _pages.get_template("mail/letter.html").render(letter=letter)
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language  # set_content forgets those set before
    return message


def _recipient(to: str, name: str) -> Address:
    local, _at, domain = to.rpartition("@")
    if not local.isascii():
        raise ValueError("a mailbox whose name is not ASCII")  # hardly any server takes it
    try:
        return Address(display_name=name, username=local, domain=domain.encode("idna").decode())
    except MessageError as error:
        raise ValueError(str(error)) from error


def _plain(letter: Letter) -> str:
    parts = [letter.greeting, letter.opening]
    parts += [f"{words}\n{address}" for words, address in letter.lines]
    parts += [letter.closing] if letter.closing else []
    parts += [f"{letter.manage[0]}: {letter.manage[1]}"] if letter.manage else []
    return "\n\n".join(parts) + "\n"
