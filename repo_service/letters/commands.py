"""`kho mail test`: is the mail server right?"""

from __future__ import annotations

import click

from repo_service.core.identifiers import new_id
from repo_service.letters.writing import test_letter
from repo_service.mail.door import door
from repo_service.mail.letter import written
from repo_service.mail.smtp import LetterRefused, MailUnavailable, connected
from repo_service.settings import ConfigurationError


@click.group("mail")
def mail_group() -> None:
    """Letters that leave Kho."""


@mail_group.command("test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send one letter to ADDRESS through SMTP_URL, and say what came of it."""
    try:
        open_door = door()
        if open_door is None:
            raise click.ClickException("Chưa đặt SMTP_URL: Kho không gửi thư.")
        message = written(test_letter(open_door, new_id()), open_door.server.sender, address, "")
        with connected(open_door.server) as post:
            post.send(message)
    except (ConfigurationError, MailUnavailable, LetterRefused, ValueError) as error:
        raise click.ClickException(f"Không gửi được: {error}") from error
    click.echo(f"Máy thư {open_door.server.host} đã nhận thư gửi {address}.")


COMMANDS = [mail_group]
