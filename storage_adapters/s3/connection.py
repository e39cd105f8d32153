"""Clients from a storage URL: one that moves bytes, and one that only signs links for browsers."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config

from storage_adapters.errors import StorageError, StorageUnavailable
from storage_adapters.s3.s3_errors import s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

AWAY_SECONDS = 5.0
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,62}")
_OPTIONS = {"endpoint", "public_endpoint", "region", "ca", "checksums", "profile"}
Checksums = Literal["when_supported", "when_required"]
_CHECKSUMS: dict[str, Checksums] = {"when_supported": "when_supported", "when_required": "when_required"}


class Connection:
    """What `s3://BUCKET?endpoint=...&public_endpoint=...&region=...&ca=FILE&checksums=...&profile=...` names."""

    def __init__(self, url: str) -> None:
        """Parse the URL; nothing is sent yet. Raises StorageError for what nobody understands, without its text:
        somebody may have written a password into it."""
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        checksums = _CHECKSUMS.get(options.get("checksums", "when_supported"))
        if not _BUCKET.fullmatch(parts.netloc) or parts.path.strip("/") or parts.fragment:
            raise StorageError("an S3 URL is s3://BUCKET?...; keys and secrets do not belong into it")
        if options.keys() - _OPTIONS or checksums is None:
            raise StorageError("the options of an S3 URL are " + ", ".join(sorted(_OPTIONS)))
        _check_options(options)
        self.bucket = parts.netloc
        self.ca = options.get("ca")
        self._options = options
        self._away_until = 0.0
        endpoint = options.get("endpoint")
        self.client = self._client(endpoint, checksums, seconds=60, attempts=4)
        self._asker = self._client(endpoint, checksums, seconds=4, attempts=2)
        # A checksum in a link would have to be known before the browser has read the file.
        self.signer = self._client(
            options.get("public_endpoint", endpoint), "when_required", seconds=60, attempts=4
        )

    def head(self, key: str) -> "HeadObjectOutputTypeDef":
        """What the store says of an object, or that it is away: at most ten seconds for the first who asks, and at
        once for those who ask during the next AWAY_SECONDS. A store that hangs must not hold up every thread."""
        if time.monotonic() < self._away_until:
            raise StorageUnavailable("the S3 store did not answer a moment ago")
        try:
            with s3_errors():
                return self._asker.head_object(Bucket=self.bucket, Key=key)
        except StorageUnavailable:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise

    def _client(
        self, endpoint: str | None, checksums: Checksums, *, seconds: int, attempts: int
    ) -> "S3Client":
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=min(5, seconds),
            read_timeout=seconds,
            retries={"mode": "standard", "max_attempts": attempts},
            max_pool_connections=32,
            request_checksum_calculation=checksums,
            response_checksum_validation="when_required",
        )
        with s3_errors():
            return boto3.session.Session(profile_name=self._options.get("profile")).client(
                "s3",
                endpoint_url=endpoint,
                region_name=self._options.get("region", "us-east-1"),
                verify=self.ca,
                config=config,
            )


def _check_options(options: dict[str, str]) -> None:
    for name in ("endpoint", "public_endpoint"):
        if name not in options:
            continue
        address = urlsplit(options[name])
        if address.scheme not in ("http", "https") or not address.hostname or "@" in address.netloc:
            raise StorageError(
                f"the option {name} of an S3 URL is http://HOST or https://HOST, with a port if need be"
            )
    if "ca" in options and not Path(options["ca"]).is_file():
        raise StorageError("the option ca of an S3 URL names a file that is not there")
