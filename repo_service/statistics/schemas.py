"""The JSON of figures."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from repo_service.statistics.figures import MEASURES, Figures, Line


class LineSchema(Schema):
    """One month or subject."""

    code = fields.String()
    label = fields.String()
    sent = fields.Integer()
    published = fields.Integer()
    downloads = fields.Integer()


class SignalSchema(Schema):
    """A signal of use over the year."""

    code = fields.String()
    label = fields.String()
    count = fields.Integer()


class FiguresSchema(Schema):
    """Figures of a school year: facts about works, never about people."""

    school_year = fields.String()
    cluster = fields.String(allow_none=True)
    counted_at = fields.DateTime(allow_none=True)
    months = fields.List(fields.Nested(LineSchema))
    subjects = fields.List(fields.Nested(LineSchema))
    signals = fields.List(fields.Nested(SignalSchema))


def figures_body(figures: Figures) -> dict[str, Any]:
    """Figures in the form of FiguresSchema."""
    return {
        "school_year": figures.filters.school_year, "cluster": figures.filters.cluster or None,
        "counted_at": figures.counted_at, "months": [_line(line) for line in figures.months],
        "subjects": [_line(line) for line in figures.subjects],
        "signals": [{"code": code, "label": words, "count": count} for code, words, count in figures.signals],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {"code": line.code, "label": line.label, **dict(zip(MEASURES, line.counts, strict=True))}
