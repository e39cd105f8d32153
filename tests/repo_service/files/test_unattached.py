"""A finished upload that no work took up is forgotten after a day, row first, then bytes (I2, I3)."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Database, current_session
from repo_service.derivatives.models import Picture
from repo_service.files.jobs import sweep_abandoned
from repo_service.files.models import StoredFile
from storage_adapters import ObjectNotFound, object_key
from tests.cast import Cast
from tests.factories import draft, stored_file


def test_a_loose_file_goes_after_a_day_and_a_held_one_stays(db: Database, cast: Cast) -> None:
    with db.transaction():
        loose = stored_file(cast.lan)
        drawn = storage().put(object_key(f"{loose.id}-0", "pictures"), io.BytesIO(b"RIFF"), 4).key
        current_session().add(
            Picture(file_id=loose.id, page=0, key=drawn, media_type="image/webp", width=1, height=1, size=4)
        )
        _, version = draft(cast.lan, cast.clusters["K2"])
        held = version.files[0].file_id
    for hours, left in ((23, True), (25, False)):
        with clock.pinned(clock.now() + timedelta(hours=hours)):
            sweep_abandoned(db)
        with db.session(writing=False):
            assert (current_session().get(StoredFile, loose.id) is not None) is left
            kept = current_session().get_one(StoredFile, held)
            assert storage().stat(kept.key).size == kept.size
    for key in (loose.key, drawn):
        with pytest.raises(ObjectNotFound):
            storage().stat(key)
