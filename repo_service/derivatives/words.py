"""What people are told of a file: how far it was read, why there is nothing to see, why nobody gets it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from repo_service.core.i18n import _, _l
from repo_service.files import scanning
from repo_service.files.file_types import REASONS
from repo_service.files.scanning.queries import HELD_BY_SCANNER
from repo_service.ui.formats import day


class Told(Protocol):
    """The columns of a stored file that the words are about."""

    @property
    def media_type(self) -> str:
        """What it is."""

    @property
    def text_state(self) -> str:
        """waiting, ready, none, failed."""

    @property
    def text_reason(self) -> str | None:
        """A reason of extraction."""

    @property
    def preview_state(self) -> str:
        """waiting, ready, none."""

    @property
    def preview_reason(self) -> str | None:
        """A reason of extraction."""


class Held(Protocol):
    """The columns of a stored file that say whether people get it."""

    @property
    def state(self) -> str:
        """ready, checking, quarantined."""

    @property
    def reason(self) -> str | None:
        """Why it is quarantined."""

    @property
    def scanned_at(self) -> datetime | None:
        """When a virus scanner looked at it."""

    @property
    def scan_result(self) -> str | None:
        """What that said."""

    @property
    def threat(self) -> str | None:
        """Name of what it found."""


TOLD_TO_ALL = frozenset({"damaged", "secret_paper", *HELD_BY_SCANNER})
"""Reasons that readers are told in the author's words; the others are about the author's own work."""
_UNSCANNED = _l("Tệp chưa quét virus được nên Kho tạm giữ; quản trị xem lại giúp")
_FOR_READERS: dict[str, Any] = {
    "virus": _l("Máy quét virus thấy mã độc trong tệp này nên Kho giữ lại; tác giả gửi tệp khác giúp"),
    "scan_too_big": _UNSCANNED,
    "scan_failed": _UNSCANNED,
}
_TEXT: dict[str, Any] = {
    "ocr": _l("chữ trong ảnh đọc bằng máy (OCR), có thể sai"),
    "ocr_partly": _l("mới đọc được một phần, chữ trong ảnh đọc bằng máy (OCR)"),
    "partly": _l("mới đọc được một phần"),
    "encrypted": _l("tệp có mật khẩu nên Kho không đọc"),
}
_NO_OCR = _l("ảnh quét, máy chủ chưa có chương trình đọc chữ")
_NO_PREVIEW: dict[str, Any] = {
    "encrypted": _l("Tệp có mật khẩu nên không xem trước được. Tải về rồi mở bằng mật khẩu."),
    "too_big": _l("Tệp quá lớn để làm bản xem trước. Tải về để xem."),
    "timeout": _l("Làm bản xem trước quá lâu nên Kho đã dừng. Tải về để xem."),
    "damaged": _l("Không làm được bản xem trước của tệp này. Tải về vẫn mở được như thường."),
    "crashed": _l("Không làm được bản xem trước của tệp này. Tải về vẫn mở được như thường."),
}


def reading_words(file: Told) -> str:
    """How the text was read, in a few words; empty where there is nothing to tell."""
    if file.text_reason == "no_ocr":  # a photograph may hold no letters at all
        return "" if file.media_type.startswith("image/") else str(_NO_OCR)
    if file.text_reason in _TEXT:
        return str(_TEXT[file.text_reason])
    return _("không đọc được nội dung") if file.text_state == "failed" else ""


def held_words(file: Held, *, own: bool = False) -> str:
    """Why nobody gets the file now, as a sentence for readers of its work; empty for one that is ready.

    `own`: for whoever sees the work as its people do, with what to do about it.
    """
    if file.state == "ready":
        return ""
    if file.state == "checking":
        if scanning.is_on():
            return _("Tệp chờ quét virus, quét xong là mở được. Kho tự làm, không phải gửi lại.")
        return _("Kho đang kiểm tra tệp này")
    if file.reason in TOLD_TO_ALL:
        named = f" ({file.threat})" if file.threat else ""
        return f"{REASONS[file.reason] if own else _FOR_READERS.get(file.reason, REASONS[file.reason])}{named}"
    return _(
        "Kho đang giữ lại tệp này vì nội dung không khớp với đuôi tệp hoặc có thể gây hại; tác giả thay tệp khác giúp"
    )


def scan_words(file: Held) -> str:
    """Whether a virus scanner has seen a file that people get, in a few words for who looks after works."""
    if file.state != "ready":
        return ""
    if file.scan_result == scanning.CLEAN and file.scanned_at is not None:
        return _("đã quét virus %(day)s", day=day(file.scanned_at))
    return _("chưa quét virus")


def preview_words(file: Told) -> str:
    """Why there is no preview, as a sentence."""
    if file.preview_reason == "no_program":
        if file.media_type.startswith(("video/", "audio/")):
            return ""  # it plays all the same
        return _("Máy chủ chưa có LibreOffice nên chưa có hình từng trang.")
    return str(_NO_PREVIEW.get(file.preview_reason or "", _("Chưa có bản xem trước. Tải tệp về để xem.")))
