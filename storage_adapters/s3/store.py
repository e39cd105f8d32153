"""The S3 store: whole objects, links for browsers; multipart uploads are next door."""

import base64
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from storage_adapters.disposition import content_disposition
from storage_adapters.interface import ObjectStat, Part, StoredObject
from storage_adapters.keys import validate_key
from storage_adapters.reading import ByteStream, RangeReader, blocks, clip
from storage_adapters.s3.connection import Connection
from storage_adapters.s3.native_upload import NativeUpload
from storage_adapters.s3.s3_errors import once, s3_errors
from storage_adapters.s3.s3_uploads import S3Uploads

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

_PIECE_BYTES = 8 * 1024 * 1024  # all that a put holds in memory; 10,000 of them are 80 GB


def open_s3(url: str) -> "S3Store":
    """The store behind an `s3://` URL; credentials come from boto3's own chain."""
    return S3Store(Connection(url))


class S3Store:
    """A Storage on one bucket."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = connection.client
        self._bucket = connection.bucket
        self._uploads = S3Uploads(connection)

    def put(self, key: str, stream: ByteStream, size: int | None = None) -> StoredObject:
        """One request for a small object, a multipart upload of our own for a larger one."""
        self._uploads.refuse_taken(validate_key(key))
        pieces = _Pieces(stream, size)
        rest = iter(pieces)
        first = next(rest, b"")
        if len(first) < _PIECE_BYTES:
            self._put_whole(key, first, pieces.digest.hexdigest())
        else:
            self._put_pieces(key, first, rest)
        return StoredObject(key, pieces.size, pieces.digest.hexdigest())

    def _put_whole(self, key: str, body: bytes, sha256: str) -> None:
        checked = base64.b64encode(
            bytes.fromhex(sha256)
        ).decode()  # a store that knows it refuses other bytes
        put = partial(
            self._client.put_object,
            Bucket=self._bucket, Key=key, Body=body, Metadata={"sha256": sha256}, ChecksumSHA256=checked,
        )  # fmt: skip
        with s3_errors():
            once(lambda: put(IfNoneMatch="*"), put)

    def _put_pieces(self, key: str, first: bytes, rest: Iterator[bytes]) -> None:
        upload = NativeUpload.begin(self._connection, key, {})
        try:
            parts = [upload.send(1, first, len(first))]
            parts += [upload.send(number, piece, len(piece)) for number, piece in enumerate(rest, start=2)]
            upload.complete(parts)
        except BaseException:
            upload.abort()
            raise

    def open(self, key: str, start: int = 0, end: int | None = None) -> RangeReader:
        """Ask for the range; the body is read as the caller reads."""
        first, last = clip(start, end, self.stat(key).size)
        if first >= last:
            return RangeReader(io.BytesIO().read, 0, lambda: None)
        with s3_errors():
            body = self._client.get_object(Bucket=self._bucket, Key=key, Range=f"bytes={first}-{last - 1}")[
                "Body"
            ]

        def read(size: int) -> bytes:
            with s3_errors():
                return body.read(size)

        return RangeReader(read, last - first, body.close)

    def local_path(self, key: str) -> Path | None:
        """None: there is no file here."""
        validate_key(key)
        return None

    def stat(self, key: str) -> ObjectStat:
        """Ask the store."""
        head = self._connection.head(validate_key(key))
        return ObjectStat(key, head["ContentLength"], head["LastModified"])

    def delete(self, key: str) -> None:
        """Remove the object."""
        with s3_errors():
            self._client.delete_object(Bucket=self._bucket, Key=validate_key(key))

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """List over all pages."""
        pages = self._client.get_paginator("list_objects_v2")
        answers = iter(pages.paginate(Bucket=self._bucket, Prefix=prefix))
        while page := _next_page(answers):
            for item in page.get("Contents", []):
                yield ObjectStat(item["Key"], item["Size"], item["LastModified"])

    def download_url(
        self, key: str, *, filename: str, media_type: str, seconds: int, inline: bool = False
    ) -> str | None:
        """Sign a GET on the public endpoint that forces name and type."""
        params = {
            "Bucket": self._bucket,
            "Key": validate_key(key),
            "ResponseContentDisposition": content_disposition(filename, inline),
            "ResponseContentType": media_type,
        }
        with s3_errors():
            return self._connection.signer.generate_presigned_url(
                "get_object", Params=params, ExpiresIn=seconds
            )

    def start_multipart(self, key: str, size: int, part_size: int) -> str:
        """Begin an upload that a browser can fill by itself."""
        return self._uploads.start(validate_key(key), size, part_size)

    def part_url(self, key: str, upload_id: str, number: int, seconds: int) -> str | None:
        """Sign a PUT of one part on the public endpoint."""
        return self._uploads.part_url(validate_key(key), upload_id, number, seconds)

    def put_part(self, key: str, upload_id: str, number: int, stream: ByteStream, size: int) -> Part:
        """Send a part ourselves."""
        return self._uploads.put_part(validate_key(key), upload_id, number, stream, size)

    def list_parts(self, key: str, upload_id: str) -> Sequence[Part]:
        """What the store has."""
        return self._uploads.list_parts(validate_key(key), upload_id)

    def finish_multipart(self, key: str, upload_id: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        """Complete the upload; its SHA-256 is None, the bytes never passed through us."""
        return self._uploads.finish(validate_key(key), upload_id, parts)

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Drop the upload."""
        self._uploads.abort(validate_key(key), upload_id)

    def clean_abandoned(self, older_than: datetime) -> int:
        """Abort stale uploads of this bucket."""
        return self._uploads.clean_abandoned(older_than)

    def free_bytes(self) -> int | None:
        """None: S3 does not say."""
        return None


class _Pieces:
    """The stream in pieces of _PIECE_BYTES, counted and hashed on the way."""

    def __init__(self, stream: ByteStream, size: int | None) -> None:
        self._blocks = blocks(stream, size)
        self.size = 0
        self.digest = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        piece = bytearray()
        for block in self._blocks:
            self.digest.update(block)
            self.size += len(block)
            piece += block
            while len(piece) >= _PIECE_BYTES:
                yield bytes(piece[:_PIECE_BYTES])
                del piece[:_PIECE_BYTES]
        if piece:
            yield bytes(piece)


def _next_page(pages: Iterator["ListObjectsV2OutputTypeDef"]) -> "ListObjectsV2OutputTypeDef | None":
    with s3_errors():
        return next(pages, None)
