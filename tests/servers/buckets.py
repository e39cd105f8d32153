"""What both S3 servers share: the key pair of a folder, an empty bucket, and the URL that opens it."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config

from tests.servers import url_or_skip

BUCKET = "kho-test"


@dataclass(frozen=True)
class Bucket:
    """A bucket of a real server: the URL our adapter opens, the keys to it, and boto3's own client."""

    url: str
    name: str
    keys: dict[str, str]
    client: Any

    def beside(self, **options: str) -> str:
        """The same URL with further options."""
        return self.url + "".join(f"&{name}={value}" for name, value in options.items())


def known(folder: Path, **made: Any) -> dict[str, Any]:
    """The settings of a server's folder, kept from its first start: a new key pair, and what `made` says."""
    path = folder / "settings.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        pair = {"access_key": "kho" + secrets.token_hex(8), "secret_key": secrets.token_hex(20)}
        path.write_text(json.dumps(pair | made))
    told: dict[str, Any] = json.loads(path.read_text())
    return told


def open_for_tests(prefix: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """Make the bucket if it is not there; the variables of a test: address and key pair."""
    url = f"s3://{BUCKET}?endpoint=http://127.0.0.1:{settings['port']}&region=us-east-1"
    client = raw_client(url, settings["access_key"], settings["secret_key"])
    if BUCKET not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket=BUCKET)
    return {
        f"TEST_{prefix}_URL": url,
        f"TEST_{prefix}_ACCESS_KEY": settings["access_key"],
        f"TEST_{prefix}_SECRET_KEY": settings["secret_key"],
    }


def raw_client(url: str, access_key: str, secret_key: str) -> Any:
    """boto3's own client on the endpoint of a storage URL, to prepare and to look behind our adapter."""
    options = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    return boto3.client(
        "s3",
        endpoint_url=options.get("endpoint"),
        region_name=options.get("region", "us-east-1"),
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )


@contextmanager
def fresh_bucket(server: str) -> Iterator[Bucket]:
    """A new bucket on the server named VERSITYGW or RADOSGW, gone afterwards; its keys are in the environment."""
    shared = url_or_skip(f"TEST_{server}_URL")
    keys = {
        "AWS_ACCESS_KEY_ID": os.environ[f"TEST_{server}_ACCESS_KEY"],
        "AWS_SECRET_ACCESS_KEY": os.environ[f"TEST_{server}_SECRET_KEY"],
    }
    client = raw_client(shared, *keys.values())
    name = f"kho-{secrets.token_hex(6)}"
    client.create_bucket(Bucket=name)
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in keys.items():
            patch.setenv(variable, value)
        yield Bucket(shared.replace(BUCKET, name, 1), name, keys, client)
    empty(client, name)
    client.delete_bucket(Bucket=name)
    client.close()


def empty(client: Any, bucket: str) -> None:
    """Remove every object and every unfinished upload."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", []):
            client.delete_object(Bucket=bucket, Key=found["Key"])
    for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
