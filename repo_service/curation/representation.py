"""What the API answers about curation rounds. No urgency goes out: only words (R26)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields

from repo_service.core.urls import curation_path, resource_path
from repo_service.curation.models import CurationRound
from repo_service.curation.reading import Past, QueueRow
from repo_service.curation.results.summary import Summary
from repo_service.curation.works import words


class CurationRiskBody(Schema):
    """Why a work deserves a look."""

    code = fields.String()
    text = fields.String()


class CurationItemBody(Schema):
    """A work in a round."""

    id = fields.String()
    resource = fields.String()
    title = fields.String()
    type = fields.String(allow_none=True)
    state = fields.String(metadata={"description": "waiting, decided or gone"})
    verdict = fields.String(allow_none=True)
    risks = fields.List(fields.Nested(CurationRiskBody))
    url = fields.String()


class CurationItemListBody(Schema):
    """A page of items in the queue's order; `next` is the next page's number or null."""

    items = fields.List(fields.Nested(CurationItemBody))
    next = fields.Integer(allow_none=True)


class CurationRoundBody(Schema):
    """A round."""

    id = fields.String()
    title = fields.String()
    cluster = fields.String()
    cluster_name = fields.String()
    school_year = fields.String()
    state = fields.String(metadata={"description": "open, closed or cancelled"})
    yearly = fields.Boolean()
    due_on = fields.Date()
    opened_at = fields.DateTime()
    closed_at = fields.DateTime(allow_none=True)
    items = fields.Integer()
    done = fields.Integer()
    curators = fields.List(fields.String())
    scope = fields.Dict()
    revision = fields.Integer()
    url = fields.String()


class CurationRoundListBody(Schema):
    """A page of rounds."""

    items = fields.List(fields.Nested(CurationRoundBody))
    next = fields.Integer(allow_none=True)


class CurationPastBody(Schema):
    """One verdict of a work's history."""

    verdict = fields.String()
    reasons = fields.List(fields.String())
    note = fields.String()
    version = fields.Integer()
    by = fields.String()
    decided_at = fields.DateTime()
    round = fields.String()
    successor = fields.String(allow_none=True)


class CurationHistoryBody(Schema):
    """Every verdict that stands on a work, newest first."""

    items = fields.List(fields.Nested(CurationPastBody))


class CurationCountBody(Schema):
    """How often a verdict or a reason was given."""

    code = fields.String()
    label = fields.String()
    count = fields.Integer()


class CurationSummaryBody(Schema):
    """A round in figures; no work and no person is ranked."""

    sentence = fields.String()
    verdicts = fields.List(fields.Nested(CurationCountBody))
    reasons = fields.List(fields.Nested(CurationCountBody))
    waiting = fields.Integer()
    gone = fields.Integer()


def summary_body(summary: Summary) -> dict[str, Any]:
    """A summary in the form of CurationSummaryBody."""
    verdicts = [{"code": code, "label": label, "count": count} for code, label, count in summary.verdicts]
    reasons = [{"label": label, "count": count} for label, count in summary.reasons]
    return {
        "sentence": summary.sentence, "verdicts": verdicts, "reasons": reasons, "waiting": summary.waiting,
        "gone": summary.gone,
    }  # fmt: skip


def round_body(found: CurationRound) -> dict[str, Any]:
    """A round in the form of CurationRoundBody."""
    own = ("id", "title", "school_year", "state", "due_on", "opened_at", "closed_at", "scope", "revision")
    return {name: getattr(found, name) for name in own} | {
        "cluster": found.cluster_id, "cluster_name": found.cluster.name, "yearly": found.is_yearly,
        "items": found.item_count, "done": found.done_count, "curators": found.curator_ids,
        "url": curation_path(found.id),
    }  # fmt: skip


def item_bodies(round_id: str, rows: Sequence[QueueRow]) -> list[dict[str, Any]]:
    """Rows of the queue in the form of CurationItemBody."""
    return [
        {
            "id": row.id, "resource": row.resource_id, "title": row.title, "type": row.type, "state": row.state,
            "verdict": row.verdict, "url": curation_path(round_id, row.id),
            "risks": [{"code": risk.code, "text": risk.text} for risk in words.told(row.risks)],
        }
        for row in rows
    ]  # fmt: skip


def past_bodies(past: Sequence[Past]) -> list[dict[str, Any]]:
    """A history in the form of CurationHistoryBody's items."""
    return [
        {
            "verdict": one.verdict.verdict, "reasons": one.verdict.reasons, "note": one.verdict.note,
            "version": one.version, "by": one.by_name, "decided_at": one.verdict.decided_at,
            "round": one.verdict.round_id,
            "successor": resource_path(one.verdict.successor_id)
            if one.verdict.successor_id and one.successor_title
            else None,
        }
        for one in past
    ]  # fmt: skip
