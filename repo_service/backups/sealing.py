"""Encryption of backups with age (age-encryption.org): the machine knows whom to encrypt to, not how to read it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from repo_service.core.errors import MoveNotAllowed
from storage_adapters import ByteStream

SPOOLED = 4 << 20
"""Bytes of a sealed or opened object kept in memory; more goes to a temporary file."""


class Sealer:
    """Encrypts to one recipient (`age1…`); with the identity (`AGE-SECRET-KEY-…`) it opens what was sealed."""

    def __init__(self, recipient: str | None = None, identity: Path | None = None) -> None:
        from pyrage import IdentityError, RecipientError, x25519

        try:
            self._identity = x25519.Identity.from_str(_read_identity(identity)) if identity else None
            self._recipient = x25519.Recipient.from_str(recipient) if recipient else None
        except (RecipientError, IdentityError) as error:
            raise MoveNotAllowed(f"not an age key: {error}") from error

    def seal(self, stream: ByteStream) -> BinaryIO:
        """The stream encrypted, at its beginning; close it."""
        from pyrage import encrypt_io

        sealed = _spool()
        encrypt_io(stream, sealed, [self._recipient])
        sealed.seek(0)
        return sealed

    def open(self, stream: ByteStream) -> BinaryIO:
        """The stream as it was before `seal`; MoveNotAllowed without the right identity or for changed bytes."""
        from pyrage import DecryptError, decrypt_io

        if self._identity is None:
            raise MoveNotAllowed("this backup is encrypted: name the file of its identity with --identity")
        opened = _spool()
        try:
            decrypt_io(stream, opened, [self._identity])
        except (DecryptError, OSError) as error:
            opened.close()
            raise MoveNotAllowed(f"cannot be decrypted with this identity: {error}") from error
        opened.seek(0)
        return opened


def _spool() -> BinaryIO:
    return cast(BinaryIO, tempfile.SpooledTemporaryFile(SPOOLED))


def _read_identity(path: Path) -> str:
    lines = [line.strip() for line in path.read_text().splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if len(keys) != 1:
        raise MoveNotAllowed(f"{path} holds no identity, or several")
    return keys[0]


def new_identity(path: Path) -> str:
    """Write a new identity to a file for its owner alone; its recipient. FileExistsError when the file is there."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    recipient = str(identity.to_public())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"# recipient: {recipient}\n{identity}\n")
    return recipient
