"""What an S3 store or the way to it answers, as one of our errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from storage_adapters.errors import (
    ObjectExists,
    ObjectNotFound,
    StorageError,
    StorageFull,
    StorageUnavailable,
    UploadIncomplete,
    UploadNotFound,
)

_BY_CODE: dict[str, type[StorageError]] = {
    "NoSuchKey": ObjectNotFound,
    "NotFound": ObjectNotFound,
    "404": ObjectNotFound,
    "NoSuchUpload": UploadNotFound,
    "PreconditionFailed": ObjectExists,
    "ConditionalRequestConflict": ObjectExists,
    "412": ObjectExists,
    "InvalidPart": UploadIncomplete,
    "InvalidPartOrder": UploadIncomplete,
    "EntityTooSmall": UploadIncomplete,
    "IncompleteBody": UploadIncomplete,
    "QuotaExceeded": StorageFull,
    "InsufficientStorage": StorageFull,
    "507": StorageFull,
}


def code_of(error: ClientError) -> str:
    """The error code of the answer; the HTTP status as text where there is none."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def s3_errors() -> Iterator[None]:
    """Turn every error of boto3, botocore and the connection into one of ours."""
    try:
        yield
    except ClientError as error:
        kind = _BY_CODE.get(code_of(error), StorageUnavailable)
        raise kind(f"{error.operation_name}: {code_of(error)}") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StorageUnavailable(f"the S3 store does not answer: {type(error).__name__}") from error
