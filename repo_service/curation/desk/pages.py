"""The desk: one work after another, four verdicts by key or thumb, a successor that is searched for, one undone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core import clock
from repo_service.core.errors import AlreadyExists, InvalidInput, KhoError, MoveNotAllowed, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import curation_path
from repo_service.curation import policy, queries, reading, verdicts
from repo_service.curation.desk.layout import lay_out, marked, next_waiting
from repo_service.curation.models import CurationRound
from repo_service.curation.verdicts import KEEP, REPLACE, Judgement
from repo_service.curation.works import words
from repo_service.curation.works.signals import Risk
from repo_service.curation.works.successors import successors_for
from repo_service.curriculum.queries import vocabularies
from repo_service.derivatives.pages import picture_url
from repo_service.resources.findable.card_facts import card_facts
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource
from repo_service.resources.representation import file_path

blueprint = Blueprint("curation_desk", __name__, template_folder="../templates")

ROUND = "/ra-soat/<round_id>"
ITEM = f"{ROUND}/<item_id>"


@blueprint.get(ROUND)
def round_at_work(round_id: str) -> Response | str:
    """The work that waits most; after a verdict the one that follows. A finished round shows its summary."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    rows = reading.queue(viewer, found).items
    item_id = next_waiting(rows, request.args.get("sau"))
    if found.state != "open" or item_id is None:
        return redirect(f"{curation_path(found.id)}/tong-ket" + ("?vua=1" if "vua" in request.args else ""))
    return _desk(viewer, found, rows, item_id)


@blueprint.get(ITEM)
def item_at_work(round_id: str, item_id: str) -> str:
    """One work of the round."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    return _desk(viewer, found, reading.queue(viewer, found).items, item_id)


@blueprint.post(f"{ITEM}/ket-luan")
def decide(round_id: str, item_id: str) -> Response | tuple[str, int]:
    """Give a verdict; what a colleague did meanwhile is said, with the next work."""
    viewer = signed_in_viewer()
    at_hand = reading.item_for(viewer, round_id, item_id, deciding=True)
    try:
        verdicts.decide(viewer, at_hand, _said(viewer, at_hand.item.risks))
    except InvalidInput as error:
        found = at_hand.item.round
        return _desk(viewer, found, reading.queue(viewer, found).items, item_id, error), error.status
    except (AlreadyExists, MoveNotAllowed, StaleVersion) as error:
        flash(error.message, "error")
        return redirect(curation_path(round_id, item_id), 303)
    flash(_("Đã ghi: %(verdict)s.", verdict=vocabularies().label("verdicts", _verdict())))
    return redirect(f"{curation_path(round_id)}?sau={item_id}&vua=1", 303)


@blueprint.post(f"{ROUND}/hoan-tac")
def undo(round_id: str) -> Response:
    """Take the viewer's last verdict back."""
    viewer = signed_in_viewer()
    queries.round_for(viewer, round_id)
    try:
        at_hand = verdicts.undo_last(viewer, round_id)
    except MoveNotAllowed as error:
        flash(error.message, "error")
        return redirect(curation_path(round_id), 303)
    flash(_("Đã lấy lại kết luận của “%(title)s”.", title=at_hand.item.resource.title))
    return redirect(curation_path(round_id, at_hand.item.id), 303)


@blueprint.post(f"{ROUND}/nhieu-muc")
def decide_many(round_id: str) -> Response:
    """One verdict on every work of a selection; those that cannot take it are named, the others stand."""
    viewer = signed_in_viewer()
    queries.round_for(viewer, round_id)
    chosen = request.form.getlist("items")[: reading.QUEUE]
    done, refused = 0, []
    for at_hand in reading.items_for(viewer, round_id, chosen):
        try:
            verdicts.decide(viewer, at_hand, Judgement(_verdict(), _reasons(), request.form.get("note", "")))
            done += 1
        except KhoError as error:
            refused.append(f"“{at_hand.item.resource.title}”: {_in_one_line(error)}")
    if done:
        flash(_("Đã ghi %(count)s kết luận.", count=done))
    for sentence in refused[:3] if chosen else [_("Chọn ít nhất một bài trong danh sách.")]:
        flash(sentence, "error")
    return redirect(f"{curation_path(round_id)}/danh-sach", 303)


@blueprint.get(f"{ITEM}/thay-the")
def successors(round_id: str, item_id: str) -> str:
    """Works that may stand in the place of this one, by their titles; a part of the desk, or a page by itself."""
    viewer = signed_in_viewer()
    at_hand = reading.item_for(viewer, round_id, item_id, policy.READ.action)
    q = request.args.get("q", "").strip()
    cards = [card_facts(card) for card in successors_for(viewer, at_hand.item.resource_id, q)]
    template = (
        "curation/successors_part.html" if request.headers.get("HX-Request") else "curation/successors.html"
    )
    return render_template(template, round=at_hand.item.round, at_hand=at_hand, works=cards, q=q)


def _in_one_line(error: KhoError) -> str:
    problems = error.errors.values() if isinstance(error, InvalidInput) else ([error.message],)
    return " ".join(text for texts in problems for text in texts)


def _desk(
    viewer: Viewer,
    found: CurationRound,
    rows: Sequence[reading.QueueRow],
    item_id: str,
    error: InvalidInput | None = None,
) -> str:
    desk = lay_out(viewer, found, rows, item_id)
    lists, risks, typed = vocabularies(), desk.at_hand.item.risks, request.form
    errors = error.errors if error else {}
    return render_template(
        "curation/desk.html", desk=desk, label=lists.label, told=words.told, marked=marked, picture_path=picture_url,
        file_path=file_path, today=clock.today(), errors=errors, reasons=lists.choices("curation_reasons"),
        chosen=typed.getlist("reasons") if error else words.suggested_reasons(risks), guessed=not error,
        note=typed.get("note", "") if error else words.suggested_note(risks), may_undo="vua" in request.args,
        may_arrange=may(viewer, policy.ARRANGE.action, found),
        summary=[(FIELDS.get(name, "ket-luan"), text) for name, texts in errors.items() for text in texts],
    )  # fmt: skip


FIELDS = {"reasons": "reasons", "note": "note", "successor": "ket-luan", "verdict": "ket-luan"}


def _verdict() -> str:
    """As the pressed button says; a successor alone means "replaced by"."""
    return request.form.get("verdict") or (REPLACE if request.form.get("successor") else "")


def _reasons() -> list[str]:
    return [] if _verdict() == KEEP else request.form.getlist("reasons")


def _said(viewer: Viewer, risks: list[Risk]) -> Judgement:
    """The form's verdict. "Keep" leaves aside the reasons and the line that Kho wrote beforehand for the authors."""
    note = request.form.get("note", "").strip()
    if _verdict() == KEEP and note == words.suggested_note(risks):
        note = ""
    return Judgement(_verdict(), _reasons(), note, _successor(viewer), request.form.get("version") or None)


def _successor(viewer: Viewer) -> Resource | None:
    """The chosen work, or the one whose link was pasted; None when there is none, or the viewer may not read it."""
    sent = request.form.get("successor", "").strip().rstrip("/").rpartition("/")[2]
    if _verdict() != REPLACE or not sent:
        return None
    try:
        return find_resource(viewer, sent, changing=True)
    except KhoError:
        return None
