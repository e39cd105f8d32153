"""What colleagues say of published works: comments, lessons told, problems reported; and packages of works."""

from __future__ import annotations

from repo_service.annual_plans import service as plans
from repo_service.annual_plans.queries import find_plan
from repo_service.classroom_use import service as classroom_use
from repo_service.comments import service as comments
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.permissions import GUEST
from repo_service.organizations.models import Cluster
from repo_service.own_copies import service as own_copies
from repo_service.reports import service as reports
from repo_service.resources import service as resources
from repo_service.reviews import readers
from repo_service.reviews.queries import round_for
from repo_service.topic_packages import service as packages
from tests.factories import THIS_YEAR, published, viewer_of
from tests.rights.people import AUTHORS, CLUSTER, DEPARTMENT, EVERYBODY, LEADS, Roles
from tests.rights.world import REACHES, Target, World, works

TELLER: Roles = frozenset({"colleague"})
"""Thảo: she reads what the cluster reads, and teaches beside Lan."""


def fill_with_conversations(world: World, schools: dict[str, str]) -> None:
    """Words of Thảo at works of every reach, and packages of Lan's; needs an open transaction."""
    for work in list(works(world)):
        life, reach = work.name.split()
        if life in ("published", "retired") and reach != "rieng":
            _comments(world, work)
            _teaching(world, work, schools["S05"])
            _reports(world, work)
    _hidden_work(world)
    _package(world)
    _plan(world)
    _own_copy(world)
    _handed_back(world)


def _comments(world: World, work: Target) -> None:
    thao, readers = viewer_of(world.people["thao"]), work.may["discuss"]
    resource_id = work.ids["resource_id"]
    said = comments.say(thao, resource_id, "hoi", world.secret(f"comment on {work.name}", readers))
    world.add(
        "comment", work.name, {"comment_id": said.id}, own=TELLER, moderate=readers & (LEADS | DEPARTMENT)
    )
    keepers = TELLER | (readers & (LEADS | DEPARTMENT))
    word = world.secret(f"hidden comment on {work.name}", keepers)
    hidden = comments.say(thao, resource_id, "hoi", word)
    current_session().flush()
    comments.hide(viewer_of(world.people["minh"]), hidden.id, "Nói sang chuyện khác")
    hidden_ids = {"comment_id": hidden.id}
    world.add("hidden comment", work.name, hidden_ids, moderate=readers & (LEADS | DEPARTMENT))


def _teaching(world: World, work: Target, school_id: str) -> None:
    word = world.secret(f"lesson told of {work.name}", work.may["discuss"])
    said = {
        "class_name": "6B",
        "taught_on": clock.today(),
        "change": word,
        "outcome": "",
        "school": school_id,
    }
    told = classroom_use.tell(viewer_of(world.people["thao"]), work.ids["resource_id"], said)
    world.add("teaching", work.name, {"teaching_id": told.id}, own=TELLER)


def _reports(world: World, work: Target) -> None:
    keepers = LEADS | DEPARTMENT
    word = world.secret(f"problem reported of {work.name}", TELLER | keepers)
    made, _ = reports.report(viewer_of(world.people["thao"]), work.ids["resource_id"], "ban-quyen", word)
    world.add("report", work.name, {"report_id": made.id}, read=TELLER | keepers, handle=keepers)
    answered, _ = reports.report(
        viewer_of(world.people["thao"]), work.ids["resource_id"], "khac", "Chữ nhỏ quá"
    )
    current_session().flush()
    answer = world.secret(f"answer to a report of {work.name}", TELLER | keepers)
    reports.answer(viewer_of(world.people["minh"]), answered.id, "giu-nguyen", answer)
    world.add(
        "report",
        f"answered of {work.name}",
        {"report_id": answered.id},
        read=TELLER | keepers,
        handle=keepers,
    )
    if REACHES[work.name.split()[1]] == EVERYBODY:
        word = world.secret("problem that a guest reported", EVERYBODY)
        _made, token = reports.report(GUEST, work.ids["resource_id"], "noi-dung-sai", word)
        world.add("status link", work.name, {"token": token}, open=EVERYBODY)


def _hidden_work(world: World) -> None:
    """A work of Lan's that Thảo reported and the lead put out of sight."""
    keepers = LEADS | DEPARTMENT
    title = world.secret("title of a hidden work", TELLER | keepers | {"author"})
    work = published(world.people["lan"], world.cluster, title=title, visibility="cong-khai", licence="mo")
    made, _ = reports.report(viewer_of(world.people["thao"]), work.id, "du-lieu-ca-nhan", "Có tên học sinh")
    current_session().flush()
    reports.hide(viewer_of(world.people["minh"]), made.id)
    world.add("report of a hidden work", "of Thảo", {"report_id": made.id}, read=TELLER | keepers, handle=keepers)


def _own_copy(world: World) -> None:
    """A draft that Thảo made of a work of Lan's, kept to herself."""
    thao = viewer_of(world.people["thao"])
    original = next(work.ids["resource_id"] for work in works(world) if work.name == "published tinh")
    made, draft = own_copies.copy(thao, original)
    current_session().flush()
    resources.edit_draft(thao, made, draft, {"title": world.secret("title of an own copy", TELLER)})
    made.visibility = "rieng"
    own = {"resource_id": made.id, "revision": str(made.revision)}
    world.add("own copy", "of Thảo", own, edit=TELLER)


def _handed_back(world: World) -> None:
    """Hoa cannot read now and tells the leads why."""
    hoa = viewer_of(world.people["hoa"])
    at = next(each.ids["round_id"] for each in world.targets["round"] if each.name == "in_review tinh")
    found = round_for(hoa, at, deciding=True)
    readers.assign(hoa, found)
    readers.hand_back(hoa, found, world.secret("why a reading was handed back", LEADS))


def _package(world: World) -> None:
    lan, by_name = (
        viewer_of(world.people["lan"]),
        {work.name: work.ids["resource_id"] for work in works(world)},
    )
    title = world.secret("title of a draft of a package", AUTHORS | LEADS)
    note = world.secret("note in a draft of a package", AUTHORS | LEADS)
    second, other = by_name["published tinh"], by_name["revised tinh"]
    cuc = resources.Author("Cúc", world.people["cuc"])
    made = packages.start(lan, title, world.cluster, [cuc], [(second, note), (other, "")])
    current_session().flush()
    ids = {"resource_id": made.id, "work_id": second, "verb": "down"}
    world.add("bundle", "a draft of a package", ids, change=AUTHORS)
    world.names["package"] = made.id


def _plan(world: World) -> None:
    """The plan of this year, with a work that only its authors read attached by one of them."""
    minh, lan = viewer_of(world.people["minh"]), viewer_of(world.people["lan"])
    cluster = current_session().get_one(Cluster, world.cluster)
    title = world.secret("title of a plan", CLUSTER | DEPARTMENT)
    made = plans.make(minh, cluster, THIS_YEAR, title, "goi-chu-de")
    plans.add_person(minh, cluster, made, lan.id or "")
    current_session().flush()
    private = next(work.ids["resource_id"] for work in works(world) if work.name == "draft rieng")
    plans.attach(lan, find_plan(cluster.id, THIS_YEAR), private)
    ids = {"cluster_id": cluster.id, "school_year": THIS_YEAR}
    world.add("plan", "of the year", ids, see=CLUSTER | DEPARTMENT, lead=LEADS)
