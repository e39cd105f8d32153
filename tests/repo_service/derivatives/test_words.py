"""A file says how it was read, and why there is nothing to see of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from repo_service.core.db import KhoFlask
from repo_service.derivatives.words import Told, preview_words, reading_words
from repo_service.ui.formats import playing_time
from tests.samples.media_types import DOCX, PDF


def _file(media_type: str = PDF, **columns: str | None) -> Told:
    states = {"text_state": "ready", "text_reason": None, "preview_state": "none", "preview_reason": None}
    return SimpleNamespace(media_type=media_type, **{**states, **columns})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (_file(), ""),
        (_file(text_reason="ocr"), "đọc bằng máy (OCR)"),
        (_file(text_reason="ocr_partly"), "mới đọc được một phần"),
        (_file(text_reason="partly"), "mới đọc được một phần"),
        (_file(text_reason="no_ocr", text_state="none"), "chưa có chương trình đọc chữ"),
        (_file("image/png", text_reason="no_ocr", text_state="none"), ""),
        (_file(text_reason="encrypted", text_state="failed"), "mật khẩu"),
        (_file(text_reason="damaged", text_state="failed"), "không đọc được nội dung"),
        (_file(text_reason="no_text", text_state="none"), ""),
    ],
)
def test_how_a_file_was_read_is_said_in_words(app: KhoFlask, file: Told, said: str) -> None:
    with app.test_request_context("/"):
        words = reading_words(file)
    assert (said in words) and bool(words) == bool(said)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (_file(DOCX, preview_reason="no_program"), "chưa có LibreOffice"),
        (_file("video/mp4", preview_reason="no_program"), ""),
        (_file(DOCX, preview_reason="timeout"), "quá lâu"),
        (_file(DOCX, preview_reason="encrypted"), "mật khẩu"),
        (_file("application/zip", preview_reason="unsupported"), "Chưa có bản xem trước"),
        (_file("application/zip"), "Chưa có bản xem trước"),
    ],
)
def test_why_there_is_nothing_to_see_is_said_in_a_sentence(app: KhoFlask, file: Told, said: str) -> None:
    with app.test_request_context("/"):
        words = preview_words(file)
    assert (said in words) and bool(words) == bool(said)


def test_a_playing_time_reads_like_on_a_player() -> None:
    assert [playing_time(seconds) for seconds in (5, 185, 3729)] == ["0:05", "3:05", "1:02:09"]
