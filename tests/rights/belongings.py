"""Everybody's own things and the things of the house: collections, saved searches, uploads, people, clusters."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.accounts import service as accounts
from repo_service.accounts.models import ExternalIdentity, PersonalToken, User
from repo_service.colleague_requests import service as requests
from repo_service.collections import service as collections
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.curation import queries as curation_queries
from repo_service.curation import reading, verdicts
from repo_service.curation import service as curation
from repo_service.curation.models import CurationItem
from repo_service.curriculum.queries import vocabularies
from repo_service.difficulties import service as difficulties
from repo_service.duty_board import service as duty_board
from repo_service.files import service as files
from repo_service.files.held_papers import service as held_papers
from repo_service.follows import service as follows
from repo_service.near_duplicates.models import NearDuplicate
from repo_service.notifications.models import Notification
from repo_service.notifications.service import notify
from repo_service.organizations.models import Membership
from repo_service.privacy import service as privacy
from repo_service.saved_searches import service as saved_searches
from repo_service.search.parameters import SearchParams
from repo_service.search_history import service as search_history
from tests.cast import Cast
from tests.factories import THIS_YEAR, stored_file, viewer_of
from tests.rights.people import (
    ADMINISTRATOR,
    AUTHORS,
    CLUSTER,
    CURATORS,
    DEPARTMENT,
    EVERYBODY,
    LEADS,
    SIGNED_IN,
    Roles,
)
from tests.rights.world import World, works

OWNER: Roles = frozenset({"author"})


def fill_with_belongings(world: World, cast: Cast) -> None:
    """What the author keeps for herself or shares, and what the house keeps; needs an open transaction."""
    _collections(world)
    _own_things(world)
    _requests(world)
    _personal_data(world)
    _house(world, cast)
    _curation(world)


def _collections(world: World) -> None:
    lan = viewer_of(world.people["lan"])
    public = next(each for each in works(world) if each.name == "published cong-khai")
    shared = {"rieng": OWNER, "cum": CLUSTER | DEPARTMENT, "tinh": SIGNED_IN}
    for reach, readers in shared.items():
        title = world.secret(f"title of a {reach} collection", readers)
        fields = {
            "title": title,
            "visibility": reach,
            "cluster_id": world.cluster if reach == "cum" else None,
        }
        made = collections.create(lan, fields)
        note = world.secret(f"note in a {reach} collection", readers)
        collections.add(lan, made, public.ids["resource_id"], note)
        current_session().flush()
        ids = {"collection_id": made.id, "resource_id": public.ids["resource_id"], "revision": str(made.revision)}
        world.add("collection", reach, ids, open=readers, change=OWNER)


def _personal_data(world: World) -> None:
    lan, session = viewer_of(world.people["lan"]), current_session()
    asked = privacy.ask(lan, "sua", world.secret("words of a privacy request", OWNER | DEPARTMENT))
    world.add("privacy request", "a privacy request", {"request_id": asked.id}, handle=DEPARTMENT)
    made = privacy.ask_for_package(lan)
    session.flush()  # the background packs what Kho has of her
    world.add("package", "a package of own data", {"package_id": made.id}, own=OWNER)
    subject = world.secret("subject of an identity", OWNER)
    session.add(ExternalIdentity(user_id=lan.id, issuer="https://another.example.vn", subject=subject))


def _own_things(world: World) -> None:
    lan, session = viewer_of(world.people["lan"]), current_session()
    words = world.secret("words of a saved search", OWNER)
    saved, _new = saved_searches.save(lan, SearchParams(q=words), follow=True)
    world.add("saved", "a saved search", {"search_id": saved.id}, own=OWNER, told=SIGNED_IN)
    search_history.remember(lan, world.secret("a recent search", OWNER))
    subject = follows.follow(lan, "mon", "toan", "lop-6")
    world.add("follow", "a subject", {"follow_id": subject.id}, own=OWNER)
    upload = files.start_upload(lan, f"{world.secret('name of an upload', OWNER)}.pdf", 5000)
    world.add("upload", "an upload", {"upload_id": upload.id, "number": "1"}, own=OWNER)
    loose = stored_file(world.people["lan"], f"{world.secret('name of a file in no work', OWNER)}.txt")
    world.names["loose"] = loose.id
    world.add("file", "a file in no work", {"file_id": loose.id, "page": "0"}, own=OWNER)
    accounts.create_token(session.get_one(User, lan.id), world.secret("name of a token", OWNER))
    session.flush()
    paper = stored_file(world.people["lan"], f"{world.secret('name of a held file', OWNER | DEPARTMENT)}.txt")
    held_papers.hold(paper.id, f"KỲ THI {world.secret('line of a held file', DEPARTMENT)}")
    world.add("held paper", "a held file", {"file_id": paper.id}, judge=DEPARTMENT)
    token = session.scalars(select(PersonalToken)).one()
    world.add("token", "a token", {"token_id": token.id}, own=OWNER)
    title = world.secret("title in a notice", OWNER)
    notify([lan.id], "resource.published", "/viec-cua-toi", "test", title=title)
    session.flush()
    notice = session.scalars(select(Notification).where(Notification.user_id == lan.id)).one()
    world.add("notice", "a notice", {"notification_id": notice.id}, own=OWNER)


def _requests(world: World) -> None:
    text = f"Xin bài luyện tập {world.secret('text of a request to the cluster', CLUSTER | DEPARTMENT)}"
    asked = requests.ask(viewer_of(world.people["lan"]), text, world.cluster)
    readers = CLUSTER | DEPARTMENT
    world.add(
        "request", "a request", {"request_id": asked.id},
        see=readers, answer=readers - OWNER, close=OWNER | LEADS | DEPARTMENT,
    )  # fmt: skip


def _house(world: World, cast: Cast) -> None:
    session = current_session()
    cluster = {"cluster_id": world.cluster, "school_year": THIS_YEAR, "duty": "product"}
    world.add("board", "the board as a file", {"kind": "xlsx"}, see=DEPARTMENT | {"commune"})
    world.add("figures", "figures as a file", {"kind": "xlsx"}, see=LEADS | DEPARTMENT | {"other_lead"})
    officers = DEPARTMENT | {"commune"}
    world.add(
        "cluster", "K2", cluster, everybody=EVERYBODY, read=EVERYBODY, duty=CLUSTER | officers, lead=LEADS,
        evidence=LEADS | officers, nudge=officers,
    )  # fmt: skip
    world.add("house cluster", "K2", {"cluster_id": world.cluster}, keep=DEPARTMENT)
    above = DEPARTMENT | {"commune", "manager"}
    world.add("school", "S05", {"school_id": cast.schools["S05"]}, keep=DEPARTMENT, see=above)
    world.add("box", "difficulties as a file", {"kind": "xlsx"}, see=above)
    text = world.secret("text of a difficulty", above)
    filed = difficulties.file_difficulty(viewer_of(world.people["hanh"]), cast.schools["S05"], "khac", text)
    world.add("difficulty", "of S05", {"difficulty_id": filed.id}, read=above, answer={"commune"})
    answered = difficulties.file_difficulty(viewer_of(world.people["hanh"]), cast.schools["S05"], "khac", "Mất điện")
    answer = world.secret("answer to a difficulty", above)
    difficulties.answer(viewer_of(world.people["phuc"]), answered, answer)
    nudge = world.secret("text of a nudge", LEADS | officers)
    duty_board.nudge(viewer_of(world.people["tuan"]), world.cluster, "2025-2026", "product", nudge)
    mail = world.secret("address of a person", OWNER | LEADS | DEPARTMENT | {"manager"}) + "@example.vn"
    session.get_one(User, world.people["lan"]).email = mail
    near = LEADS | DEPARTMENT | {"manager"}
    world.add("person", "Lan", {"user_id": world.people["lan"]}, see=near, link=near, close=near)
    world.add("protected", "Mai", {"user_id": world.people["mai"]}, link=DEPARTMENT)
    of_lan = select(Membership.id).where(Membership.user_id == world.people["lan"])
    world.add("role", "Lan's role", {"membership_id": session.scalars(of_lan).one()}, end=near)
    of_school = Membership.user_id.is_(None), Membership.organization_id == cast.schools["S08"]
    place = session.scalars(select(Membership.id).where(*of_school)).one()
    world.add("place", "of a school in the cluster", {"membership_id": place}, keep=DEPARTMENT)
    row = OutboxRow(topic="resource.published", object_id="0000000000000000", dead_at=clock.now())
    session.add(row)
    session.flush()
    world.add("row", "a row of background work", {"row_id": str(row.id)}, tend=ADMINISTRATOR)
    shared = [
        work.ids["resource_id"] for work in works(world) if work.name in ("published cum", "published tinh")
    ]
    first, second = sorted(shared)
    session.add(NearDuplicate(first_id=first, second_id=second, group_id=first))
    pair = {"first_id": first, "second_id": second}
    world.add("pair", "two near copies", pair, curate=LEADS | CURATORS | DEPARTMENT)
    theme = vocabularies().choices("themes")[0][0]
    world.add("list", "the themes", {"vocabulary": "themes", "code": theme}, keep=DEPARTMENT)


def _curation(world: World) -> None:
    cluster, _people = curation_queries.cluster_with_curators(world.cluster)
    plan = curation.Plan("Rà soát tháng 11", clock.today())
    found = curation.open_round(viewer_of(world.people["minh"]), cluster, plan, ())
    current_session().flush()
    minh = viewer_of(world.people["minh"])
    held = select(CurationItem.id).where(CurationItem.round_id == found.id).order_by(CurationItem.id)
    done, item_id, *_rest = current_session().scalars(held)
    readers = AUTHORS | LEADS | CURATORS | DEPARTMENT
    note = world.secret("note of a verdict of curators", readers)
    at_hand = reading.item_for(minh, found.id, done, deciding=True)
    verdicts.decide(minh, at_hand, verdicts.Judgement("can-cap-nhat", ("chuong-trinh",), note))
    current_session().flush()
    ids = {"round_id": found.id, "item_id": item_id, "form": "docx", "revision": str(found.revision)}
    world.add(
        "curation", "a round", ids, read=LEADS | CURATORS | DEPARTMENT, arrange=LEADS | DEPARTMENT
    )  # fmt: skip
