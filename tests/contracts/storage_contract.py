"""What every store must do: one suite, run on local disk, memory and S3 by thin files."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from storage_adapters import (
    BLOCK_BYTES,
    ObjectExists,
    ObjectNotFound,
    Storage,
    StorageError,
    UploadIncomplete,
    UploadNotFound,
    object_key,
)

NASTY_KEYS = [
    "", "/", "a/", "/a", "a//b", "..", "../a", "a/../b", "a/..", "./a", ".hidden", "a/.b", "a\\b", "a b",
    "a\0b", "a\nb", "đề thi.docx", "a/%2e%2e/b", "~/a", "a" * 256, "a/" * 600 + "a", "C:a", "a?b", "a\n",
]  # fmt: skip


class CountingStream:
    """A stream that makes its bytes up, remembers the largest read, and may break on the way."""

    def __init__(self, size: int, breaks_at: int | None = None) -> None:
        self.left, self.largest, self.breaks_at = size, 0, breaks_at

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "the whole stream was asked for at once"
        self.largest = max(self.largest, size)
        if self.breaks_at is not None and self.left <= self.breaks_at:
            raise ConnectionResetError("the browser went away")
        taken = min(size, self.left)
        self.left -= taken
        return b"k" * taken


class StorageContract:
    """Subclasses give a `storage` fixture; `part` is the smallest part the store takes."""

    part = 64 * 1024
    knows_sha256_of_uploads = True
    one_winner_gap: str | None = None
    late_part_gap: str | None = None
    age_gap: str | None = None

    def begin(self, storage: Storage, key: str, parts: int = 3, tail: int = 7) -> tuple[str, list[bytes]]:
        """Start an upload of `parts` parts, the last of `tail` bytes; return its id and the bodies."""
        bodies = [bytes([65 + n]) * self.part for n in range(parts - 1)] + [b"z" * tail]
        return storage.start_multipart(key, sum(map(len, bodies)), self.part), bodies

    def send(self, storage: Storage, key: str, upload: str, number: int, body: bytes) -> tuple[int, str]:
        """Send one part; return what `finish_multipart` wants to hear about it."""
        part = storage.put_part(key, upload, number, io.BytesIO(body), len(body))
        return part.number, part.etag

    def content(self, storage: Storage, key: str) -> bytes:
        """All bytes of an object."""
        with storage.open(key) as reader:
            return reader.read()

    # whole objects

    @pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1])
    def test_what_was_put_is_read_back_with_its_size_and_sha256(self, storage: Storage, size: int) -> None:
        body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        stored = storage.put("a/1", io.BytesIO(body), size)
        assert (stored.key, stored.size, stored.sha256) == ("a/1", size, hashlib.sha256(body).hexdigest())
        assert self.content(storage, "a/1") == body
        assert storage.stat("a/1").size == size
        assert abs(storage.stat("a/1").modified - datetime.now(UTC)) < timedelta(minutes=1)

    def test_a_large_stream_is_read_in_blocks(self, storage: Storage) -> None:
        stream = CountingStream(17 * 1024 * 1024 + 3)
        assert storage.put("a/1", stream).size == 17 * 1024 * 1024 + 3
        assert stream.largest <= BLOCK_BYTES
        with storage.open("a/1") as reader:
            sizes = [len(block) for block in reader]
        assert sum(sizes) == 17 * 1024 * 1024 + 3
        assert max(sizes) <= BLOCK_BYTES

    def test_a_key_is_written_once(self, storage: Storage) -> None:
        storage.put("a/1", io.BytesIO(b"first"))
        with pytest.raises(ObjectExists):
            storage.put("a/1", io.BytesIO(b"second"))
        with pytest.raises(ObjectExists):
            storage.start_multipart("a/1", 10, self.part)
        assert self.content(storage, "a/1") == b"first"

    def test_sixteen_writers_of_one_key_have_one_winner(self, storage: Storage) -> None:
        if self.one_winner_gap:
            pytest.skip(self.one_winner_gap)
        bodies = [bytes([n]) * 100_000 for n in range(16)]

        def write(body: bytes) -> bytes | None:
            try:
                storage.put("a/b/1", io.BytesIO(body))
            except ObjectExists:
                return None
            return body

        with ThreadPoolExecutor(16) as pool:
            winners = [body for body in pool.map(write, bodies) if body is not None]
        assert winners == [self.content(storage, "a/b/1")]

    @pytest.mark.parametrize("breaks_at", [0, 9 * 1024 * 1024])
    def test_a_stream_that_breaks_leaves_nothing_visible(self, storage: Storage, breaks_at: int) -> None:
        with pytest.raises(ConnectionResetError):
            storage.put("a/1", CountingStream(18 * 1024 * 1024, breaks_at))
        assert list(storage.list()) == []
        assert storage.put("a/1", io.BytesIO(b"again")).size == 5

    @pytest.mark.parametrize("size", [4, 6])
    def test_a_body_of_another_length_than_announced_is_refused(self, storage: Storage, size: int) -> None:
        with pytest.raises(UploadIncomplete):
            storage.put("a/1", io.BytesIO(b"12345"), size)
        assert list(storage.list()) == []

    @pytest.mark.parametrize("key", NASTY_KEYS)
    def test_a_key_that_some_store_would_bend_is_refused(self, storage: Storage, key: str) -> None:
        calls = (
            lambda: storage.put(key, io.BytesIO(b"x")),
            lambda: storage.open(key),
            lambda: storage.stat(key),
            lambda: storage.delete(key),
            lambda: storage.local_path(key),
            lambda: storage.start_multipart(key, 1, self.part),
            lambda: storage.download_url(key, filename="x", media_type="text/plain", seconds=9),
        )
        for call in calls:
            with pytest.raises(StorageError) as caught:
                call()
            assert type(caught.value) is StorageError

    def test_a_missing_object_is_not_found_and_deleting_it_is_no_error(self, storage: Storage) -> None:
        for call in (storage.open, storage.stat):
            with pytest.raises(ObjectNotFound):
                call("a/nothing")
        storage.delete("a/nothing")
        storage.put("a/1", io.BytesIO(b"x"))
        storage.delete("a/1")
        storage.delete("a/1")
        with pytest.raises(ObjectNotFound):
            storage.stat("a/1")

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (0, None, b"0123456789"), (0, 0, b""), (3, 3, b""), (2, 5, b"234"), (9, 10, b"9"),
            (9, None, b"9"), (8, 99, b"89"), (10, None, b""), (99, 120, b""),
        ],
    )  # fmt: skip
    def test_a_range_is_cut_like_a_slice(
        self, storage: Storage, start: int, end: int | None, expected: bytes
    ) -> None:
        storage.put("a/1", io.BytesIO(b"0123456789"))
        with storage.open("a/1", start, end) as reader:
            assert reader.size == len(expected)
            assert reader.read() == expected
            assert reader.read(1) == b""

    def test_a_range_of_nothing_is_not_found_even_when_empty(self, storage: Storage) -> None:
        with pytest.raises(ObjectNotFound):
            storage.open("a/nothing", 0, 0)
        storage.put("a/1", io.BytesIO(b"x"))
        for start, end in ((-1, None), (5, 4)):
            with pytest.raises(ValueError, match="range"):
                storage.open("a/1", start, end)

    def test_listing_goes_by_prefix(self, storage: Storage) -> None:
        keys = {"files/ab/cd/1", "files/ab/ce/2", "filesystem/1", "other/1"}
        for key in keys:
            storage.put(key, io.BytesIO(key.encode()))
        assert {found.key: found.size for found in storage.list()} == {key: len(key) for key in keys}
        assert {found.key for found in storage.list("files/")} == {"files/ab/cd/1", "files/ab/ce/2"}
        assert {found.key for found in storage.list("files/ab/ce/2")} == {"files/ab/ce/2"}
        assert {found.key for found in storage.list("file")} == keys - {"other/1"}
        assert list(storage.list("nothing/")) == []

    def test_a_file_id_makes_a_key_that_every_store_takes(self, storage: Storage) -> None:
        key = object_key("0192f0c1-aaaa-7bbb-8ccc-123456789abc")
        assert storage.put(key, io.BytesIO(b"x")).key == key

    # multipart

    @pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (1, 3, 2)])
    def test_parts_in_any_order_make_the_object(self, storage: Storage, order: tuple[int, ...]) -> None:
        upload, bodies = self.begin(storage, "a/1")
        named = [self.send(storage, "a/1", upload, number, bodies[number - 1]) for number in order]
        assert list(storage.list()) == []
        assert [part.number for part in storage.list_parts("a/1", upload)] == [1, 2, 3]
        stored = storage.finish_multipart("a/1", upload, named)
        whole = b"".join(bodies)
        assert self.content(storage, "a/1") == whole
        expected = hashlib.sha256(whole).hexdigest() if self.knows_sha256_of_uploads else None
        assert (stored.size, stored.sha256) == (len(whole), expected)

    def test_finishing_twice_answers_the_same_and_quotes_do_not_matter(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=1)
        number, etag = self.send(storage, "a/1", upload, 1, bodies[0])
        first = storage.finish_multipart("a/1", upload, [(number, f'"{etag}"')])
        assert storage.finish_multipart("a/1", upload, [(number, etag)]) == first
        with pytest.raises(UploadNotFound):
            storage.list_parts("a/1", upload)
        storage.abort_multipart("a/1", upload)
        assert self.content(storage, "a/1") == bodies[0]

    @pytest.mark.parametrize("end", ["finished", "aborted"])
    def test_a_part_that_comes_after_the_end_changes_nothing(self, storage: Storage, end: str) -> None:
        if self.late_part_gap:
            pytest.skip(self.late_part_gap)
        upload, bodies = self.begin(storage, "a/1", parts=1)
        named = [self.send(storage, "a/1", upload, 1, bodies[0])]
        if end == "finished":
            storage.finish_multipart("a/1", upload, named)
        else:
            storage.abort_multipart("a/1", upload)
        with pytest.raises(UploadNotFound):
            self.send(storage, "a/1", upload, 1, b"changed")
        if end == "finished":
            assert self.content(storage, "a/1") == bodies[0]

    def test_an_empty_file_is_one_empty_part(self, storage: Storage) -> None:
        upload = storage.start_multipart("a/1", 0, self.part)
        assert storage.finish_multipart("a/1", upload, [self.send(storage, "a/1", upload, 1, b"")]).size == 0
        assert self.content(storage, "a/1") == b""

    def test_a_part_sent_again_replaces_the_old_one(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=2)
        old = self.send(storage, "a/1", upload, 1, bodies[0])
        last = self.send(storage, "a/1", upload, 2, bodies[1])
        assert self.send(storage, "a/1", upload, 1, bodies[0]) == old, "the same bytes change nothing"
        new = self.send(storage, "a/1", upload, 1, b"N" * self.part)
        with pytest.raises(UploadIncomplete):
            storage.finish_multipart("a/1", upload, [old, last])
        stored = storage.finish_multipart("a/1", upload, [new, last])
        whole = b"N" * self.part + bodies[1]
        assert self.content(storage, "a/1") == whole
        assert stored.sha256 in (None, hashlib.sha256(whole).hexdigest())

    def test_missing_wrong_and_double_parts_are_refused_and_can_be_mended(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=2)
        first = self.send(storage, "a/1", upload, 1, bodies[0])
        for named in ([], [first], [first, (2, "0" * 32)], [first, first], [first, (3, first[1])]):
            with pytest.raises(UploadIncomplete):
                storage.finish_multipart("a/1", upload, named)
        second = self.send(storage, "a/1", upload, 2, bodies[1])
        for named in (
            [first],
            [first, first],
            [(1, second[1]), (2, first[1])],
            [first, second, (3, "0" * 32)],
        ):
            with pytest.raises(UploadIncomplete):
                storage.finish_multipart("a/1", upload, named)
        assert list(storage.list()) == []
        assert storage.finish_multipart("a/1", upload, [second, first]).size == self.part + 7

    @pytest.mark.parametrize("body", [b"z" * 6, b"z" * 8, b""])
    def test_a_part_of_the_wrong_length_is_refused_and_the_old_one_stays(
        self, storage: Storage, body: bytes
    ) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=1)
        for _ in range(2):  # before and after the true part came
            with pytest.raises(UploadIncomplete):
                storage.put_part("a/1", upload, 1, io.BytesIO(body), 7)
            with pytest.raises(UploadIncomplete):
                storage.put_part("a/1", upload, 1, io.BytesIO(body), len(body))
            good = self.send(storage, "a/1", upload, 1, bodies[0])
        storage.finish_multipart("a/1", upload, [good])
        assert self.content(storage, "a/1") == bodies[0]

    @pytest.mark.parametrize("number", [0, -1, 2, 10_001])
    def test_a_part_outside_the_plan_is_refused(self, storage: Storage, number: int) -> None:
        upload = storage.start_multipart("a/1", 7, self.part)
        with pytest.raises(UploadIncomplete):
            storage.put_part("a/1", upload, number, io.BytesIO(b"z" * 7), 7)

    def test_a_part_whose_stream_breaks_is_as_if_never_sent(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=2)
        good = self.send(storage, "a/1", upload, 1, bodies[0])
        for number, size in ((1, self.part), (2, 7)):
            with pytest.raises(ConnectionResetError):
                storage.put_part("a/1", upload, number, CountingStream(size, breaks_at=0), size)
        assert [(part.number, part.etag) for part in storage.list_parts("a/1", upload)] == [good]

    def test_parts_sent_at_the_same_time_make_the_object(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=4)
        with ThreadPoolExecutor(8) as pool:
            sent = [
                pool.submit(self.send, storage, "a/1", upload, number, body)
                for number, body in [*enumerate(bodies, start=1)] * 2
            ]
            named = dict(future.result() for future in sent)
        stored = storage.finish_multipart("a/1", upload, list(named.items()))
        assert self.content(storage, "a/1") == b"".join(bodies)
        assert stored.sha256 in (None, hashlib.sha256(b"".join(bodies)).hexdigest())

    def test_a_key_taken_during_the_upload_is_not_overwritten(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=1)
        named = [self.send(storage, "a/1", upload, 1, bodies[0])]
        storage.put("a/1", io.BytesIO(b"earlier"))
        with pytest.raises(ObjectExists):
            storage.finish_multipart("a/1", upload, named)
        assert self.content(storage, "a/1") == b"earlier"

    def test_an_aborted_upload_is_gone_and_aborting_again_is_no_error(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=1)
        named = [self.send(storage, "a/1", upload, 1, bodies[0])]
        storage.abort_multipart("a/1", upload)
        storage.abort_multipart("a/1", upload)
        with pytest.raises(UploadNotFound):
            storage.finish_multipart("a/1", upload, named)
        assert list(storage.list()) == []

    @pytest.mark.parametrize(
        "upload", ["", "..", "../objects", "nothing", "0" * 32, "1-1-x", "7-0-" + "0" * 32 + "-x"]
    )
    def test_an_upload_id_from_nowhere_is_not_found(self, storage: Storage, upload: str) -> None:
        with pytest.raises(UploadNotFound):
            storage.put_part("a/1", upload, 1, io.BytesIO(b"x"), 1)
        with pytest.raises(UploadNotFound):
            storage.list_parts("a/1", upload)
        storage.abort_multipart("a/1", upload)

    @pytest.mark.parametrize(("size", "part_size"), [(-1, 1), (1, 0), (1, -5), (10_001 * 5, 5)])
    def test_a_plan_that_cannot_work_is_refused(self, storage: Storage, size: int, part_size: int) -> None:
        with pytest.raises(StorageError):
            storage.start_multipart("a/1", size, part_size)

    def test_only_abandoned_uploads_are_swept(self, storage: Storage) -> None:
        if self.age_gap:
            pytest.skip(self.age_gap)
        storage.start_multipart("a/3", 7, self.part)
        assert storage.clean_abandoned(datetime.now(UTC) - timedelta(hours=1)) == 0
        assert storage.clean_abandoned(datetime.now(UTC) + timedelta(hours=1)) == 1

    def test_sweeping_takes_what_is_unfinished_and_keeps_objects(self, storage: Storage) -> None:
        upload, bodies = self.begin(storage, "a/1", parts=1)
        named = [self.send(storage, "a/1", upload, 1, bodies[0])]
        other = storage.start_multipart("a/2", 7, self.part)
        storage.finish_multipart("a/1", upload, named)
        assert storage.clean_abandoned(datetime.now(UTC) + timedelta(hours=1)) == 1
        with pytest.raises(UploadNotFound):
            storage.list_parts("a/2", other)
        assert self.content(storage, "a/1") == bodies[0]
