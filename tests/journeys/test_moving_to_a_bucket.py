"""A pilot's files move from its disk into a bucket of a real S3 server; the command is killed on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repo_service.core.db import Database
from storage_adapters import open_storage
from tests import databases
from tests.conftest import Installed
from tests.factories import stored_file
from tests.journeys.running_server import environment, kho
from tests.servers import processes
from tests.servers.buckets import fresh_bucket

COUNT = 400


@pytest.mark.parametrize("server", ["VERSITYGW", "RADOSGW"])
def test_a_killed_copy_is_finished_by_the_next_one(server: str, installed: Installed, tmp_path: Path) -> None:
    url = databases.copy(installed.folder, tmp_path)
    disk = open_storage(f"file:{tmp_path / 'files'}")
    database = Database(url)
    with pytest.MonkeyPatch.context() as patch, database.transaction():
        patch.setattr("tests.factories.storage", lambda: disk)
        for number in range(COUNT):
            stored_file(installed.cast.lan, content=f"Bài {number}: phân số".encode() * 2_000)
    database.engine.dispose()

    with fresh_bucket(server) as bucket:
        keys = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        command = ("storage", "copy", f"file:{tmp_path / 'files'}", bucket.url)
        copying = subprocess.Popen(
            [sys.executable, "-m", "repo_service", *command], env={**environment(tmp_path), **keys}
        )

        def arrived() -> int:
            return sum(1 for _ in open_storage(bucket.url).list("files/"))

        def arrived_in_a_moment() -> int:
            """However busy the machine is, the copy stands still while it is counted."""
            copying.send_signal(signal.SIGCONT)
            time.sleep(0.05)
            copying.send_signal(signal.SIGSTOP)
            return arrived()

        try:
            processes.wait_until(lambda: arrived() > 0, "the first object", 120)
            processes.wait_until(lambda: arrived_in_a_moment() > 20, "some more of them")
        finally:
            copying.kill()
            copying.wait()
        before = arrived()
        assert 20 < before < COUNT
        said = kho(tmp_path, *command)
        assert f"{before} đã có sẵn" in said and f"Đã chép {COUNT - before} " in said
        assert f"{COUNT} tệp" in kho(tmp_path, "storage", "check", "--deep", STORAGE_URL=bucket.url)
        back = f"file:{tmp_path / 'back'}"
        kho(tmp_path, "storage", "copy", bucket.url, back)
        assert "Đủ cả" in kho(tmp_path, "storage", "check", "--deep", STORAGE_URL=back)
    databases.drop(tmp_path)
