"""The storage contract on local disk, and what only a disk can do wrong: order of syncs, full, killed."""

import errno
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage_adapters import ObjectExists, Storage, StorageError, StorageFull, open_storage
from tests.contracts.storage_contract import StorageContract


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the store lives."""
    return tmp_path / "store"


@pytest.fixture
def storage(folder: Path) -> Storage:
    """A store on a new folder."""
    return open_storage(f"file:{folder}")


def hidden_files(folder: Path) -> list[str]:
    """The files that are not visible objects."""
    return [
        str(path) for name in ("incoming", "uploads") for path in (folder / name).rglob("*") if path.is_file()
    ]


class TestLocalDisk(StorageContract):
    """Everything holds, nothing is skipped."""


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The order of syncs (with the path behind the descriptor) and links."""
    seen: list[str] = []
    fsync, link = os.fsync, os.link

    def recorded_fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        seen.append(f"sync {'folder' if path.is_dir() else 'bytes'} {path.name}")
        fsync(descriptor)

    def recorded_link(source: Path, target: Path) -> None:
        seen.append(f"name {target.name}")
        link(source, target)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(os, "link", recorded_link)
    return seen


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="this system does not name descriptors"
)


@needs_proc
def test_bytes_are_synced_before_the_name_and_the_folder_after(storage: Storage, calls: list[str]) -> None:
    storage.put("files/ab/cd/1", io.BytesIO(b"x"))
    name = calls.index("name 1")
    assert any(call.startswith("sync bytes") for call in calls[:name])
    assert {"sync folder objects", "sync folder files", "sync folder ab"} <= set(calls[:name])
    assert calls[name + 1 :] == ["sync folder cd"]


@needs_proc
def test_an_upload_is_synced_part_by_part_then_named(storage: Storage, calls: list[str]) -> None:
    upload = storage.start_multipart("files/1", 4, 4)
    assert calls[-1] == "sync folder uploads"
    calls.clear()
    part = storage.put_part("files/1", upload, 1, io.BytesIO(b"1234"), 4)
    assert calls == ["sync bytes data", "sync bytes journal"]
    calls.clear()
    storage.finish_multipart("files/1", upload, [(1, part.etag)])
    name = calls.index("name 1")
    assert calls[:2] == ["sync bytes data", "sync bytes journal"]
    assert calls[name + 1 :] == ["sync folder files"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["pwrite", "fsync", "link"])
