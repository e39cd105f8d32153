"""Search parameters as they come in an address: codes checked, several of a name mean "one of them"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.datastructures import MultiDict

from repo_service.core.i18n import _, _l
from repo_service.core.school_year import is_school_year
from repo_service.curriculum.queries import vocabularies
from repo_service.search.facet_labels import VOCABULARIES
from repo_service.search.parameters import (
    FACETS,
    FEATURES,
    LARGEST_PAGE,
    MOST_TEXT,
    MOST_VALUES,
    RANGES,
    SORTS,
    STATES,
    SearchParams,
)

LONGEST_CURSOR = 2_000
FIRST_YEAR, LAST_YEAR = 1970, 9000
_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_NUMBER: dict[str, Any] = {
    "invalid": _l("Gửi một số nguyên."),
    "null": _l("Gửi một số nguyên."),
    "too_large": _l("Số này lớn quá."),
}


def _known(name: str, code: str) -> bool:
    if name in VOCABULARIES:
        return vocabularies().knows(VOCABULARIES[name], code)
    tests: dict[str, Callable[[str], bool]] = {
        "cluster": lambda value: _ID.fullmatch(value) is not None,
        "school_year": is_school_year,
        "feature": lambda value: value in FEATURES,
        "state": lambda value: value in STATES,
    }
    return tests[name](code)


class Choice(fields.String):
    """One value of a filter."""

    def __init__(self, filter_name: str) -> None:
        super().__init__()
        self.filter_name = filter_name

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        code = str(value).strip()
        if not _known(self.filter_name, code):
            raise ValidationError(_("“%(code)s” không có trong danh sách.", code=code[:60]))
        return code


class Choices(fields.List):  # type: ignore[type-arg]  # generic only for the type checker
    """The chosen values of a filter, each once; empty ones count as not chosen."""

    def __init__(self, filter_name: str) -> None:
        super().__init__(Choice(filter_name), metadata={"description": "repeat for several: any of them"})

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any
    ) -> list[str | None]:
        given = value if isinstance(value, list | tuple) else [value]
        chosen = [item for item in given if str(item).strip()][:MOST_VALUES]
        return list(dict.fromkeys(super()._deserialize(chosen, attr, data, **more)))


class Year(fields.String):
    """A bound of a range of school years; empty counts as not chosen."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        key = str(value).strip()
        if key and not is_school_year(key):
            raise ValidationError(_("Năm học viết như 2026-2027."))
        return key


class Day(fields.String):
    """A bound of a range of days, 2026-09-01; empty counts as not chosen."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> str:
        text = str(value).strip()
        try:
            known = not text or (len(text) == 10 and FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR)
        except ValueError:
            known = False
        if not known:
            raise ValidationError(_("Ngày viết như 2026-09-01."))
        return text


class SearchQuery(Schema):
    """Parameters of `GET /api/search` and of the page."""

    q = fields.String(
        validate=validate.Length(
            max=MOST_TEXT, error=_l("Dài quá %(most)s chữ cái, rút ngắn lại giúp Kho.", most=MOST_TEXT)
        )
    )
    type = Choices("type")
    grade = Choices("grade")
    subject = Choices("subject")
    level = Choices("level")
    cluster = Choices("cluster")
    school_year = Choices("school_year")
    textbook = Choices("textbook")
    feature = Choices("feature")
    state = Choices("state")
    bo = fields.List(
        fields.String(validate=validate.Length(max=60)),
        metadata={"description": "understood parts that are not preferred"},
    )
    from_year = Year()
    to_year = Year()
    updated_from = Day()
    updated_to = Day()
    sort = fields.String(
        validate=validate.OneOf(SORTS, error=_l("Chọn một trong: relevance, newest, title."))
    )
    page = fields.Integer(
        error_messages=_NUMBER, validate=validate.Range(1, 1_000_000, error=_l("Trang đếm từ 1 đến 1.000.000."))
    )
    cursor = fields.String(
        validate=validate.Length(max=LONGEST_CURSOR, error=_l("Kho không nhận ra chỗ đọc tiếp này.")),
        metadata={"description": "`next_cursor` of the page before: it neither repeats nor skips while others write"},
    )
    size = fields.Integer(
        error_messages=_NUMBER,
        validate=validate.Range(1, LARGEST_PAGE, error=_l("Mỗi trang từ 1 đến 100 kết quả.")),
    )

    class Meta:
        """Other parameters (of campaigns, of newer pages) are none of ours."""

        unknown = EXCLUDE


def to_params(values: Mapping[str, Any]) -> SearchParams:
    """Checked values as the service takes them."""
    filters = {name: tuple(values[name]) for name in (*FACETS, "state") if values.get(name)}
    ranges = {name: values[name] for name in RANGES if values.get(name)}
    plain = {name: values[name] for name in ("sort", "page", "size") if name in values}
    return SearchParams(
        q=values.get("q", ""),
        filters=filters,
        ranges=ranges,
        ignored=tuple(values.get("bo", ())),
        cursor=values.get("cursor") or None,
        **plain,
    )


def read_params(sent: MultiDict[str, str]) -> SearchParams:
    """Parameters of a page: what does not fit is ignored, an over-long text is cut."""
    schema = SearchQuery()
    given: dict[str, Any] = {}
    for name, field in schema.load_fields.items():
        if name in sent:
            given[name] = sent.getlist(name) if isinstance(field, fields.List) else sent[name].strip()
    given["q"] = given.get("q", "")[:MOST_TEXT]
    try:
        values = schema.load(given)
    except ValidationError as error:
        values = error.valid_data if isinstance(error.valid_data, dict) else {}
    params = to_params(values)
    return replace(params, page=min(params.page, params.last_page)) if params.cursor is None else params
