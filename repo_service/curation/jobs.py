"""What rounds do without a click: look through texts, tell and remind people, open the yearly one, drop the gone."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.core.i18n import _
from repo_service.core.outbox import OutboxRow
from repo_service.core.school_year import SchoolYear
from repo_service.core.urls import curation_path, resource_path
from repo_service.curation import service
from repo_service.curation.models import CurationItem, CurationRound, CurationVerdict
from repo_service.curation.queries import cluster_with_curators, clusters_without_yearly
from repo_service.curation.reading import is_to_update
from repo_service.curation.works.scope import in_care
from repo_service.curation.works.texts import assessed
from repo_service.notifications.service import notify
from repo_service.organizations.province_settings import current_school_year, duty_deadline, province_setting
from repo_service.resources.models import Resource

BATCH, RUN_SECONDS = 25, 30
FIRST_MONTH = 8
"""Days of this month and later lie in the first half of a school year."""
STALE = timedelta(hours=20)
"""Signs found longer ago are looked for again."""
NOTICE_OF_VERDICT = {
    "can-cap-nhat": "curation.needs_update",
    "thay-the": "curation.replaced",
    "ngung-su-dung": "curation.retired",
}
"""Keeping a work tells nobody anything."""


def tell_opened(row: OutboxRow) -> None:
    """Who is asked to read: the curators by name, or all who curate for the cluster; once each, later ones too."""
    found = _round(row.object_id)
    if found is not None and found.state == "open":
        values = {"title": found.title, "count": found.item_count, "due": f"{found.due_on:%d/%m}"}
        hearers = [user for user in _readers(found) if user != found.opened_by_id]
        notify(hearers, "curation.opened", curation_path(found.id), f"curation:{found.id}", **values)


def tell_decided(row: OutboxRow) -> None:
    """The authors hear of each verdict that asks something of them or takes their work out of use."""
    verdict = current_session().get(CurationVerdict, row.object_id)
    if verdict is None or verdict.undone_at is not None or verdict.verdict not in NOTICE_OF_VERDICT:
        return
    kind = NOTICE_OF_VERDICT[verdict.verdict]
    _tell_authors(verdict, kind, f"curation.decided:{verdict.id}")


def tell_undone(row: OutboxRow) -> None:
    """The authors were told already: the verdict does not stand any more."""
    verdict = current_session().get(CurationVerdict, row.object_id)
    if verdict is not None and verdict.verdict in NOTICE_OF_VERDICT:
        _tell_authors(verdict, "curation.undone", f"curation.undone:{verdict.id}")


def tell_closed(row: OutboxRow) -> None:
    """Everybody who read, and the leads: the summary stands."""
    found = _round(row.object_id)
    if found is not None and found.state == "closed":
        path, values = (
            f"{curation_path(found.id)}/tong-ket",
            {"title": found.title, "count": found.item_count},
        )
        notify(_readers(found), "curation.closed", path, f"curation.closed:{found.id}", **values)


def settle_update(row: OutboxRow) -> None:
    """A new version is out: what its owner was asked to do is done."""
    mine = update(CurationVerdict).where(CurationVerdict.resource_id == row.object_id, *is_to_update())
    current_session().execute(mine.values(settled_at=clock.now()))


def assess_round(row: OutboxRow, database: Database) -> None:
    """Look through the texts and links of a new round; the signs of its rows stand from the beginning."""
    _assess(database, CurationItem.round_id == row.object_id, time.monotonic() + RUN_SECONDS * 10)


def refresh(database: Database) -> None:
    """Schedule: look again at what waits in open rounds and was not looked at for most of a day."""
    _assess(database, CurationRound.state == "open", time.monotonic() + RUN_SECONDS)


def _assess(database: Database, which: object, until: float) -> None:
    while time.monotonic() < until:
        with database.session(writing=False) as session:
            stale = (CurationItem.assessed_at.is_(None)) | (CurationItem.assessed_at < clock.now() - STALE)
            waiting = select(CurationItem).join(CurationRound, CurationRound.id == CurationItem.round_id)
            chosen = waiting.where(which, CurationItem.state == "waiting", stale)  # type: ignore[arg-type]
            found = assessed(session.scalars(chosen.order_by(CurationItem.id).limit(BATCH)).all())
        if not found:
            return
        with database.transaction():
            service.record_risks(found)


def tidy(database: Database) -> None:
    """Schedule: items whose work was replaced, retired, withdrawn or hidden elsewhere leave their rounds."""
    with database.transaction() as session:
        in_use = select(Resource.id).where(Resource.id == CurationItem.resource_id, *in_care()).exists()
        left = (
            select(CurationItem.id, CurationItem.round_id)
            .join(CurationRound, CurationRound.id == CurationItem.round_id)
            .where(CurationRound.state == "open", CurationItem.state == "waiting", ~in_use)
            .order_by(CurationItem.round_id)
            .limit(500)
        )
        gone: dict[str, list[str]] = {}
        for item_id, round_id in session.execute(left):
            gone.setdefault(round_id, []).append(item_id)
        for round_id, item_ids in gone.items():
            locked = session.get(CurationRound, round_id, with_for_update=True)
            if locked is not None and locked.state == "open":
                service.drop_items(locked, item_ids)


def remind(database: Database) -> None:
    """Schedule: readers hear once that a date is near, and once that it is over."""
    today = clock.today()
    with database.transaction() as session:
        soon = today + timedelta(days=int(province_setting("curation.remind_days")))
        near = select(CurationRound).where(CurationRound.state == "open", CurationRound.due_on <= soon)
        for found in session.scalars(near.order_by(CurationRound.due_on).limit(500)):
            late = found.due_on < today
            kind = "curation.overdue" if late else "curation.due_soon"
            values = {
                "title": found.title,
                "left": found.item_count - found.done_count,
                "due": f"{found.due_on:%d/%m}",
            }
            notify(
                _readers(found), kind, curation_path(found.id), f"{kind}:{found.id}:{found.due_on}", **values
            )


def open_yearly(database: Database) -> None:
    """Schedule: from its day on (setting `curation.yearly_round_on`) each cluster gets its round of the school year.

    A cluster where nothing is due is asked again the next day; two processes never open two.
    """
    with database.session(writing=False):
        year = current_school_year()
        if not _is_time(year):
            return
        title = _("Rà soát năm học %(year)s", year=year.key.replace("-", "–"))
        due_on = clock.today() + timedelta(days=int(province_setting("curation.round_days")))
        waiting = clusters_without_yearly(year.key)
    for cluster_id in waiting:
        with suppress(IntegrityError), database.transaction():
            service.open_yearly_round(cluster_with_curators(cluster_id)[0], title, due_on)


def _is_time(year: SchoolYear) -> bool:
    day_month = str(province_setting("curation.yearly_round_on"))
    if not day_month:
        return False
    day, month = (int(part) for part in day_month.split("/"))
    opening = date(year.start if month >= FIRST_MONTH else year.start + 1, month, min(day, 28))
    return opening <= clock.today() <= duty_deadline(year)


def _round(round_id: str) -> CurationRound | None:
    return current_session().get(CurationRound, round_id)


def _readers(found: CurationRound) -> list[str]:
    """Who is asked to read: those named that still may, or everybody who curates for the cluster."""
    people = [person.id for person in cluster_with_curators(found.cluster_id)[1]]
    return [user for user in people if user in found.curator_ids] or people


def _tell_authors(verdict: CurationVerdict, kind: str, origin: str) -> None:
    session = current_session()
    wanted = (
        select(Resource).options(selectinload(Resource.authors)).where(Resource.id == verdict.resource_id)
    )
    resource, by = session.scalars(wanted).one(), session.get_one(User, verdict.decided_by_id)
    authors = dict.fromkeys([resource.created_by_id, *(author.user_id for author in resource.authors)])
    values = {"title": resource.title, "note": verdict.note, "by": by.name, "by_form": by.form_of_address}
    notify(
        [user for user in authors if user != by.id],
        kind,
        resource_path(resource.id) + "/ra-soat",
        origin,
        **values,
    )
