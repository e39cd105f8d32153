"""Where each role lands, "Việc của tôi", the clusters and their pages, the one-page guide."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from repo_service.accounts.sessions import current_viewer
from repo_service.annual_products import board
from repo_service.collections.words import kit_words
from repo_service.core.errors import NotSignedIn
from repo_service.core.permissions import CLUSTER_LEADS, Viewer
from repo_service.core.urls import annual_product_path, search_path, starter_kits_path, this_week_path
from repo_service.curriculum.queries import vocabularies
from repo_service.home.cluster import cluster_page, cluster_rows
from repo_service.home.my_work import my_work
from repo_service.home.newcomers import kits_for
from repo_service.home.queries import newest, of_week, weeks_with_works
from repo_service.home.this_week import WEEKS, shortcuts, week, week_of_today, words
from repo_service.near_duplicates.policy import looks_after_works
from repo_service.notifications.queries import inbox
from repo_service.notifications.texts import sentence
from repo_service.organizations.province_settings import current_school_year, duty_deadline
from repo_service.resources.findable.card_facts import card_facts, describing

blueprint = Blueprint("home", __name__, template_folder="templates")

NEWEST = 6
TASKS = 3
NOTICES = 5
OF_WEEK = 30


@blueprint.get("/")
def landing() -> str:
    """The first page: for guests what Kho is, for teachers search and what waits, for the department the year."""
    viewer = current_viewer()
    if viewer.is_guest:
        return render_template("home/guest.html", works=_newest(viewer))
    if viewer.is_department:
        return render_template("home/department.html", works=_newest(viewer), **_year(viewer))
    mine = my_work(viewer)
    is_new = all(card.resource.current_version_id is None for card in mine.own)
    return render_template(
        "home/teacher.html", tasks=mine.waiting[:TASKS], task_count=len(mine.waiting), duties=_led(viewer),
        works=_newest(viewer, within_clusters=True), week=week_of_today(), shortcuts=shortcuts(mine.own),
        is_new=is_new, kits=[(one, kit_words(one.collection)) for one in kits_for(viewer)] if is_new else [],
    )  # fmt: skip


@blueprint.get("/tuan-nay")
def this_week() -> str:
    """Works for a teaching week of one subject and grade; without these, the choice of them."""
    lists, viewer = vocabularies(), current_viewer()
    number = min(max(request.args.get("week", week_of_today(), type=int), 1), WEEKS)
    subjects, grades = lists.choices("subjects"), lists.choices("grades")
    subject, grade = (
        code if code in dict(known) else ""
        for code, known in ((request.args.get("subject"), subjects), (request.args.get("grade"), grades))
    )
    cards = of_week(viewer, number, subject, grade, OF_WEEK) if subject and grade else []
    return render_template(
        "home/this_week.html", week=week(number), last_week=WEEKS, subject=subject, grade=grade,
        subjects=subjects, grades=grades, works=[card_facts(card, may_save=not viewer.is_guest) for card in cards],
        about=words(subject, grade) if subject and grade else "", href=this_week_path,
        search_href=search_path(subject=subject, grade=grade),
        kits_href=starter_kits_path(subject=subject, grade=grade),
        other_weeks=weeks_with_works(viewer, subject, grade) if subject and grade and not cards else [],
    )  # fmt: skip


@blueprint.get("/viec-cua-toi")
def work() -> str:
    """Everything that waits for the person, and the own works."""
    viewer = current_viewer()
    if viewer.is_guest:
        raise NotSignedIn()
    notices = inbox(viewer, 1, NOTICES).items
    return render_template(
        "home/my_work.html", work=my_work(viewer), notices=notices, sentence=sentence, describing=describing,
        looks_after_works=looks_after_works(viewer),
    )  # fmt: skip


@blueprint.get("/cum")
def clusters() -> str:
    """All clusters of this year, one's own first."""
    return render_template("home/clusters.html", rows=cluster_rows(current_viewer()))


@blueprint.get("/cum/<cluster_id>")
def cluster(cluster_id: str) -> str:
    """One cluster; guests see its public side only."""
    shown = cluster_page(current_viewer(), cluster_id)
    return render_template("home/cluster.html", page=shown, works=[card_facts(card) for card in shown.works])


@blueprint.get("/huong-dan")
def guide() -> str:
    """How to find, contribute, review and finish the year's product, on one printable page."""
    return render_template("home/guide.html", deadline=duty_deadline(current_school_year()))


def _newest(viewer: Viewer, within_clusters: bool = False) -> list[dict[str, Any]]:
    """Cards of the newest works; of the own clusters when asked and there are any."""
    return [
        card_facts(card) for card in newest(viewer, NEWEST, viewer.cluster_ids if within_clusters else ())
    ]


def _led(viewer: Viewer) -> list[dict[str, str]]:
    """For leads: the year's duty of each led cluster in one sentence."""
    year = current_school_year().key
    led = dict.fromkeys(
        role.cluster_id for role in viewer.roles if role.code in CLUSTER_LEADS and role.cluster_id
    )
    found = [(cluster_id, board.duty_of(viewer, cluster_id, year)) for cluster_id in led]
    return [
        {
            "name": duty.cluster.name,
            "sentence": board.sentence(duty),
            "href": annual_product_path(cluster_id, year),
        }
        for cluster_id, duty in found
        if duty
    ]


def _year(viewer: Viewer) -> dict[str, Any]:
    year = current_school_year().key
    duties = board.duties(viewer, year)
    return {
        "school_year": year,
        "met": sum(duty.is_met for duty in duties),
        "clusters": len(duties),
        "newest_href": search_path(sort="newest"),
    }
