"""One object from one store to another, counted and hashed on the way; what is in its place is set aside first."""

import secrets

from storage_adapters.errors import ObjectNotFound, StorageError, UploadIncomplete
from storage_adapters.interface import Storage
from storage_adapters.keys import object_key


class ObjectDamaged(StorageError):
    """The bytes read are not those that were stored: another size or another SHA-256."""


def copy_object(key: str, size: int, sha256: str | None, source: Storage, target: Storage) -> None:
    """Copy `size` bytes whose SHA-256 (hex) is known or None; the target shows the object only when it is whole.

    Raises ObjectNotFound, ObjectDamaged (nothing is left in the target), ObjectExists, StorageFull.
    """
    with source.open(key) as reader:
        try:
            stored = target.put(key, reader, size)
        except UploadIncomplete as error:
            raise ObjectDamaged(f"{key}: {error}") from error
    if sha256 is not None and stored.sha256 != sha256:
        target.delete(key)
        raise ObjectDamaged(f"{key}: another SHA-256")


def set_aside(store: Storage, key: str) -> str | None:
    """Free a key without losing the bytes under it: the key they have now, None when there were none."""
    aside = object_key(f"{key.rpartition('/')[2]}-{secrets.token_hex(4)}", "aside")
    try:
        with store.open(key) as reader:
            store.put(aside, reader)
    except ObjectNotFound:
        return None
    store.delete(key)
    return aside
