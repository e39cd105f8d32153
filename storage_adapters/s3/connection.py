"""Clients from a storage URL: one that moves bytes, and one that only signs links for browsers."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config

from storage_adapters.errors import StorageError
from storage_adapters.s3.s3_errors import s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

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
        endpoint = options.get("endpoint")
        self.client = self._client(endpoint, checksums)
        # A checksum in a link would have to be known before the browser has read the file.
        self.signer = self._client(options.get("public_endpoint", endpoint), "when_required")

    def _client(self, endpoint: str | None, checksums: Checksums) -> "S3Client":
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "auto"},
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 4},
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
