"""One place in a text that says something private about somebody, and the kinds of such places."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is said about somebody (R50, Law 91/2025/QH15)."""

    ROSTER = "roster"
    PUPIL = "pupil"
    HARDSHIP = "hardship"
    PHONE = "phone"
    CITIZEN_ID = "citizen_id"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    ADDRESS = "address"
    HEALTH_CARD = "health_card"
    BANK_ACCOUNT = "bank_account"
    PUPIL_ID = "pupil_id"


@dataclass(frozen=True, order=True)
class Finding:
    """Characters `start` to `end` (not included) of the text."""

    start: int
    end: int
    kind: Kind