def test_a_full_disk_is_said_and_leaves_nothing(
    storage: Storage, folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def full(*_: object) -> None:
        raise OSError(code, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(StorageFull):
            storage.put("a/1", io.BytesIO(b"x"))
    assert list(storage.list()) == []
    assert hidden_files(folder) == []
    assert storage.put("a/1", io.BytesIO(b"x")).size == 1


def test_a_part_on_a_full_disk_can_be_sent_again(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = storage.start_multipart("a/1", 8, 4)
    write, journal_write = os.pwrite, os.write

    def half(descriptor: int, block: memoryview, offset: int) -> int:
        if offset >= 5:
            raise OSError(errno.ENOSPC, "full")
        return write(descriptor, block[:1], offset)

    def torn(descriptor: int, line: bytes) -> int:
        journal_write(descriptor, line[:12])
        raise OSError(errno.ENOSPC, "full")

    first = storage.put_part("a/1", upload, 1, io.BytesIO(b"1234"), 4)
    for name, broken in (("pwrite", half), ("write", torn)):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, broken)
            with pytest.raises(StorageFull):
                storage.put_part("a/1", upload, 2, io.BytesIO(b"5678"), 4)
        assert [part.number for part in storage.list_parts("a/1", upload)] == [1]
    second = storage.put_part("a/1", upload, 2, io.BytesIO(b"abcd"), 4)
    stored = storage.finish_multipart("a/1", upload, [(1, first.etag), (2, second.etag)])
    assert stored.sha256 == hashlib.sha256(b"1234abcd").hexdigest()


def test_another_process_goes_on_where_the_first_one_stopped(storage: Storage, folder: Path) -> None:
    upload = storage.start_multipart("a/1", 8, 4)
    one = storage.put_part("a/1", upload, 1, io.BytesIO(b"1234"), 4)
    other = open_storage(f"file:{folder}")
    new = other.put_part("a/1", upload, 1, io.BytesIO(b"ABCD"), 4)
    two = storage.put_part("a/1", upload, 2, io.BytesIO(b"5678"), 4)
    assert new.etag != one.etag
    stored = storage.finish_multipart("a/1", upload, [(1, new.etag), (2, two.etag)])
    assert stored.sha256 == hashlib.sha256(b"ABCD5678").hexdigest()
    assert other.finish_multipart("a/1", upload, [(1, new.etag), (2, two.etag)]) == stored


def test_finish_survives_a_kill_between_the_name_and_the_answer(
    storage: Storage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = storage.start_multipart("a/1", 4, 4)
    part = storage.put_part("a/1", upload, 1, io.BytesIO(b"1234"), 4)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            storage.finish_multipart("a/1", upload, [(1, part.etag)])
    assert storage.stat("a/1").size == 4
    stored = open_storage(f"file:{folder}").finish_multipart("a/1", upload, [(1, part.etag)])
    assert stored.sha256 == hashlib.sha256(b"1234").hexdigest()
    assert not [path for path in hidden_files(folder) if path.endswith("data")]


def test_the_file_itself_can_be_handed_to_the_web_server(storage: Storage) -> None:
    storage.put("a/1", io.BytesIO(b"x"))
    path = storage.local_path("a/1")
    assert path is not None
    assert path.read_bytes() == b"x"
    assert (storage.free_bytes() or 0) > 0


def test_an_object_is_never_the_folder_of_another(storage: Storage) -> None:
    storage.put("a/1", io.BytesIO(b"x"))
    for key in ("a", "a/1/2", "a/1/2/3"):
        with pytest.raises(StorageError):
            storage.put(key, io.BytesIO(b"y"))
    with pytest.raises(ObjectExists):
        storage.put("a/1", io.BytesIO(b"y"))


WRITER = """
import hashlib, io, itertools, sys
from storage_adapters import open_storage
storage = open_storage("file:" + sys.argv[1])
run = sys.argv[2]
def say(key, sha256):
    sys.stdout.write(f"{key} {sha256}\\n"); sys.stdout.flush()
say("ready", "-")
for n in itertools.count():
    body = (f"{run}.{n}.".encode() * 75_000)[:300_000]
    key = f"put/{run}/{n}"
    say(key, storage.put(key, io.BytesIO(body)).sha256)
    key = f"upload/{run}/{n}"
    upload = storage.start_multipart(key, len(body), 100_000)
    bodies = [io.BytesIO(body[i * 100_000:][:100_000]) for i in range(3)]
    parts = [storage.put_part(key, upload, i + 1, bodies[i], 100_000) for i in range(3)]
    say(key, storage.finish_multipart(key, upload, [(p.number, p.etag) for p in parts]).sha256)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged_and_tears_nothing(
    storage: Storage, folder: Path
) -> None:
    chance = random.Random(20261)
    acknowledged: dict[str, str] = {}
    for run in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(run)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(chance.uniform(0.01, 0.15))
        writer.send_signal(signal.SIGKILL)
        lines = writer.communicate()[0].decode().split("\n")[:-1]
        acknowledged.update(line.split(" ") for line in lines)  # type: ignore[misc]
        assert writer.returncode == -signal.SIGKILL, "the writer failed by itself"
    assert acknowledged, "no writer got anywhere"
    for found in storage.list():
        with storage.open(found.key) as reader:
            body = reader.read()
        assert len(body) == 300_000, f"{found.key} is torn"
        sha256 = hashlib.sha256(body).hexdigest()
        assert acknowledged.pop(found.key, sha256) == sha256
    assert acknowledged == {}, "an acknowledged object is gone"
    storage.clean_abandoned(datetime.now(UTC) + timedelta(hours=1))
    assert hidden_files(folder) == []
