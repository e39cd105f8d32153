"""How fast bytes go to and come from a real S3 server by the links that Kho hands out, against boto3 on the same one.

`python -m bench.servers_s3 [--server versitygw] [--mib 256] [--rounds 5]`
"""

from __future__ import annotations

import argparse
import importlib
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from bench.machine import print_result, say
from bench.transfer import LANES, MIB, Client, fetch, film, install, service
from repo_service.files.limits import part_size

DOWNLOADS = 3
"""In each round, in turns: they are short, and a slow moment of the machine should hit both sides."""
SERVERS = ("versitygw", "radosgw")


def figures(server: str, mebibytes: int = 256, rounds: int = 5) -> tuple[dict[str, float], dict[str, float]]:
    """`s3_upload_ratio` and `s3_download_ratio`, and beside them the megabytes a second of both sides.

    A download is measured from asking the S3 server by our link; asking us for the link is `s3_link_ms`.
    """
    module: Any = importlib.import_module(f"tests.servers.{server}")
    with tempfile.TemporaryDirectory(prefix="kho-s3-") as name:
        folder = Path(name)
        try:
            told = module.start(folder / server)
            prefix = f"TEST_{server.upper()}"
            settings = {
                "STORAGE_URL": told[f"{prefix}_URL"],
                "AWS_ACCESS_KEY_ID": told[f"{prefix}_ACCESS_KEY"],
                "AWS_SECRET_ACCESS_KEY": told[f"{prefix}_SECRET_KEY"],
            }
            source = film(folder / "source.mp4", mebibytes)
            token = install(folder / "data")
            with service(folder / "data", **settings) as (port, _pid):
                return _measure(Client(port, token), Raw(settings, source), source, rounds)
        finally:
            module.stop(folder / server)


class Raw:
    """boto3 as its manual shows it, on the same bucket, with parts as large and as many at once as ours."""

    def __init__(self, settings: dict[str, str], source: Path) -> None:
        url = urlsplit(settings["STORAGE_URL"])
        self._bucket, self._source = url.netloc, source
        self._size = source.stat().st_size
        self._client = boto3.client(
            "s3",
            endpoint_url=parse_qs(url.query)["endpoint"][0],
            region_name="us-east-1",
            aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}),
        )
        chunk = part_size(self._size)
        self._parts = TransferConfig(
            multipart_threshold=chunk, multipart_chunksize=chunk, max_concurrency=LANES
        )

    def upload(self) -> str:
        """The file in parts; its key."""
        key = f"raw/{secrets.token_hex(8)}"
        self._client.upload_file(str(self._source), self._bucket, key, Config=self._parts)
        return key

    def download(self, key: str) -> None:
        """All bytes of it in one stream."""
        got, body = 0, self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        while block := body.read(MIB):
            got += len(block)
        if got != self._size:
            raise RuntimeError(f"{got} of {self._size} bytes")

    def delete(self, key: str) -> None:
        """Room for the next round."""
        self._client.delete_object(Bucket=self._bucket, Key=key)


def _measure(ours: Client, raw: Raw, source: Path, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    times: dict[str, list[float]] = {
        "upload": [],
        "raw upload": [],
        "download": [],
        "raw download": [],
        "link": [],
    }
    size = source.stat().st_size
    for number in range(rounds + 1):  # the first is the warm-up
        say(f"S3, round {number} of {rounds}")
        key, raw_upload = _timed(raw.upload)
        made, upload = _timed(lambda: ours.upload(source))
        path = ours.deposit(made)
        if number:
            times["upload"].append(upload)
            times["raw upload"].append(raw_upload)
            for _ in range(DOWNLOADS):
                times["raw download"].append(_timed(partial(raw.download, key))[1])
                link, asked = _timed(partial(ours.link, path))
                times["link"].append(asked)
                times["download"].append(_timed(partial(_fetch_link, link, size))[1])
        raw.delete(key)
    link_ms = statistics.median(times.pop("link")) * 1000
    rate = {name: size / MIB / statistics.median(found) for name, found in times.items()}
    ratios = {
        "s3_upload_ratio": rate["upload"] / rate["raw upload"],
        "s3_download_ratio": rate["download"] / rate["raw download"],
    }
    rates = {f"s3_{name.replace(' ', '_')}_mb_per_s": value for name, value in rate.items()}
    return ratios, {**rates, "s3_link_ms": link_ms}


def _fetch_link(link: str, size: int) -> None:
    parts = urlsplit(link)
    fetch(int(parts.port or 80), f"{parts.path}?{parts.query}", {}, size)


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    os.sync()  # what the step before has still to write is not this one's
    begin = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begin


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--server", choices=SERVERS, default=SERVERS[0])
    options.add_argument("--mib", type=int, default=256)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    print_result("servers_s3", *figures(chosen.server, chosen.mib, chosen.rounds))
