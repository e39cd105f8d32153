"""An installation with a few works, a `kho` command on it or elsewhere, and a folder for its backups."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from repo_service.app import KhoFlask
from repo_service.cli import cli
from repo_service.core import backends
from repo_service.core.audit.chain import seal_waiting
from repo_service.core.db import Database
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.settings import Settings
from storage_adapters import object_key
from tests import databases
from tests.cast import Cast
from tests.factories import published

Kho = Callable[..., Result]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, storage_url=f"file:{settings.data / 'files'}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def works(app: KhoFlask, db: Database, cast: Cast) -> list[StoredFile]:
    """Four published works, a picture, a sealed trail."""
    with db.transaction() as session:
        for number in range(4):
            published(cast.lan, cast.clusters["K2"], title=f"Phân số thập phân {number}")
        files = list(session.scalars(select(StoredFile).order_by(StoredFile.id)))
        key = object_key(f"{files[0].id}-0-5", "pictures")
        backends.storage().put(key, io.BytesIO(b"picture"))
        session.add(
            Picture(file_id=files[0].id, page=0, key=key, media_type="image/webp", width=1, height=1, size=7)
        )
    seal_waiting(db)
    return files


@pytest.fixture
def kho(app: KhoFlask, settings: Settings) -> Iterator[Kho]:
    """A `kho` command on this test's installation, or on another folder's."""

    def run(*arguments: str, at: Path = settings.data, **env: str) -> Result:
        url = f"file:{at / 'files'}"
        found = {
            "KHO_DATA": str(at),
            "STORAGE_URL": url,
            "SECRET_KEY": "",
            **databases.environment(at),
            **env,
        }
        return CliRunner().invoke(cli, list(arguments), env=found)

    yield run
    backends.configure(settings)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """An empty place to restore into."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    yield place
    databases.drop(place)
