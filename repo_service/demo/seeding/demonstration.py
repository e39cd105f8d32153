"""Writes the whole demonstration into an empty installation, in one transaction; the same every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from indexer import EngineUnavailable
from repo_service.annual_products import jobs as annual_products
from repo_service.classroom_use import jobs as classroom_use
from repo_service.colleague_requests import jobs as colleague_requests
from repo_service.comments import jobs as comments
from repo_service.contributions import late_findings
from repo_service.core import clock
from repo_service.core.backends import search_engine
from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.curation import jobs as curation
from repo_service.curriculum.models import Installation
from repo_service.demo import content
from repo_service.demo.accounts import make_passwords
from repo_service.demo.files import files_of
from repo_service.demo.plan import DemoResource
from repo_service.demo.seeding.around import write_around
from repo_service.demo.seeding.calendar import Calendar, happening, turn
from repo_service.demo.seeding.collections import write_collections
from repo_service.demo.seeding.curation import write_curation
from repo_service.demo.seeding.difficulties import write_difficulties
from repo_service.demo.seeding.follows import write_follows
from repo_service.demo.seeding.made_files import MadeFiles
from repo_service.demo.seeding.people import Stage, founding, write_people
from repo_service.demo.seeding.products import write_plans, write_products
from repo_service.demo.seeding.requests import write_requests
from repo_service.demo.seeding.works import Production, end_lives, write_work
from repo_service.difficulties import jobs as difficulties
from repo_service.notifications.models import Notification
from repo_service.organizations.setup import install
from repo_service.resources.bundles.members import PACKAGE
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews import jobs as reviews
from repo_service.search.upkeep import every_document
from repo_service.statistics.jobs import refresh
from repo_service.usage.models import UsageEvent

_NOTICES = {
    "review.assigned": reviews.tell_assigned,
    "review.decided": reviews.tell_decided,
    "review.commented": reviews.tell_commented,
    "resource.published": reviews.tell_published,
    "colleague_request.asked": colleague_requests.tell_asked,
    "colleague_request.answered": colleague_requests.tell_answered,
    "classroom_use.told": classroom_use.tell_authors,
    "comment.written": comments.tell_written,
    "file.secret": late_findings.tell_of_secret_file,
    "annual_product.published": annual_products.tell_member_schools,
    "difficulty.filed": difficulties.tell_filed,
    "difficulty.answered": difficulties.tell_answered,
    "curation.opened": curation.tell_opened,
    "curation.decided": curation.tell_decided,
    "curation.closed": curation.tell_closed,
}
"""What the worker would do at once; the seed does it at the moment each thing happened."""

_MOST_DOWNLOADS = 14


class NotADemo(Exception):
    """There is an installation already, and it is not a demonstration."""


def is_seeded(database: Database) -> bool:
    """Whether the demonstration is there. Raises NotADemo for an installation of any other kind."""
    with database.transaction(writing=False) as session:
        installation = session.get(Installation, 1)
    if installation is not None and not installation.is_demo:
        raise NotADemo
    return installation is not None


def seed_demo(
    database: Database,
    data: Path,
    today: date,
    works: Sequence[DemoResource] | None = None,
    step: Callable[[], None] = lambda: None,
) -> None:
    """Write people, works, reviews, products, notices and use; passwords go to a file in `data`.

    `works` are all of the plan unless a test takes fewer; `step` is called once per file and once per work.
    """
    works = content.resources() if works is None else works
    calendar = Calendar(today)
    made = MadeFiles((file for work in works for files in files_of(work) for file in files), step)
    with database.transaction():
        with happening(founding(calendar)):
            install(is_demo=True)
            stage = write_people(calendar, make_passwords(data))
        production = Production(stage, made, {})
        # an adapted work needs its original, a package its works
        for work in sorted(works, key=lambda work: (_chain_length(work, works), work.type == PACKAGE)):
            write_work(production, work)
            step()
        write_products(production, {work.key: work for work in works})
        write_plans(production)
        write_collections(production, works)
        write_around(production, works)
        write_curation(production, works)
        end_lives(production, works)
        write_requests(stage, production.works)
        write_difficulties(stage)
        write_follows(stage)
        _write_use(stage)
    with database.transaction():
        _write_notices(calendar)
    refresh(database)


def _chain_length(work: DemoResource, works: Sequence[DemoResource]) -> int:
    original = next((each for each in works if each.key == work.adapted_from), None)
    return 0 if original is None else 1 + _chain_length(original, works)


def steps(works: Sequence[DemoResource] | None = None) -> int:
    """How often `seed_demo` calls `step`."""
    works = content.resources() if works is None else works
    return len(works) + len({file for work in works for files in files_of(work) for file in files})


def _write_use(stage: Stage) -> None:
    """Downloads between publication and today, by colleagues in turn."""
    session = current_session()
    readers = sorted(stage.people)
    last = stage.calendar.evening()
    published = (
        select(Resource, ResourceVersion.number)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .order_by(Resource.first_published_at, Resource.title)
    )
    for resource, number in session.execute(published):
        first = resource.first_published_at or last
        resource.download_count = turn(resource.title, _MOST_DOWNLOADS)
        for place in range(resource.download_count):
            key = f"{resource.title} {place}"
            at = first + (last - first) * (turn(key, 1000) / 1000)
            user_id = stage.people[readers[turn(key, len(readers))]]
            session.add(
                UsageEvent(kind="goi", resource_id=resource.id, version=number, user_id=user_id, at=at)
            )


def _write_notices(calendar: Calendar) -> None:
    """Tell people what happened, at the time; what is older than a week has been read."""
    session = current_session()
    told = OutboxRow.topic != "resource.changed"
    for row in session.scalars(
        select(OutboxRow).where(told).order_by(OutboxRow.created_at, OutboxRow.id)
    ).all():
        if row.topic in _NOTICES:
            with happening(row.created_at):
                _NOTICES[row.topic](row)
    week_ago = calendar.evening() - timedelta(days=7)
    read = update(Notification).where(Notification.created_at < week_ago)
    session.execute(read.values(read_at=Notification.created_at))
    session.execute(update(OutboxRow).where(told).values(done_at=clock.now()))


def fill_index(database: Database) -> None:
    """Make the index anew; where a running server holds it, its worker indexes the waiting rows instead."""
    with database.session(writing=False) as session:
        newest = session.scalar(select(func.max(OutboxRow.id))) or 0
        try:
            search_engine().rebuild(every_document())
        except EngineUnavailable:
            return
    indexed = OutboxRow.topic == "resource.changed", OutboxRow.id <= newest, OutboxRow.done_at.is_(None)
    with database.transaction() as session:
        session.execute(update(OutboxRow).where(*indexed).values(done_at=clock.now()))
