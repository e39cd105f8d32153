"""The JSON of the board and of a nudge."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l
from repo_service.duty_board.models import DutyNudge
from repo_service.duty_board.rows import Board, Row


class NudgeSchema(Schema):
    """What a nudge says."""

    class Meta:
        unknown = EXCLUDE

    text = fields.String(load_default="", error_messages={"invalid": _l("Ô này cần một dòng chữ.")})


class SentNudgeSchema(Schema):
    """A nudge that was sent."""

    id = fields.String()
    cluster = fields.String()
    school_year = fields.String()
    duty = fields.String()
    text = fields.String()
    sent_at = fields.DateTime()


class CellSchema(Schema):
    """One duty of one cluster: a state and its words, never a score."""

    duty = fields.String()
    state = fields.String()
    met = fields.Boolean()
    words = fields.String()
    reason = fields.String()
    evidence = fields.String()
    nudged_at = fields.DateTime(allow_none=True)


class RowSchema(Schema):
    """One cluster."""

    cluster = fields.String()
    cluster_name = fields.String()
    schools = fields.Integer()
    leads = fields.List(fields.String())
    cells = fields.List(fields.Nested(CellSchema))


class BoardSchema(Schema):
    """Every cluster that the caller may look after, in the order of the alphabet."""

    school_year = fields.String()
    items = fields.List(fields.Nested(RowSchema))


def board_body(board: Board) -> dict[str, Any]:
    """A board in the form of BoardSchema."""
    return {"school_year": board.filters.school_year, "items": [_row_body(row) for row in board.rows]}


def _row_body(row: Row) -> dict[str, Any]:
    cells = [
        {
            "duty": cell.duty, "state": cell.state, "met": cell.is_met, "words": cell.words, "reason": cell.reason,
            "evidence": cell.evidence, "nudged_at": row.nudges[cell.duty].at if cell.duty in row.nudges else None,
        }
        for cell in row.cells
    ]  # fmt: skip
    return {
        "cluster": row.cluster.id, "cluster_name": row.cluster.name, "schools": row.schools,
        "leads": [lead.name for lead in row.leads], "cells": cells,
    }  # fmt: skip


def nudge_body(nudge: DutyNudge) -> dict[str, Any]:
    """A nudge in the form of SentNudgeSchema."""
    return {
        "id": nudge.id, "cluster": nudge.cluster_id, "school_year": nudge.school_year, "duty": nudge.duty,
        "text": nudge.text, "sent_at": nudge.sent_at,
    }  # fmt: skip
