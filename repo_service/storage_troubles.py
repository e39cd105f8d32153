"""Why a store of bytes cannot be used, in one Vietnamese and one English line that name the setting and the cure."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import structlog

from repo_service.core.identifiers import new_id
from repo_service.database_troubles import Trouble
from repo_service.settings import Settings
from storage_adapters import StorageError, StorageFull, StorageUnavailable, object_key, open_storage

log = structlog.get_logger()

_SAME = Trouble(
    "STORAGE_REPLICA_URL: trùng với STORAGE_URL. Đặt bản sao ở máy khác hoặc đĩa khác.",
    "STORAGE_REPLICA_URL: the same as STORAGE_URL. Keep the second copy on another machine or disk.",
)
_CURES: dict[str, tuple[str, str]] = {
    "credentials": (
        "kho tệp không nhận khoá truy cập. Sửa AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY.",
        "the store refuses the access key. Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    "clock": (
        "đồng hồ máy này lệch với kho tệp quá nhiều. Bật đồng bộ giờ (NTP).",
        "the clock of this machine is too far from the store's. Switch on time synchronisation (NTP).",
    ),
    "bucket": (
        "kho tệp chưa có bucket này. Tạo bucket, hoặc sửa tên trong địa chỉ.",
        "the store has no such bucket. Make it, or correct its name in the address.",
    ),
    "rights": (
        "khoá truy cập không có quyền với bucket này. Cấp quyền liệt kê, đọc, ghi, xoá.",
        "the access key has no rights on this bucket. Grant list, read, write and delete.",
    ),
    "region": (
        "bucket ở vùng khác. Thêm region=... đúng vùng vào địa chỉ.",
        "the bucket is in another region. Add region=... to the address.",
    ),
    "checksums": (
        "kho tệp không hiểu cách gửi mã kiểm. Thêm checksums=when_required vào địa chỉ.",
        "the store does not understand how checksums are sent. Add checksums=when_required to the address.",
    ),
    "tls": (
        "không tin được chứng thư của kho tệp. Thêm ca=TỆP chứng thư của nơi cấp, xem tên máy và hạn trong chứng thư.",
        "the store's certificate is not believed. Add ca=FILE of its authority; look at the host name and dates in it.",
    ),
    "unreachable": (
        "kho tệp không trả lời. Xem nó có đang chạy và endpoint có đúng không.",
        "the store does not answer. Is it running, and is the endpoint right?",
    ),
}


def find_storage_trouble(url: str, setting: str = "STORAGE_URL") -> Trouble | None:
    """Open the store, list it, write, read and delete a small object; None when all of that works."""
    key, content = object_key(new_id(), "doctor"), b"kho doctor"
    try:
        store = open_storage(url)
        next(store.list("doctor/"), None)  # an S3 server says best here what is wrong
        store.put(key, io.BytesIO(content), len(content))
        with store.open(key) as reader:
            same = reader.read() == content
        store.delete(key)
    except (StorageError, OSError) as error:
        return explain_storage(error, url, setting)
    if not same:
        return Trouble(
            f"{setting}: kho tệp trả về byte khác lúc ghi.", f"{setting}: the store gives back other bytes."
        )
    return None


def why_not_opened(settings: Settings) -> str | None:
    """The lines about an address nobody understands, with which Kho does not start; None when it can."""
    if settings.storage_replica_url == settings.storage_url:
        return f"kho: {_SAME.vi}\nkho: {_SAME.en}"
    for setting, url in _addresses(settings):
        try:
            open_storage(url)
        except StorageUnavailable:
            continue  # understood, but not there just now
        except StorageError as error:
            trouble = explain_storage(error, url, setting)
            return f"kho: {trouble.vi}\nkho: {trouble.en}"
    return None


def report_at_start(settings: Settings) -> None:
    """Try the stores beside everything else, and log the two lines: pages and search go on without them."""

    def look() -> None:
        for setting, url in _addresses(settings):
            trouble = find_storage_trouble(url, setting)
            if trouble:
                log.error("storage_trouble", vi=trouble.vi, en=trouble.en)

    threading.Thread(target=look, name="storage-trouble", daemon=True).start()


def _addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "STORAGE_URL", settings.storage_url
    if settings.storage_replica_url:
        yield "STORAGE_REPLICA_URL", settings.storage_replica_url


def explain_storage(error: Exception, url: str, setting: str = "STORAGE_URL") -> Trouble:
    """The two lines about an error of the store behind `url`; nothing of the address but its kind is repeated."""
    if isinstance(error, StorageFull):
        return Trouble(f"{setting}: Nơi chứa tệp đã đầy.", f"{setting}: the store is full.")
    if not url.startswith("s3:") and type(error) is not StorageError:
        return Trouble(
            f"{setting}: Nơi chứa tệp không ghi được ({error}). Xem thư mục có đó không, có ghi được không.",
            f"{setting}: the folder of files cannot be written. Does it exist, and may Kho write there?",
        )
    if isinstance(error, StorageUnavailable) and error.cause in _CURES:
        vi, en = _CURES[error.cause]
        return Trouble(f"{setting}: {vi}", f"{setting}: {en}")
    return Trouble(
        f"{setting}: Kho không hiểu địa chỉ hoặc câu trả lời này ({error}).",
        f"{setting}: not an address, or not an answer, that Kho understands ({error}).",
    )
