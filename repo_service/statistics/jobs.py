"""Schedule: count the month that runs and the one before, months not counted yet, and one older month again."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.statistics import counting
from repo_service.statistics.counting import month_of, months_between
from repo_service.statistics.models import FigureMonth
from repo_service.statistics.service import keep_month


def refresh(database: Database) -> None:
    """Each month is read without a lock and written in a short transaction of its own.

    An older month is counted again in its turn: works are withdrawn and corrected later, too.
    """
    with database.session(writing=False):
        months = _due()
    for month in months:
        with database.session(writing=False):
            counts = counting.count_month(month)
        with database.transaction():
            keep_month(month, counts)


def _due() -> list[str]:
    first = counting.first_month()
    if first is None:
        return []
    every = months_between(first, month_of(clock.today()))
    rows = current_session().execute(select(FigureMonth.month, FigureMonth.counted_at))
    known = {row[0]: row[1] for row in rows}
    older = sorted((month for month in every[:-2] if month in known), key=lambda month: known[month])
    missing = [month for month in every[:-2] if month not in known]
    return [*missing, *every[-2:], *older[:1]]
