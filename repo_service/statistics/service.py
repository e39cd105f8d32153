"""Keeping the figures of a month; the only writer of their tables."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.statistics.counting import Key
from repo_service.statistics.models import FigureMonth, MonthlyFigure


def keep_month(month: str, counts: Mapping[Key, int]) -> None:
    """Put what was counted in place of what stood there for the month."""
    session = current_session()
    session.execute(delete(MonthlyFigure).where(MonthlyFigure.month == month))
    rows = [
        {"cluster_id": key[0], "month": month, "measure": key[1], "subject": key[2], "type": key[3], "count": count}
        for key, count in counts.items()
    ]  # fmt: skip
    if rows:
        session.execute(insert(MonthlyFigure), rows)
    session.merge(FigureMonth(month=month, counted_at=clock.now()))
