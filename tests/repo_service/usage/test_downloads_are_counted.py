"""Downloads are written beside the request that reads, and counted per work."""

from __future__ import annotations

from repo_service.core.db import Database
from repo_service.core.permissions import GUEST, Viewer
from repo_service.usage.queries import download_counts
from repo_service.usage.service import record_download
from tests.cast import Cast


def test_each_download_is_one_row_even_while_a_request_reads(db: Database, cast: Cast) -> None:
    with db.session(writing=False):
        assert download_counts(["r1", "r2"]) == {"r1": 0, "r2": 0}
        record_download(db, Viewer(id=cast.lan), "tep", "r1", 1, "f1")
        record_download(db, GUEST, "goi", "r1", 1)
    with db.session(writing=False):
        assert download_counts(["r1", "r2"]) == {"r1": 2, "r2": 0}
