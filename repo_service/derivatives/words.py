"""What people are told of a file's text and preview: how far it was read, and why there is nothing to see."""

from __future__ import annotations

from typing import Any, Protocol

from repo_service.core.i18n import _, _l


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


def preview_words(file: Told) -> str:
    """Why there is no preview, as a sentence."""
    if file.preview_reason == "no_program":
        if file.media_type.startswith(("video/", "audio/")):
            return ""  # it plays all the same
        return _("Máy chủ chưa có LibreOffice nên chưa có hình từng trang.")
    return str(_NO_PREVIEW.get(file.preview_reason or "", _("Chưa có bản xem trước. Tải tệp về để xem.")))
