"""One multipart upload as S3 itself knows it: begin, send, list, complete, abort."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING

from storage_adapters.errors import ObjectNotFound, UploadNotFound
from storage_adapters.interface import Part
from storage_adapters.s3.connection import Connection
from storage_adapters.s3.s3_errors import once, s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef


@contextmanager
def _upload_errors() -> Iterator[None]:
    """The errors of S3; of an upload that is gone some stores say NoSuchUpload, others NoSuchKey (radosgw)."""
    try:
        with s3_errors():
            yield
    except ObjectNotFound as error:
        raise UploadNotFound(str(error)) from error


@dataclass(frozen=True)
class NativeUpload:
    """An upload id of the store, with the key it belongs to."""

    connection: Connection
    key: str
    id: str

    @classmethod
    def begin(cls, connection: Connection, key: str, metadata: dict[str, str]) -> "NativeUpload":
        """Create the upload; the metadata (ASCII) ends up on the object."""
        with s3_errors():
            answer = connection.client.create_multipart_upload(
                Bucket=connection.bucket, Key=key, Metadata=metadata
            )
        return cls(connection, key, answer["UploadId"])

    def send(self, number: int, body: bytes | IO[bytes], size: int) -> Part:
        """Send one part; a body that is a file must be seekable, a retry reads it again."""
        with _upload_errors():
            answer = self.connection.client.upload_part(
                Bucket=self.connection.bucket, Key=self.key, UploadId=self.id, PartNumber=number, Body=body
            )
        return Part(number, size, answer["ETag"].strip('"'))

    def parts(self) -> list[Part]:
        """What the store has, over all pages."""
        pages = self.connection.client.get_paginator("list_parts")
        with _upload_errors():
            return [
                Part(part["PartNumber"], part["Size"], part["ETag"].strip('"'))
                for page in pages.paginate(Bucket=self.connection.bucket, Key=self.key, UploadId=self.id)
                for part in page.get("Parts", [])
            ]

    def complete(self, parts: list[Part]) -> None:
        """Make the object; its ETag and size are not in every store's answer, so nothing is returned."""
        named: list[CompletedPartTypeDef] = [{"PartNumber": part.number, "ETag": part.etag} for part in parts]
        complete = partial(
            self.connection.client.complete_multipart_upload,
            Bucket=self.connection.bucket, Key=self.key, UploadId=self.id, MultipartUpload={"Parts": named},
        )  # fmt: skip
        with _upload_errors():
            once(lambda: complete(IfNoneMatch="*"), complete)

    def abort(self) -> bool:
        """Drop the parts; False for an unknown upload."""
        try:
            with _upload_errors():
                self.connection.client.abort_multipart_upload(
                    Bucket=self.connection.bucket, Key=self.key, UploadId=self.id
                )
        except UploadNotFound:
            return False
        return True
