"""The power fails at every fsync: what was acknowledged is there whole; with any one fsync left out it is not."""

from __future__ import annotations

import hashlib
import io
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from storage_adapters import ObjectNotFound, StorageError, crashpoints, object_key
from storage_adapters.local_disk import LocalDisk
from tests.trust.places import ROOT
from tests.trust.power_loss import Disk, Place, watched

PART = 4000
TWICE_SURE = {"LocalUpload._seal"}
"""Each part is synced when it comes; the whole once more before its SHA-256 is kept for good. No other is spare."""
SEEDS = (None, 1, 2, 3)
"""None: nothing that was not synced is left; the others draw by lot."""


@dataclass
class Upload:
    """What its sender knows: the parts that were answered, by number, with their ETags."""

    key: str
    id: str
    wanted: list[bytes]
    sent: dict[int, tuple[bytes, str]] = field(default_factory=dict)


class Died(BaseException):
    """Stands for the end of the process."""


def _die_at_the_name(place: str) -> None:
    if place == "object.named":
        raise Died


class Story:
    """A store that is used, and what its users were answered."""

    def __init__(self, root: Path) -> None:
        self.root, self.store = root, LocalDisk(root)
        self.objects: dict[str, str] = {}
        """Key -> SHA-256."""
        self.upload: Upload | None = None

    def steps(self) -> Iterator[str]:
        """One acknowledged change after the other."""
        small, key = b"mot tep nho " * 200, object_key("a" * 16)
        self.store.put(key, io.BytesIO(small), len(small))
        self.objects[key] = hashlib.sha256(small).hexdigest()
        yield "a small file"
        chance = random.Random(5)
        yield from self._uploaded(object_key("b" * 16), [chance.randbytes(PART), chance.randbytes(700)])

    def _uploaded(self, key: str, wanted: list[bytes]) -> Iterator[str]:
        upload = Upload(key, self.store.start_multipart(key, sum(map(len, wanted)), PART), wanted)
        self.upload = upload
        yield "an upload begun"
        for number, content in ((1, wanted[0]), (2, wanted[1][::-1]), (2, wanted[1])):
            part = self.store.put_part(key, upload.id, number, io.BytesIO(content), len(content))
            upload.sent[number] = content, part.etag
            yield f"part {number}"
        self._die_when_it_has_its_name(upload)
        etags = [(number, etag) for number, (_content, etag) in upload.sent.items()]
        self.objects[key] = self.store.finish_multipart(key, upload.id, etags).sha256 or ""
        self.upload = None
        assert self.objects[key] == hashlib.sha256(b"".join(wanted)).hexdigest()
        yield "the upload finished"

    def _die_when_it_has_its_name(self, upload: Upload) -> None:
        """The process dies before anybody was answered; who finishes again must be as sure as the first."""
        crashpoints.arm(_die_at_the_name)
        etags = [(number, etag) for number, (_content, etag) in upload.sent.items()]
        with pytest.raises(Died):
            self.store.finish_multipart(upload.key, upload.id, etags)
        crashpoints.arm(None)
        self.store = LocalDisk(self.root)

    def lost(self, image: Path) -> list[str]:
        """What somebody who starts the service on the image misses."""
        store = LocalDisk(image)
        found = [
            f"{key} is gone or torn" for key, sha256 in self.objects.items() if _sha256(store, key) != sha256
        ]
        return found + (_lost_of(store, self.upload) if self.upload else [])


def _lost_of(store: LocalDisk, upload: Upload) -> list[str]:
    """Go on with an upload where it was: what was answered need not be sent again, and comes out as it was sent."""
    try:
        there = {part.number: part.etag for part in store.list_parts(upload.key, upload.id)}
        if gone := [number for number, (_, etag) in upload.sent.items() if there.get(number) != etag]:
            return [f"parts {gone} are gone"]
        contents = [upload.sent.get(number, (content,))[0] for number, content in enumerate(upload.wanted, 1)]
        for number, content in enumerate(contents, 1):
            if number not in there:
                part = store.put_part(upload.key, upload.id, number, io.BytesIO(content), len(content))
                there[number] = part.etag
        store.finish_multipart(upload.key, upload.id, sorted(there.items()))
    except StorageError as error:
        return [f"the upload cannot go on: {error}"]
    right = hashlib.sha256(b"".join(contents)).hexdigest()
    return [] if _sha256(store, upload.key) == right else ["a part is not what was sent"]


def _sha256(store: LocalDisk, key: str) -> str:
    try:
        with store.open(key) as reader:
            return hashlib.sha256(b"".join(reader)).hexdigest()
    except ObjectNotFound:
        return ""


def told(root: Path, without: Place | None = None) -> tuple[list[str], set[Place]]:
    """Use a store, cut the power after every answer: what was lost, and where fsyncs were asked for."""
    root.mkdir()
    story = Story(root)
    disk = Disk(root.resolve(), without)
    disk.remember_all()
    lost = []
    with watched(disk):
        for number, step in enumerate(story.steps()):
            for seed in SEEDS:
                image = root.parent / f"{root.name}-image-{number}-{seed}"
                disk.cut(image, random.Random(seed) if seed else None)
                lost += [f"after {step}, lot {seed}: {each}" for each in story.lost(image)]
                shutil.rmtree(image)
    disk.close()
    return lost, disk.places


def fsyncs_in_the_source() -> int:
    """Calls of the two helpers; nothing else may ask for an fsync."""
    sources = [path.read_text() for path in (ROOT / "storage_adapters").glob("*.py")]
    assert sum(source.count("os.fsync(") for source in sources) == 2
    return sum(len(re.findall(r"^ +sync(?:_folder)?\(", source, re.MULTILINE)) for source in sources)


def test_nothing_acknowledged_is_lost_with_the_power(tmp_path: Path) -> None:
    lost, places = told(tmp_path / "store")
    assert lost == []
    assert len(places) == fsyncs_in_the_source()


def test_every_single_fsync_is_needed(tmp_path: Path) -> None:
    _lost, places = told(tmp_path / "store")
    needless = {
        place[0]
        for number, place in enumerate(sorted(places))
        if not told(tmp_path / f"without-{number}", place)[0]
    }
    assert needless == TWICE_SURE


@pytest.fixture(autouse=True)
def _linux_only() -> None:
    if not Path("/proc/self/fd").exists():
        pytest.skip("looks files up by /proc")
