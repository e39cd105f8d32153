"""What may be sent about a resource, by JSON or form: fields, codes, bounds, and what to do when one does not fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from repo_service.core.clock import VIETNAM
from repo_service.core.i18n import _, _l
from repo_service.core.school_year import is_school_year
from repo_service.curriculum.queries import vocabularies

LONGEST_TITLE = 300
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORDS: dict[str, Any] = {
    "required": _l("Ô này cần được điền."),
    "null": _l("Ô này không để trống được; bỏ hẳn ra nếu không dùng."),
    "invalid": _l("Giá trị này chưa đúng kiểu."),
    "type": _l("Gửi một đối tượng JSON."),
    "too_large": _l("Số này lớn quá."),
    "invalid_utf8": _l("Chữ này Kho chưa đọc được."),
}


def text(most: int, **more: Any) -> fields.String:
    """A text of at most `most` characters."""
    sentence = _l("Dài quá %(most)s chữ cái, rút ngắn lại giúp Kho.", most=most)
    return fields.String(validate=validate.Length(max=most, error=sentence), error_messages=_WORDS, **more)


class Code(fields.String):
    """One code of a controlled list."""

    def __init__(self, vocabulary: str, **more: Any) -> None:
        super().__init__(error_messages=_WORDS, **more)
        self.vocabulary = vocabulary

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        code = str(super()._deserialize(value, attr, data, **more))
        if not vocabularies().knows(self.vocabulary, code):
            offered = ", ".join(list(vocabularies().terms(self.vocabulary))[:12])
            raise ValidationError(
                _(
                    "“%(code)s” không có trong danh sách. Chọn một trong: %(offered)s …",
                    code=code[:60],
                    offered=offered,
                )
            )
        return code


class Codes(fields.List[str]):
    """Several codes of one list, each once."""

    def __init__(self, vocabulary: str, most: int = 20) -> None:
        super().__init__(
            Code(vocabulary),
            allow_none=False,
            error_messages={**_WORDS, "invalid": _l("Gửi một danh sách mã.")},
        )
        self.most = most

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> list[str | None]:
        codes = list(dict.fromkeys(super()._deserialize(value, attr, data, **more)))
        if len(codes) > self.most:
            raise ValidationError(_("Chọn nhiều nhất %(most)s mục.", most=self.most))
        return codes


class Link(fields.Field[dict[str, str]]):
    """A web address in place of a file: {url, label}, or in a form `https://... name`; http and https only."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> dict[str, str]:
        if isinstance(value, str):
            url, _blank, label = value.strip().partition(" ")
        elif isinstance(value, dict) and set(value) <= {"url", "label"}:
            url, label = value.get("url", ""), value.get("label") or ""
        else:
            raise ValidationError(_("Gửi mỗi đường dẫn dưới dạng {url, label}."))
        if not (isinstance(url, str) and isinstance(label, str)) or not _is_web_address(url):
            raise ValidationError(
                _("Đường dẫn phải là một địa chỉ web đầy đủ, bắt đầu bằng https:// hoặc http://.")
            )
        return {"url": url, "label": label.strip()[:200]}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and len(url) <= 1000
            and not re.search(r"[\s\"<>\\]", url)
        )
    except ValueError:
        return False


class Moment(fields.Field[datetime]):
    """A moment in ISO form; without an offset it is read on the clock of Vietnam."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError(_("Ghi ngày giờ như 2026-12-20T07:00.")) from None


class AuthorSchema(Schema):
    """One of the group; `user` is the id of an account."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = {"unknown": _l("Không có ô này."), "type": _l("Gửi một đối tượng JSON.")}
    name = text(120, required=True)
    school = text(160, allow_none=True)
    user = text(16, allow_none=True)


class CleanText(Schema):
    """A schema whose texts come in one Unicode form, without control characters and blanks around."""

    @pre_load
    def clean_text(self, data: Any, **_more: Any) -> Any:
        """Clean every text, and those in lists."""
        return {name: _clean(value) for name, value in data.items()} if isinstance(data, dict) else data


class ResourceFields(CleanText):
    """Everything a person may say about a resource; all of it optional while it is a draft (R31)."""

    class Meta:
        """Unknown names are refused, so that a typing error is not lost in silence."""

        unknown = RAISE

    error_messages = {"unknown": _l("Không có ô này."), "type": _l("Gửi một đối tượng JSON.")}

    title = text(LONGEST_TITLE)
    type = Code("resource_types", allow_none=True)
    subtype = Code("resource_subtypes", allow_none=True)
    grades = Codes("grades")
    subjects = Codes("subjects")
    textbook_sets = Codes("textbook_sets")
    themes = Codes("themes")
    purposes = Codes("purposes")
    audiences = Codes("audiences")
    keywords = fields.List(
        text(60),
        validate=validate.Length(max=20, error=_l("Ghi nhiều nhất 20 từ khóa.")),
        error_messages=_WORDS,
    )
    summary = text(4000)
    programme = Code("programmes", allow_none=True)
    term = Code("terms", allow_none=True)
    week = fields.Integer(
        allow_none=True, error_messages={**_WORDS, "invalid": _l("Tuần là một số từ 1 đến 35.")},
        validate=validate.Range(1, 35, error=_l("Tuần là một số từ 1 đến 35.")),
    )  # fmt: skip
    is_study_topic = fields.Boolean(error_messages=_WORDS)
    licence = Code("licences", allow_none=True)
    licence_name = text(80, allow_none=True)
    rights = Code("rights_bases", allow_none=True)
    ai_use = Code("ai_use", allow_none=True)
    ai_tool = text(120, allow_none=True)
    ai_checked_by = text(120, allow_none=True)
    personal_data = Code("personal_data", allow_none=True)
    links = fields.List(
        Link(),
        validate=validate.Length(max=20, error=_l("Ghi nhiều nhất 20 đường dẫn.")),
        error_messages=_WORDS,
    )
    change_note = text(1000)
    wait_to_publish = fields.Boolean(error_messages=_WORDS)
    embargo_until = Moment(allow_none=True)
    visibility = Code("reach", allow_none=True)
    authors = fields.List(
        fields.Nested(AuthorSchema),
        validate=validate.Length(max=30, error=_l("Ghi nhiều nhất 30 tác giả.")),
        error_messages=_WORDS,
    )
    school_year = fields.String(
        allow_none=True, error_messages=_WORDS,
        validate=lambda key: is_school_year(key) or _refuse(_("Ghi năm học như 2026-2027.")),
    )  # fmt: skip

    @post_load
    def leave_defaults(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """A field sent empty that has a default means the default (issue item 12)."""
        defaulted = ("programme", "licence", "rights", "ai_use", "visibility", "school_year")
        return {name: value for name, value in data.items() if value is not None or name not in defaulted}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", unicodedata.normalize("NFC", value)).strip()
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _refuse(sentence: str) -> bool:
    raise ValidationError(sentence)


class ReasonSchema(Schema):
    """Why a resource is withdrawn."""

    error_messages = {"unknown": _l("Không có ô này."), "type": _l("Gửi một đối tượng JSON.")}
    reason = text(1000, required=True)
