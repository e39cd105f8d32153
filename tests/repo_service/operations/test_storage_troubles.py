"""What a real S3 server refuses is told in two lines with the setting and the cure, and without a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.auth
import pytest

from repo_service.storage_troubles import find_storage_trouble
from tests.servers import url_or_skip, versitygw
from tests.servers.buckets import Bucket, fresh_bucket, known
from tests.servers.certificates import Authority


@pytest.fixture(params=["VERSITYGW", "RADOSGW"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    with fresh_bucket(request.param) as made:
        yield made


def told(url: str) -> str:
    trouble = find_storage_trouble(url)
    assert trouble is not None
    assert trouble.vi.startswith("STORAGE_URL: ") and "secret" not in f"{trouble}".replace("AWS_SECRET", "")
    return trouble.en


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong(bucket: Bucket, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_storage_trouble(bucket.url) is None
    right = botocore.auth.get_current_datetime

    def wrong(*arguments: Any, **named: Any) -> datetime:
        return right(*arguments, **named) + timedelta(hours=hours)

    monkeypatch.setattr(botocore.auth, "get_current_datetime", wrong)
    assert "Switch on time synchronisation" in told(bucket.url)


def test_a_key_without_the_right_to_write() -> None:
    """By a policy that denies it; versitygw lets its only account do everything."""
    with fresh_bucket("RADOSGW") as bucket:
        resource = f"arn:aws:s3:::{bucket.name}/*"
        denied = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": resource}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
        bucket.client.put_bucket_policy(Bucket=bucket.name, Policy=policy)
        assert "no rights on this bucket" in told(bucket.url)


def test_a_store_behind_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url_or_skip("TEST_VERSITYGW_URL")
    authority = Authority("Kho tests")
    for name, known_authority in (("ca.pem", authority), ("other.pem", Authority("Somebody else"))):
        (tmp_path / name).write_text(known_authority.pem)
    try:
        url = versitygw.start_secured(tmp_path / "store", *authority.sign("localhost"))
        settings = known(tmp_path / "store")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", settings["access_key"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", settings["secret_key"])
        believing = f"{url}&ca={tmp_path / 'ca.pem'}"
        assert find_storage_trouble(believing) is None
        for wrong in (url, f"{url}&ca={tmp_path / 'other.pem'}", believing.replace("localhost", "127.0.0.1")):
            assert "certificate is not believed" in told(wrong)
    finally:
        versitygw.stop(tmp_path / "store")
