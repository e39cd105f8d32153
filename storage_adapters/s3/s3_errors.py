"""What an S3 store or the way to it answers, as one of our errors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSLError,
)
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

_CAUSES = {
    "NoSuchBucket": "bucket",
    "InvalidBucketName": "bucket",
    "InvalidAccessKeyId": "credentials",
    "SignatureDoesNotMatch": "credentials",
    "InvalidToken": "credentials",
    "ExpiredToken": "credentials",
    "InvalidClientTokenId": "credentials",
    "XAdminUserNotFound": "credentials",  # versitygw's word for a key it does not know
    "RequestTimeTooSkewed": "clock",
    "RequestExpired": "clock",
    "AccessDenied": "rights",
    "AllAccessDisabled": "rights",
    "Forbidden": "rights",
    "403": "rights",
    "PermanentRedirect": "region",
    "AuthorizationHeaderMalformed": "region",
    "IllegalLocationConstraintException": "region",
    "301": "region",
    "MissingContentLength": "checksums",
}


def code_of(error: ClientError) -> str:
    """The error code of the answer; the HTTP status as text where there is none."""
    return str(error.response.get("Error", {}).get("Code", ""))


def once(conditional: Callable[[], object], plain: Callable[[], object]) -> None:
    """Write on the condition that the key is free; plainly on a store that has no such condition.

    There keys are written once by how they are made: from a new id each.
    """
    try:
        conditional()
    except ClientError as error:
        if code_of(error) not in ("NotImplemented", "501"):
            raise
        plain()


@contextmanager
def s3_errors() -> Iterator[None]:
    """Turn every error of boto3, botocore and the connection into one of ours."""
    try:
        yield
    except ClientError as error:
        raise _of_answer(error) from error
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise StorageUnavailable("no credentials for the S3 store", "credentials") from error
    except SSLError as error:
        raise StorageUnavailable("the certificate of the S3 store is not believed", "tls") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StorageUnavailable(f"the S3 store does not answer: {type(error).__name__}") from error


def _of_answer(error: ClientError) -> StorageError:
    code = code_of(error)
    said = f"{error.operation_name}: {code}"
    kind = _BY_CODE.get(code)
    return kind(said) if kind else StorageUnavailable(said, _CAUSES.get(code, "answer"))
