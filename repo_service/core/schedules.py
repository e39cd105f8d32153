"""Table of work that comes round by itself: when each schedule is due next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.db import Base


class ScheduleRun(Base):
    """Moving `due_at` forward is how one process of many claims the run."""

    __tablename__ = "schedule_runs"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime]
