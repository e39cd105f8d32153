"""Asking the colleagues of a cluster, and helping: the form, the list, one request with what was sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.colleague_requests import policy, queries, service
from repo_service.colleague_requests.models import LONGEST, ColleagueRequest
from repo_service.colleague_requests.schemas import NewAnswer, NewRequest
from repo_service.core.errors import InvalidInput, KhoError
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.urls import colleague_request_path, contribute_path, search_path
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import load_viewer
from repo_service.organizations.queries import clusters, clusters_to_ask
from repo_service.resources.findable.card_facts import card_facts
from repo_service.resources.queries import Card, cards, published_by
from repo_service.ui.forms import Form
from repo_service.ui.frame import salutation

blueprint = Blueprint("colleague_requests", __name__, template_folder="templates")

OWN_OFFERED = 5
"""Works of one's own that may be sent with one tap."""


@blueprint.route("/nho-dong-nghiep", methods=["GET", "POST"])
def ask() -> Response | tuple[str, int]:
    """The form, its sentence written from what was searched for; two fields, then it goes to the cluster."""
    viewer, form = signed_in_viewer(), Form(NewRequest())
    authorize(viewer, policy.ASK.action)
    if request.method == "POST":
        try:
            asked = service.ask(viewer, *_said(form.load()))
            flash(_("Đã gửi tới đồng nghiệp. Có người gửi bài, Kho báo ở trang Thông báo."))
            return redirect(colleague_request_path(asked.id), 303)
        except InvalidInput as error:
            form.refuse(error)
    else:
        form.typed = _searched_for()
    subject = form.value("subject")
    offered = {each.id: each.name for each in clusters_to_ask(viewer, form.value("grade"), subject)}
    if (chosen := form.value("cluster")) and chosen not in offered:
        offered |= {each.id: each.name for each in clusters(present_only=True) if each.id == chosen}
    page = render_template(
        "colleague_requests/ask.html", form=form, most=LONGEST, clusters=list(offered.items()),
        subject=vocabularies().label("subjects", subject),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _said(values: dict[str, Any]) -> tuple[str, str, str | None, str | None]:
    return values["text"], values["cluster"], values["subject"], values["grade"]


def _searched_for() -> dict[str, Any]:
    """What the form holds at first: from the search page's words and what Kho understood of them."""
    lists, asked = vocabularies(), request.args
    subject, grade = asked.get("subject", ""), asked.get("grade", "")
    subject = subject if lists.knows("subjects", subject) else ""
    grade = grade if lists.knows("grades", grade) else ""
    words = " ".join(asked.get("q", "").split())[:120]
    about = ", ".join(
        each for each in (lists.label("subjects", subject), lists.label("grades", grade)) if each
    )
    text = ""
    if words and about:
        text = _(
            "Tôi tìm “%(words)s” (%(about)s) mà Kho chưa có. Đồng nghiệp nào có, cho tôi xin nhé.",
            words=words,
            about=about,
        )
    elif words or about:
        text = _(
            "Tôi tìm “%(words)s” mà Kho chưa có. Đồng nghiệp nào có, cho tôi xin nhé.", words=words or about
        )
    return {"text": text, "subject": subject, "grade": grade, "cluster": asked.get("cluster", "")}


@blueprint.get("/loi-nho")
def requests() -> str:
    """What colleagues ask my clusters for, and what I asked."""
    viewer = signed_in_viewer()
    return render_template(
        "colleague_requests/list.html", others=queries.open_requests(viewer), own=queries.own_requests(viewer),
        is_open=policy.is_open,
    )  # fmt: skip


@blueprint.get("/loi-nho/<request_id>")
def one_request(request_id: str) -> str:
    """One request, what was sent, and the ways to help."""
    viewer = signed_in_viewer()
    return _draw(viewer, queries.find_request(viewer, request_id), Form(NewAnswer()))


@blueprint.post("/loi-nho/<request_id>/gui-bai")
def answer(request_id: str) -> Response | tuple[str, int]:
    """Send a work: a tap on one's own, or an address that was copied."""
    viewer, form = signed_in_viewer(), Form(NewAnswer())
    asked = queries.find_request(viewer, request_id, policy.ANSWER.action)
    try:
        service.answer(viewer, request_id, form.load()["work"])
    except KhoError as error:
        form.refuse(error)
        return _draw(viewer, asked, form), error.status
    flash(_("Đã gửi. Cảm ơn thầy cô."))
    return redirect(colleague_request_path(request_id), 303)


@blueprint.post("/loi-nho/<request_id>/khep")
def close(request_id: str) -> Response:
    """End it: found, or no longer needed."""
    service.close(signed_in_viewer(), request_id)
    flash(_("Đã khép lời nhờ."))
    return redirect(colleague_request_path(request_id), 303)


def _draw(viewer: Viewer, asked: ColleagueRequest, form: Form) -> str:
    lists, answers = vocabularies(), queries.answers_to(asked)
    readable = cards([each.resource_id for each in answers], viewer) if answers else []
    senders = {each.resource_id: salutation(each.by_form, each.by) for each in answers}
    helping = policy.can_answer(viewer, asked) and policy.is_open(asked)
    about = [lists.label("subjects", asked.subject), lists.label("grades", asked.grade)]
    return render_template(
        "colleague_requests/request.html", row=queries.row_of(viewer, asked), about=[each for each in about if each],
        sent=[_sent(card, senders[card.resource.id]) for card in readable], form=form,
        helping=helping, is_open=policy.is_open(asked), mine=policy.is_asker(viewer, asked),
        may_close=policy.is_open(asked) and policy.can_close(viewer, asked),
        own=_fitting(viewer, asked, set(senders)) if helping else (),
        search_href=search_path(subject=asked.subject, grade=asked.grade),
        contribute_href=contribute_path(subject=asked.subject, grade=asked.grade),
    )  # fmt: skip


def _sent(card: Card, sender: str) -> dict[str, Any]:
    facts = card_facts(card)
    return facts | {"facts": [*facts["facts"], _("%(who)s gửi", who=sender)]}


def _fitting(viewer: Viewer, asked: ColleagueRequest, sent: set[str]) -> list[Card]:
    """The viewer's published works that may answer: of the subject where it is known, of the class first."""
    asker = load_viewer(asked.asked_by_id)

    def fits(card: Card) -> bool:
        work, version = card.resource, card.version
        within_reach = work.visibility in ("tinh", "cong-khai") or (
            work.visibility == "cum" and work.cluster_id in asker.cluster_ids
        )
        of_subject = asked.subject is None or asked.subject in version.subjects
        return within_reach and of_subject and work.state == "active" and work.id not in sent

    fitting = [card for card in published_by(viewer, 50) if fits(card)]
    return sorted(fitting, key=lambda card: asked.grade not in card.version.grades)[:OWN_OFFERED]
