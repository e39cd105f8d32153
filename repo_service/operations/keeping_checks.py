"""What `kho doctor` looks at of keeping: the second store, bytes read again, backups, the trail of acts."""

from __future__ import annotations

from datetime import timedelta

from repo_service.backups import runs
from repo_service.core import clock
from repo_service.core.audit import chain
from repo_service.core.db import Database
from repo_service.operations.findings import ERROR, GOOD, WARNING, Finding, Findings
from repo_service.preservation.replication import waiting
from repo_service.preservation.turns import CYCLE, standing
from repo_service.settings import Settings
from repo_service.storage_troubles import find_storage_trouble
from repo_service.ui.formats import file_size, moment, number

_LONG_LAG = timedelta(hours=1)
_BACKUP_LATE, _BACKUP_LOST, _TRIAL_LATE = timedelta(hours=30), timedelta(days=3), timedelta(days=8)


def check_replica(settings: Settings, database: Database) -> Findings:
    """The second store, and how far it is behind."""
    if settings.storage_replica_url is None:
        yield Finding(GOOD, "Chưa đặt STORAGE_REPLICA_URL: tệp chỉ nằm ở một nơi, nhớ sao lưu")
        return
    trouble = find_storage_trouble(settings.storage_replica_url, "STORAGE_REPLICA_URL")
    if trouble:
        yield Finding(ERROR, f"{trouble.vi}\n  {trouble.en}")
    with database.session(writing=False):
        behind = waiting()
    if behind.objects == 0:
        yield Finding(GOOD, "Bản sao thứ hai: đã đủ mọi tệp")
        return
    since = f", tệp cũ nhất từ {moment(behind.since)}" if behind.since else ""
    late = behind.since is not None and clock.now() - behind.since > _LONG_LAG
    yield Finding(
        WARNING if late else GOOD,
        f"Bản sao thứ hai: còn {number(behind.objects)} tệp và hình ({file_size(behind.size)}) chưa chép{since}",
    )


def check_reading_again(_settings: Settings, database: Database) -> Findings:
    """Whether every byte is read again within a cycle, and what was found."""
    with database.session(writing=False):
        stands = standing()
    late = stands.unread > 0 or (stands.oldest is not None and clock.now() - stands.oldest > CYCLE)
    oldest = f"lượt cũ nhất {moment(stands.oldest)}" if stands.oldest else "chưa có lượt nào"
    unread = f", {number(stands.unread)} tệp và hình chưa được đọc lại lần nào" if stands.unread else ""
    yield Finding(
        WARNING if late else GOOD,
        f"Đọc lại từng byte: {oldest}{unread}{'. Chạy: kho fixity' if late else ''}",
    )
    for key, result in stands.unsound[:5]:
        yield Finding(ERROR, f"Hỏng trong kho tệp: {key} ({result}). Chạy: kho fixity")


def check_backups(settings: Settings, _database: Database) -> Findings:
    """How old the newest whole backup is, and when one was last tried out."""
    if settings.backup_folder is None:
        yield Finding(WARNING, "Chưa đặt BACKUP_FOLDER: Kho không tự sao lưu mỗi đêm (kho backup)")
        return
    if not settings.backup_folder.is_dir():
        yield Finding(ERROR, f"Không thấy {settings.backup_folder} (BACKUP_FOLDER): đĩa đã gắn chưa?")
        return
    whole = runs.complete(settings.backup_folder)
    if not whole:
        yield Finding(WARNING, f"Bản sao lưu: chưa có bản nào trong {settings.backup_folder}")
        return
    age = clock.now() - whole[-1].moment
    level = ERROR if age > _BACKUP_LOST else WARNING if age > _BACKUP_LATE else GOOD
    yield Finding(level, f"Bản sao lưu mới nhất: {moment(whole[-1].moment)}")
    if whole[-1].lacking:
        yield Finding(
            ERROR, f"Bản sao lưu mới nhất thiếu {number(len(whole[-1].lacking))} tệp. Chạy: kho fixity"
        )
    tried = [at for run in whole if (at := runs.tried_at(settings.backup_folder, run.name))]
    late = not tried or clock.now() - max(tried) > _TRIAL_LATE
    said = moment(max(tried)) if tried else "chưa lần nào"
    yield Finding(
        WARNING if late else GOOD, f"Thử khôi phục: {said}{'. Chạy: kho backup verify' if late else ''}"
    )


def check_audit(_settings: Settings, database: Database) -> Findings:
    """Whether acts are being sealed; `kho audit verify` reads the whole chain."""
    with database.session(writing=False):
        (count, since), head = chain.unsealed(), chain.head()
    late = since is not None and clock.now() - since > _LONG_LAG
    waiting_words = f", {number(count)} dòng chờ niêm" if count else ""
    yield Finding(
        WARNING if late else GOOD,
        f"Nhật kí: {number(head.position)} dòng đã niêm{waiting_words}{'. Việc nền có chạy không?' if late else ''}",
    )
