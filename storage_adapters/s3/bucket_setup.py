"""Making a bucket ready for browsers, and finding out what its server can do; nothing that was there is lost."""

import secrets
import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from botocore.exceptions import BotoCoreError, ClientError

from storage_adapters.keys import object_key
from storage_adapters.preparation import SetupStep
from storage_adapters.s3.connection import Connection
from storage_adapters.s3.s3_errors import code_of, s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CORSRuleTypeDef, LifecycleRuleTypeDef

_CORS_ID, _LIFECYCLE_ID = "kho", "kho-abandoned-uploads"
ABANDONED_DAYS = 2
_FOREIGN = "https://elsewhere.invalid"


def set_up(url: str, origins: Sequence[str]) -> Iterator[SetupStep]:
    """Prepare the bucket of an `s3://` URL for pages of `origins`; each step is told as it is done.

    Raises StorageUnavailable when the bucket cannot be used at all (credentials, rights, missing).
    """
    bucket = _Bucket(Connection(url))
    bucket.write_read_delete()
    yield _told("cors", lambda: bucket.allow(origins))
    yield bucket.preflight(origins)
    yield _told("lifecycle", bucket.forget_abandoned)
    with s3_errors():
        yield SetupStep("conditional_put", bucket.refuses_second_put())
        yield SetupStep("conditional_complete", bucket.refuses_second_complete())
        yield SetupStep("checksums", bucket.refuses_wrong_sha256())
        yield SetupStep("object_lock", bucket.locks_objects())


def _told(name: str, work: Callable[[], None]) -> SetupStep:
    try:
        work()
    except ClientError as error:
        return SetupStep(name, False, code_of(error))
    except (BotoCoreError, OSError) as error:
        return SetupStep(name, False, type(error).__name__)
    return SetupStep(name, True)


class _Bucket:
    """The bucket behind a connection, asked without our adapter: what counts is what the server itself does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = connection.client
        self._bucket = connection.bucket
        self._key = object_key(secrets.token_hex(8), "probe")

    def write_read_delete(self) -> None:
        """The rights that Kho needs, tried on an object of our own; the listing tells a missing bucket best."""
        with s3_errors():
            self._client.list_objects_v2(Bucket=self._bucket, MaxKeys=1)
            self._client.put_object(Bucket=self._bucket, Key=self._key, Body=b"kho")
            self._client.get_object(Bucket=self._bucket, Key=self._key)["Body"].read()
            self._client.delete_object(Bucket=self._bucket, Key=self._key)
            self._client.list_multipart_uploads(Bucket=self._bucket)

    def allow(self, origins: Sequence[str]) -> None:
        """Let pages of `origins` send parts and read files; rules that others made stay."""
        rule: CORSRuleTypeDef = {
            "ID": _CORS_ID,
            "AllowedOrigins": list(origins),
            "AllowedMethods": ["GET", "HEAD", "PUT"],
            "AllowedHeaders": ["*"],
            "ExposeHeaders": ["ETag", "Content-Length", "Content-Range", "Accept-Ranges"],
            "MaxAgeSeconds": 3600,
        }
        try:
            there = self._client.get_bucket_cors(Bucket=self._bucket)["CORSRules"]
        except ClientError as error:
            if code_of(error) != "NoSuchCORSConfiguration":
                raise
            there = []
        rules: Any = [*(old for old in there if old.get("ID") != _CORS_ID), rule]
        self._client.put_bucket_cors(Bucket=self._bucket, CORSConfiguration={"CORSRules": rules})

    def preflight(self, origins: Sequence[str]) -> SetupStep:
        """Ask as a browser asks before it sends a part: ours must be welcome, anybody else not."""
        link = self._connection.signer.generate_presigned_url(
            "upload_part",
            Params={"Bucket": self._bucket, "Key": self._key, "UploadId": "probe", "PartNumber": 1},
        )
        try:
            refused = [origin for origin in origins if self._welcome(link, origin) not in (origin, "*")]
            foreign = self._welcome(link, _FOREIGN)
        except (OSError, ValueError) as error:
            return SetupStep("preflight", False, type(error).__name__)
        wrong = refused or ([_FOREIGN] if foreign else [])
        return SetupStep("preflight", not wrong, ", ".join(wrong))

    def _welcome(self, link: str, origin: str) -> str | None:
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        request = Request(link, method="OPTIONS", headers=asked)  # noqa: S310 - http or https, see connection.py
        context = ssl.create_default_context(cafile=self._connection.ca) if link.startswith("https") else None
        try:
            with urlopen(request, timeout=10, context=context) as answer:  # noqa: S310
                return str(answer.headers.get("Access-Control-Allow-Origin") or "") or None
        except HTTPError as error:
            error.close()
            return None

    def forget_abandoned(self) -> None:
        """Have the server itself drop uploads that nobody finished; rules that others made stay."""
        rule: LifecycleRuleTypeDef = {
            "ID": _LIFECYCLE_ID,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABANDONED_DAYS},
        }
        try:
            there = self._client.get_bucket_lifecycle_configuration(Bucket=self._bucket)["Rules"]
        except ClientError as error:
            if code_of(error) != "NoSuchLifecycleConfiguration":
                raise
            there = []
        rules: Any = [*(old for old in there if old.get("ID") != _LIFECYCLE_ID), rule]
        self._client.put_bucket_lifecycle_configuration(
            Bucket=self._bucket, LifecycleConfiguration={"Rules": rules}
        )

    def refuses_second_put(self) -> bool:
        """Whether `If-None-Match: *` keeps a key from being written twice."""
        self._client.put_object(Bucket=self._bucket, Key=self._key, Body=b"first")
        return self._refused(
            lambda: self._client.put_object(
                Bucket=self._bucket, Key=self._key, Body=b"second", IfNoneMatch="*"
            )
        )

    def refuses_second_complete(self) -> bool:
        """The same at the end of a multipart upload; the object of `refuses_second_put` is still there."""
        where: dict[str, Any] = {"Bucket": self._bucket, "Key": self._key}
        upload = self._client.create_multipart_upload(**where)["UploadId"]
        part = self._client.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"second")
        parts: Any = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        refused = self._refused(
            lambda: self._client.complete_multipart_upload(
                **where, UploadId=upload, MultipartUpload=parts, IfNoneMatch="*"
            )
        )
        self._quietly(lambda: self._client.abort_multipart_upload(**where, UploadId=upload))
        self._quietly(lambda: self._client.delete_object(**where))
        return refused

    def refuses_wrong_sha256(self) -> bool:
        """Whether the server compares the bytes with the SHA-256 it is told."""
        wrong = "A" * 43 + "="
        refused = self._refused(
            lambda: self._client.put_object(
                Bucket=self._bucket, Key=self._key, Body=b"x", ChecksumSHA256=wrong
            )
        )
        self._quietly(lambda: self._client.delete_object(Bucket=self._bucket, Key=self._key))
        return refused

    def locks_objects(self) -> bool:
        """Whether the bucket was made with object lock."""
        try:
            told = self._client.get_object_lock_configuration(Bucket=self._bucket)
        except ClientError:
            return False
        return told["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled"

    def _refused(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except ClientError:
            return True
        return False

    def _quietly(self, call: Callable[[], object]) -> None:
        self._refused(call)
