"""What is written about links: the last look at each, and since when one fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.link_checks.fetching import Outcome
from repo_service.link_checks.models import LinkCheck

DEAD_AFTER = timedelta(days=1)
"""A link that fails once may be a server's bad night; failing again a day later it is dead."""


def record_looks(
    resource_id: str, version_id: str, found: Mapping[str, Outcome], *, line_works: bool
) -> None:
    """Keep the outcomes of all links of a work's shown version; links that are not in it any more are forgotten.

    `line_works`: some server answered in this run, so that silence is the link's and not that of our own line.
    """
    session, moment = current_session(), clock.now()
    known = {
        row.url: row for row in session.scalars(select(LinkCheck).where(LinkCheck.resource_id == resource_id))
    }
    gone = [row.url_sha256 for url, row in known.items() if url not in found]
    if gone:
        mine = LinkCheck.resource_id == resource_id, LinkCheck.url_sha256.in_(gone)
        session.execute(delete(LinkCheck).where(*mine))
    for url, outcome in found.items():
        row = known.get(url)
        if row is None:
            row = LinkCheck(resource_id=resource_id, url=url, url_sha256=sha256(url.encode()).hexdigest())
            session.add(row)
        since = (row.failing_since or moment) if outcome.state == "failed" else None
        is_sure = line_works or outcome.detail.isdecimal()  # a status is an answer
        is_dead = since is not None and is_sure and moment - since >= DEAD_AFTER
        row.state = outcome.state if since is None else "dead" if is_dead else "failing"
        row.detail, row.version_id, row.failing_since, row.checked_at = (
            outcome.detail,
            version_id,
            since,
            moment,
        )
