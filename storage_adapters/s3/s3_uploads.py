"""Multipart uploads on S3: the plan travels inside the upload id, so no process has to remember it."""

import re
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage_adapters.errors import ObjectExists, ObjectNotFound, StorageError, UploadNotFound
from storage_adapters.interface import Part, StoredObject
from storage_adapters.reading import ByteStream, blocks
from storage_adapters.s3.connection import Connection
from storage_adapters.s3.native_upload import NativeUpload
from storage_adapters.s3.s3_errors import s3_errors
from storage_adapters.upload_plan import MIN_PART_BYTES, UploadPlan

_UPLOAD_ID = re.compile(r"(\d{1,18})-(\d{1,18})-([0-9a-f]{32})-(.+)")
_MARK = "kho-upload"  # metadata that tells whose upload made an object
_SPOOL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class _UploadId:
    """Our upload id: the plan, a mark that ends up on the object, and the id the store gave."""

    plan: UploadPlan
    mark: str
    native: str

    def __str__(self) -> str:
        return f"{self.plan.size}-{self.plan.part_size}-{self.mark}-{self.native}"

    @classmethod
    def parse(cls, text: str) -> "_UploadId":
        match = _UPLOAD_ID.fullmatch(text)
        if match is None or int(match[2]) == 0:
            raise UploadNotFound("no such upload")
        return cls(UploadPlan(int(match[1]), int(match[2])), match[3], match[4])


class S3Uploads:
    """The multipart half of an S3 store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = connection.client
        self._bucket = connection.bucket

    def _native(self, key: str, upload_id: _UploadId) -> NativeUpload:
        return NativeUpload(self._connection, key, upload_id.native)

    def start(self, key: str, size: int, part_size: int) -> str:
        """Begin an upload; parts other than the last must have MIN_PART_BYTES."""
        plan = UploadPlan(size, part_size)
        if plan.count > 1 and part_size < MIN_PART_BYTES:
            raise StorageError(f"S3 wants parts of at least {MIN_PART_BYTES} bytes")
        self.refuse_taken(key)
        mark = secrets.token_hex(16)
        native = NativeUpload.begin(self._connection, key, {_MARK: mark})
        return str(_UploadId(plan, mark, native.id))

    def part_url(self, key: str, upload_id: str, number: int, seconds: int) -> str:
        """Sign a PUT of one part on the public endpoint."""
        upload = _UploadId.parse(upload_id)
        upload.plan.size_of(number)
        params = {"Bucket": self._bucket, "Key": key, "UploadId": upload.native, "PartNumber": number}
        with s3_errors():
            return self._connection.signer.generate_presigned_url(
                "upload_part", Params=params, ExpiresIn=seconds
            )

    def put_part(self, key: str, upload_id: str, number: int, stream: ByteStream, size: int) -> Part:
        """Spool the part (its length is known only then, and a retry reads it again), then send it."""
        upload = _UploadId.parse(upload_id)
        upload.plan.check_size(number, size)
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
            for block in blocks(stream, size):
                spool.write(block)
            spool.seek(0)
            return self._native(key, upload).send(number, spool, size)

    def list_parts(self, key: str, upload_id: str) -> list[Part]:
        """What the store has."""
        return self._native(key, _UploadId.parse(upload_id)).parts()

    def finish(self, key: str, upload_id: str, claimed: Sequence[tuple[int, str]]) -> StoredObject:
        """Complete the upload, or find that an earlier call did."""
        upload = _UploadId.parse(upload_id)
        native = self._native(key, upload)
        try:
            parts = upload.plan.check(native.parts(), claimed)
            self.refuse_taken(key)
            native.complete(parts)
        except UploadNotFound:
            pass  # completed before, or never there: the mark on the object tells
        return self._finished(key, upload)

    def _finished(self, key: str, upload: _UploadId) -> StoredObject:
        try:
            head = self._connection.head(key)
        except ObjectNotFound as error:
            raise UploadNotFound("no such upload") from error
        if head["Metadata"].get(_MARK) != upload.mark:
            raise ObjectExists(key)
        return StoredObject(key, head["ContentLength"], None)

    def refuse_taken(self, key: str) -> None:
        """Raise ObjectExists; the condition on the write itself is not kept by every store."""
        try:
            self._connection.head(key)
        except ObjectNotFound:
            return
        raise ObjectExists(key)

    def abort(self, key: str, upload_id: str) -> None:
        """Drop the parts, if there are any."""
        try:
            upload = _UploadId.parse(upload_id)
        except UploadNotFound:
            return
        self._native(key, upload).abort()

    def clean_abandoned(self, older_than: datetime) -> int:
        """Abort what began before `older_than` (S3 tells no later time)."""
        pages = self._client.get_paginator("list_multipart_uploads")
        with s3_errors():
            stale = [
                NativeUpload(self._connection, upload["Key"], upload["UploadId"])
                for page in pages.paginate(Bucket=self._bucket)
                for upload in page.get("Uploads", [])
                if upload["Initiated"] < older_than
            ]
        return sum(upload.abort() for upload in stale)
