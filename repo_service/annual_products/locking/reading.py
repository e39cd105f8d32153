"""How far the reading of a product's bytes is, for the page: waiting with its progress, clean, damaged, too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from repo_service.annual_products.locking import checks
from repo_service.annual_products.models import AnnualProduct
from repo_service.background.progress import Progress, running
from repo_service.core import clock
from repo_service.core.i18n import _, _l
from repo_service.organizations.province_settings import province_setting

KINDS = {
    "missing": _l("không thấy trong nơi chứa"),
    "wrong size": _l("không đủ kích thước"),
    "damaged": _l("nội dung khác lúc ghi"),
}


@dataclass(frozen=True)
class Reading:
    """What the page says about it."""

    state: str
    """"" (never asked), waiting, clean, damaged, old."""
    at: datetime | None
    progress: Progress | None
    findings: tuple[tuple[str, str], ...]
    """(file, what is wrong with it)."""


def reading_of(product: AnnualProduct) -> Reading:
    """Costs a statement while it is under way only."""
    progress = running(checks.job_name(product.id)) if product.check_state == "waiting" else []
    findings = tuple(
        (each["name"], str(KINDS.get(each["kind"], _("hỏng")))) for each in product.check_findings
    )
    return Reading(_state(product), product.check_finished_at, progress[0] if progress else None, findings)


def _state(product: AnnualProduct) -> str:
    hours = timedelta(hours=int(province_setting("product.check_hours")))
    at = product.check_finished_at
    if product.state == "chosen" and product.check_state == "clean" and at and at <= clock.now() - hours:
        return "old"
    return product.check_state
