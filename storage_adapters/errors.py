"""The errors of the bytes door; every foreign error (disk, botocore) becomes one of these.

StorageError                  a call that can never work (a bad key, a bad URL); parent of all
├── ObjectNotFound            no object under this key
├── ObjectExists              keys are written once, and this one is taken
├── UploadNotFound            the multipart upload is unknown, aborted or already finished
├── UploadIncomplete          bytes or parts are missing, too many or not the ones that were acknowledged
├── StorageFull               no room left (disk, quota)
└── StorageUnavailable        the store does not answer or refuses us; trying later may help
"""


class StorageError(Exception):
    """Something the bytes door cannot do."""


class ObjectNotFound(StorageError):
    """No object under this key."""


class ObjectExists(StorageError):
    """The key is taken; keys are written once."""


class UploadNotFound(StorageError):
    """The multipart upload is unknown, aborted or already finished."""


class UploadIncomplete(StorageError):
    """Bytes or parts are missing, too many, or not the ones that were acknowledged."""


class StorageFull(StorageError):
    """The disk or the quota has no room left."""


class StorageUnavailable(StorageError):
    """The store does not answer or refuses us; trying later may help.

    `cause` is unreachable, tls, credentials, clock, bucket, rights, region, checksums or answer (else).
    """

    def __init__(self, message: str = "", cause: str = "unreachable") -> None:
        super().__init__(message)
        self.cause = cause
