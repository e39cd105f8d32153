"""Objects in an S3-compatible store; the only place that knows boto3."""

from storage_adapters.s3.store import S3Store, open_s3

__all__ = ["S3Store", "open_s3"]
