"""Every byte of a product is read again before it is locked and after: asked for here, done in the background (I9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from repo_service.annual_products.locking.contents import Contents
from repo_service.annual_products.models import AnnualProduct
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.outbox import emit
from repo_service.organizations.province_settings import province_setting
from repo_service.preservation.comparison import judge_bytes
from repo_service.preservation.queries import Promised
from repo_service.resources.queries import FileRow
from storage_adapters import Storage

TOPIC = "annual_product.check"
ASKED_AGAIN_AFTER = timedelta(minutes=10)
"""A reading that nobody finished for so long may be asked for once more."""


class Finding(NamedTuple):
    """A file that is not as its row says: missing, wrong size or damaged (preservation's words)."""

    file_id: str
    key: str
    name: str
    kind: str


def job_name(product_id: str) -> str:
    """Under which its progress is told."""
    return f"{TOPIC}:{product_id}"


def ask(product: AnnualProduct, contents: Contents) -> None:
    """Have the background read every file; asked again while it reads the same ones, it goes on."""
    moment = clock.now()
    if (
        product.check_state == "waiting"
        and product.check_covers == contents.fingerprint
        and product.check_asked_at is not None
        and product.check_asked_at > moment - ASKED_AGAIN_AFTER
    ):
        return
    product.check_state, product.check_covers = "waiting", contents.fingerprint
    product.check_asked_at, product.check_finished_at, product.check_findings = moment, None, []
    emit(TOPIC, product.id, version=contents.version.id)


def is_clean(product: AnnualProduct, contents: Contents) -> bool:
    """Whether exactly these files were read and found as recorded, not longer ago than the province allows."""
    hours = int(province_setting("product.check_hours"))
    return (
        product.check_state == "clean"
        and product.check_covers == contents.fingerprint
        and product.check_finished_at is not None
        and product.check_finished_at > clock.now() - timedelta(hours=hours)
    )


def read_all(
    store: Storage, files: Sequence[FileRow], step: Callable[[int, str], None] = lambda _bytes, _name: None
) -> list[Finding]:
    """Read each file once, in blocks; `step` hears how many bytes are done, and the name at hand.

    Raises StorageUnavailable: an answer that did not come is no finding.
    """
    findings, done = [], 0
    for file in {file.id: file for file in files}.values():
        step(done, file.name)
        kind = judge_bytes(
            store,
            Promised(file.key, file.size, file.sha256),
            lambda read, begun=done, name=file.name: step(begun + read, name),  # type: ignore[misc]
        )
        done += file.size
        if kind is not None:
            findings.append(Finding(file.id, file.key, file.name, kind))
    return findings


def conclude(product: AnnualProduct, contents: Contents, findings: Sequence[Finding]) -> bool:
    """Write down what was found, unless other files are to be read by now; damaged ones go to preservation."""
    if product.check_covers != contents.fingerprint:
        return False
    product.check_state = "damaged" if findings else "clean"
    product.check_finished_at = clock.now()
    product.check_findings = [{"name": each.name, "kind": each.kind} for each in findings]
    for each in findings:
        emit("object.lost", each.file_id, key=each.key)
    record(
        None, "annual_product.read", "cluster", product.cluster_id,
        product=product.id, files=len(contents.files), bytes=contents.size, findings=len(findings),
    )  # fmt: skip
    return True
