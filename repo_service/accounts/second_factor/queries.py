"""Reading second factors: is there one, and how many recovery codes are left."""

from __future__ import annotations

from sqlalchemy import func, select

from repo_service.accounts.second_factor.models import RecoveryCode, SecondFactor
from repo_service.core.db import current_session


def factor_of(user_id: str) -> SecondFactor | None:
    """The person's second factor, if one is set up."""
    return current_session().get(SecondFactor, user_id)


def recovery_codes_left(user_id: str) -> int:
    """How many of the person's recovery codes were not used yet."""
    own = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return current_session().scalar(own) or 0
