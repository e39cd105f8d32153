"""Which objects the rows promise, a sixteenth of an area at a time: no list of a whole store is ever in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import func, select

from repo_service.core.db import current_session
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile

_MODELS: dict[str, type[StoredFile] | type[Picture]] = {"files": StoredFile, "pictures": Picture}


class Promised(NamedTuple):
    """An object that a row speaks of; `sha256` is None where nobody has read the bytes yet."""

    key: str
    size: int
    sha256: str | None


def prefixes() -> Iterator[str]:
    """Sixteen beginnings of keys for each area; keys spread over them evenly (storage_adapters/keys.py)."""
    return (f"{area}/{digit}" for area in _MODELS for digit in "0123456789abcdef")


def promised(prefix: str) -> dict[str, Promised]:
    """The objects that should be there below a prefix, by key."""
    model = _MODELS[prefix.partition("/")[0]]
    rows = current_session().execute(
        select(model.key, model.size, model.sha256).where(model.key.startswith(prefix))
    )
    return {key: Promised(key, size, digest) for key, size, digest in rows}


def folders() -> list[str]:
    """256 smaller beginnings; each holds pictures and files alike under `area/` + it."""
    return [f"{number:02x}" for number in range(256)]


def areas() -> Iterator[str]:
    """What keys begin with."""
    return iter(_MODELS)


def promise_of(key: str) -> Promised | None:
    """What the rows say of this object now."""
    model = _MODELS.get(key.partition("/")[0])
    if model is None:
        return None
    row = current_session().execute(select(model.key, model.size, model.sha256).where(model.key == key)).first()
    return Promised(*row) if row else None


def is_promised(key: str) -> bool:
    """Whether a row speaks of this key now."""
    model = _MODELS[key.partition("/")[0]]
    return current_session().scalar(select(model.key).where(model.key == key).limit(1)) is not None


def totals() -> tuple[int, int]:
    """How many objects the rows promise, and their bytes."""
    counts = [
        current_session().execute(select(func.count(), func.coalesce(func.sum(model.size), 0))).one()
        for model in _MODELS.values()
    ]
    return sum(int(count) for count, _ in counts), sum(int(size) for _, size in counts)
