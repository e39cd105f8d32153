"""The schedule that looks at links, a few at a time, never one server often; off until the department allows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.link_checks.fetching import OUTSIDE, Outcome, Outside, look_at
from repo_service.link_checks.queries import works_to_look_at
from repo_service.link_checks.service import record_looks
from repo_service.organizations.province_settings import province_setting

RUN_SECONDS, BATCH = 30, 20
AGAIN, FAILING_AGAIN = timedelta(days=30), timedelta(hours=25)
HOST_PAUSE = 2.0
"""Seconds between two looks at one server."""
MOST_LINKS = 20


def check_links(database: Database, outside: Outside = OUTSIDE) -> None:
    """Look at links of works in use that are new or were looked at long ago."""
    with database.session(writing=False):
        if not int(province_setting("links.check_allowed")):
            return
        moment = clock.now()
        works = works_to_look_at(moment - AGAIN, moment - FAILING_AGAIN, BATCH)
    looked = list(_looks(works, outside))
    line_works = any(one.detail.isdecimal() for _work, _version, found in looked for one in found.values())
    with database.transaction():
        for resource_id, version_id, found in looked:
            record_looks(resource_id, version_id, found, line_works=line_works)


def _looks(
    works: list[tuple[str, str, list[Any]]], outside: Outside
) -> Iterator[tuple[str, str, dict[str, Outcome]]]:
    until, last = time.monotonic() + RUN_SECONDS, dict[str, float]()
    for resource_id, version_id, links in works:
        if time.monotonic() > until:
            return
        urls = [str(link.get("url", "")) for link in links if isinstance(link, dict)][:MOST_LINKS]
        found = {}
        for url in dict.fromkeys(urls):
            host = _host(url)
            time.sleep(max(0.0, last.get(host, 0.0) + HOST_PAUSE - time.monotonic()))
            found[url] = look_at(url, outside)
            last[host] = time.monotonic()
        if found:
            yield resource_id, version_id, found


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
