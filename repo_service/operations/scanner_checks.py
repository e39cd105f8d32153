"""What `kho doctor` looks at of virus scanners: whether they answer, know viruses, and keep up."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.files import scanning
from repo_service.files.scanning import clamd
from repo_service.files.scanning.queries import files_held, files_unscanned
from repo_service.operations.findings import ERROR, GOOD, WARNING, Finding, Findings
from repo_service.settings import Settings
from repo_service.ui.formats import number

_OLD_SIGNATURES = timedelta(days=7)
TRIAL = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD" + b"-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner calls a virus; in pieces, so that none finds it here."""


def check_scanners(settings: Settings, _database: Database) -> Findings:
    """Each scanner that is set; none is said as well."""
    if settings.scanner_url is None and settings.yara_rules is None:
        level = WARNING if settings.is_real else GOOD
        yield Finding(level, "Chưa đặt SCANNER_URL: tệp chưa quét virus, Kho chỉ xét cấu trúc của tệp")
        return
    if settings.scanner_url is not None:
        yield _clamd(settings.scanner_url)
    if settings.yara_rules is not None:
        trouble = scanning.why_not_scanned(settings)
        said = f"Luật YARA trong {settings.yara_rules}: dùng được"
        yield Finding(ERROR, f"{trouble}. Tệp mới chờ, chưa ai mở được") if trouble else Finding(GOOD, said)


def check_scanned_files(settings: Settings, database: Database) -> Findings:
    """What waits for its scan, what is held, and what people get unscanned."""
    with database.session(writing=False):
        held, unscanned = files_held(), files_unscanned()
    is_on = settings.scanner_url is not None or settings.yara_rules is not None
    if is_on and held["checking"]:
        yield Finding(WARNING, f"Chờ quét virus: {number(held['checking'])} tệp, chưa ai mở được")
    if is_on and unscanned:
        yield Finding(WARNING, f"Chưa quét virus mà vẫn mở được: {number(unscanned)} tệp. Chạy: kho scan")
    if held["virus"]:
        yield Finding(WARNING, f"Giữ lại vì có virus: {number(held['virus'])} tệp. Nếu là nhầm: kho scan")
    if unable := held.get("scan_too_big", 0) + held.get("scan_failed", 0):
        yield Finding(
            WARNING,
            f"Giữ lại vì không quét được: {number(unable)} tệp. Nâng StreamMaxLength, MaxFileSize, MaxScanSize của "
            "clamd rồi chạy: kho scan",
        )


def _clamd(url: str) -> Finding:
    content = scanning.Content(len(TRIAL), lambda: nullcontext([TRIAL]))
    try:
        version = clamd.version(url)
        knows = clamd.scan(url, content).result == scanning.FOUND
    except (scanning.ScannerUnavailable, scanning.ScanFailed) as error:
        return Finding(ERROR, f"Máy quét virus (SCANNER_URL) không trả lời: {error}. Tệp mới chờ, chưa ai mở được")
    if not knows:
        return Finding(ERROR, f"Máy quét virus {version} không nhận ra tệp thử EICAR: bộ dấu hiệu đã nạp chưa?")
    made = _day_of_signatures(version)
    if made is None or clock.now() - made > _OLD_SIGNATURES:
        said = f"từ {made:%d/%m/%Y}" if made else "không rõ ngày"
        return Finding(WARNING, f"Máy quét virus {version}: bộ dấu hiệu {said}. freshclam có chạy không?")
    return Finding(GOOD, f"Máy quét virus {version}: trả lời, nhận ra tệp thử EICAR")


def _day_of_signatures(version: str) -> datetime | None:
    """When its signatures were made, out of `ClamAV 1.4.6/27800/Tue Nov 24 09:26:01 2026`."""
    try:
        made = datetime.strptime(version.split("/")[2], "%a %b %d %H:%M:%S %Y")  # noqa: DTZ007 - said without a zone
    except (IndexError, ValueError):
        return None
    return made.replace(tzinfo=clock.now().tzinfo)
