"""What is asked for: works in every state and reach, and everybody's own things, each with who may do what.

Every private text holds a word of its own ("canary") beside the roles that may read it.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.resources import service as resources
from repo_service.resources import succession
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews import queries as rounds
from repo_service.reviews import readers
from repo_service.reviews import service as reviews
from repo_service.reviews.desk import remarks
from repo_service.reviews.models import ReviewRound
from tests.factories import DESCRIPTION, stored_file, viewer_of
from tests.rights.people import (
    AUTHORS,
    CLUSTER,
    CONTRIBUTORS,
    CURATORS,
    DEPARTMENT,
    EVERYBODY,
    LEADS,
    NOBODY,
    SIGNED_IN,
    Roles,
)

REACHES = {"rieng": AUTHORS, "cum": CLUSTER | DEPARTMENT, "tinh": SIGNED_IN, "cong-khai": EVERYBODY}
"""Who reads a published work, by its reach (B4)."""
LIVES = (
    "draft", "in_review", "changes_requested", "declined", "approved", "embargoed", "published", "revised",
    "replaced", "retired", "withdrawn",
)  # fmt: skip
"""Where a work stands; `revised` is a published work with a next version in review."""


class Move(NamedTuple):
    """A move of a work: its name in the API, its path on a page, and what one must be allowed to make it."""

    name: str
    path: str
    right: str


MOVES = (
    Move("submit", "gui", "edit"), Move("recall", "thu-hoi", "edit"), Move("appeal", "xem-lai", "edit"),
    Move("delete", "xoa-nhap", "edit"), Move("publish", "cong-bo", "hand_over"),
    Move("replace", "thay-the", "curate"), Move("retire", "ngung-su-dung", "curate"),
    Move("restore", "dung-lai", "curate"), Move("withdraw", "go-bai", "withdraw"),
    Move("hand_over", "ban-giao", "hand_over"), Move("spread", "nhan-rong", "spread"),
    Move("end_spread", "thoi-nhan-rong", "spread"),
)  # fmt: skip
SETTLED = ("published", "replaced", "retired", "withdrawn")
"""Nothing of it is on its way."""
PUBLISHED = ("published", "revised", "replaced", "retired", "withdrawn")
_LICENCES = {"cong-khai": "mo", "cum": "dung-trong-cum", "rieng": "dung-trong-cum"}
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Target:
    """One thing that routes ask for: the parts of its address, and who may do what to it."""

    name: str
    ids: dict[str, str]
    may: dict[str, Roles]


@dataclass
class World:
    """Targets by kind, and the word of every private text with the roles that may read it."""

    people: dict[str, str]
    cluster: str
    targets: dict[str, list[Target]] = field(default_factory=dict)
    canaries: dict[str, tuple[str, Roles]] = field(default_factory=dict)
    """Word -> (where it stands, who may read it)."""
    names: dict[str, str] = field(default_factory=dict)
    """What the bodies of bodies.py speak of: ids of people, schools and clusters, and a few more, by name."""

    def add(self, kind: str, name: str, ids: dict[str, str], **may: Roles) -> None:
        """One more target of a kind."""
        self.targets.setdefault(kind, []).append(Target(name, ids, may))

    def secret(self, where: str, readers: Roles) -> str:
        """A word that stands nowhere else and that only `readers` may ever be shown."""
        digest = hashlib.sha256(str(len(self.canaries)).encode()).hexdigest()
        word = "zaq" + digest[:12].translate(
            _LETTERS
        )  # so far from each other that none is found for another
        self.canaries[word] = (where, readers)
        return word


def fill_with_works(world: World) -> None:
    """A work of Lan and Cúc in the cluster for each life and reach; needs an open transaction."""
    for life, reach in itertools.product(LIVES, REACHES):
        _work(world, life, reach)
    public = _public(world)
    for work in works(world):
        work.ids["other_id"] = public
    world.names["public"] = public


def _work(world: World, life: str, reach: str) -> None:
    name, shown = f"{life} {reach}", REACHES[reach] if life in PUBLISHED else NOBODY
    is_led = life != "embargoed" and (reach != "rieng" or life == "revised")
    on_its_way = AUTHORS | (LEADS if is_led else NOBODY)
    reviewers = LEADS | {"reviewer"} if life != "embargoed" else frozenset({"reviewer"})
    in_round = AUTHORS | reviewers | (CLUSTER if _is_open_to_cluster(life, reach) else NOBODY)
    unpublished = on_its_way if life == "draft" else on_its_way | in_round
    readers = shown | in_round if life in PUBLISHED else unpublished
    there, lan = life != "withdrawn", world.people["lan"]
    file_readers = readers if there else frozenset({"author"})  # what she sent stands in the package of her own data
    file = _file(world, name, file_readers)
    pages = stored_file(lan, "bản in.pdf", b"%PDF-1.4\n%%EOF")
    pages.media_type = "application/pdf"
    titled = readers | (LEADS if life == "embargoed" else NOBODY)
    described = {
        "title": f"Phân số {world.secret(f'title of {name}', titled)}",
        "summary": f"Tóm tắt {world.secret(f'summary of {name}', readers)}",
        "licence": _LICENCES.get(reach, "dung-chung-tinh"), "wait_to_publish": life == "approved",
        "embargo_until": clock.now() + timedelta(days=30) if life == "embargoed" else None,
    }  # fmt: skip
    resource, version = resources.create_resource(
        viewer_of(lan),
        resources.Deposit(
            owner=resources.Owner(world.cluster, None),
            authors=[resources.Author(name, world.people[name]) for name in ("lan", "cuc")],
            description={**DESCRIPTION, **described}, files=[file, pages], visibility=reach,
        ),
    )  # fmt: skip
    current_session().flush()
    last_round = _bring_to(world, life, resource, version, name, in_round)
    ids = {
        "resource_id": resource.id, "file_id": file.id, "number": "1", "newest": "2" if life == "revised" else "1",
        "revision": str(resource.revision),
    }  # fmt: skip
    page = AUTHORS | (REACHES[reach] if life in PUBLISHED else on_its_way)
    rights = _rights(life, reach, page) | {"round": in_round if last_round else NOBODY}
    world.add("work", name, ids, **rights)
    world.add("paged", name, ids | {"file_id": pages.id}, **rights)
    _add_moves(world, name, ids, {action: page & roles for action, roles in rights.items()})
    if last_round:
        review = in_round - AUTHORS
        remark = _remark(world, last_round, name, in_round)
        world.add(
            "round", name, {"round_id": last_round.id, "file_id": file.id, "comment_id": remark},
            read=in_round, see=in_round | LEADS, bytes=in_round if there else NOBODY, review=review,
            settle=AUTHORS | {"reviewer"}, lead=LEADS, remind=AUTHORS | LEADS,
        )  # fmt: skip


def _add_moves(world: World, name: str, ids: dict[str, str], rights: dict[str, Roles]) -> None:
    for move in MOVES:
        may = rights[move.right]
        world.add("question", f"{name}: {move.name}", ids | {"path": move.path}, do=may)
        if move.name != "delete":  # that is DELETE in the API
            world.add("move", f"{name}: {move.name}", ids | {"name": move.name}, do=may)


def _rights(life: str, reach: str, page: Roles) -> dict[str, Roles]:
    """Who may do what with a work whose page `page` reads."""
    there, shown = life != "withdrawn", REACHES[reach] if life in PUBLISHED else NOBODY
    keepers, leads = page & (AUTHORS | LEADS), page & LEADS
    discussed = page & SIGNED_IN if life in PUBLISHED and there else NOBODY
    rights = {
        "read": page, "bytes": page, "keep": page & SIGNED_IN, "edit": AUTHORS, "hand_over": keepers,
        "change": keepers if life in PUBLISHED else AUTHORS, "correct": keepers if life in PUBLISHED else NOBODY,
        "compare": page & (AUTHORS | LEADS) if life == "revised" else page,
        "discuss": discussed, "tell": discussed if reach != "rieng" else NOBODY,
        "report": page if life in PUBLISHED else NOBODY,
        "copy": discussed & (CLUSTER if reach == "cum" else CONTRIBUTORS),
    }  # fmt: skip
    rights = {action: roles if there else NOBODY for action, roles in rights.items() if action not in ("read", "keep")}
    on_its_way = AUTHORS if life not in SETTLED else NOBODY
    looked_after = leads | (shown & (CURATORS | DEPARTMENT))
    return rights | {
        "read": page, "keep": page & SIGNED_IN, "edit_draft": on_its_way, "follow": on_its_way,
        "further": keepers, "curate": looked_after, "withdraw": leads | (shown & DEPARTMENT),
        "history": AUTHORS | looked_after, "spread": page & DEPARTMENT,
        "openings": keepers, "bundle": AUTHORS,
    }  # fmt: skip


def _file(world: World, name: str, readers: Roles) -> StoredFile:
    """A text with a word of its own, and a pupil in it."""
    text = f"Bài học về {world.secret(f'text of the file of {name}', readers)}. Học sinh: Nguyễn Minh Khuê, 0912345678"
    ending = f"{world.secret(f'name of the file of {name}', readers)}.txt"
    file = stored_file(world.people["lan"], ending, text.encode())
    told = [["so-dien-thoai", text.index("0912"), len(text)]]
    current_session().add(FileText(file_id=file.id, text=text, personal_data=told))
    return file


def _is_open_to_cluster(life: str, reach: str) -> bool:
    return reach != "rieng" and life != "embargoed"


def _bring_to(
    world: World, life: str, resource: Resource, version: ResourceVersion, name: str, in_round: Roles
) -> ReviewRound | None:
    """Move a draft along until it stands where `life` says; its last round if it has one."""
    if life == "draft":
        return None
    current = _submit(world, resource, version)
    if life == "in_review":
        return current
    decision = {"changes_requested": "request_changes", "declined": "decline"}.get(life, "approve")
    _decide(world, current, decision, world.secret(f"note of the verdict on {name}", in_round))
    lan, tuan = (viewer_of(world.people[each]) for each in ("lan", "tuan"))
    reach, resource.visibility = resource.visibility, "cum"  # nobody but its authors moves what is private
    match life:
        case "revised":
            version = resources.start_version(lan, resource, version, "Sửa lại phần luyện tập")
            title = world.secret(f"title of the next version of {name}", in_round)
            resources.edit_draft(lan, resource, version, {"title": f"Phân số {title}"})
            resource.visibility = reach
            current = _submit(world, resource, version)
        case "replaced":
            succession.replace(tuan, resource, _successor(world))
        case "retired":
            succession.retire(tuan, resource, "Chương trình cũ")
        case "withdrawn":
            succession.withdraw(tuan, resource, "Lộ tên học sinh")
    resource.visibility = reach
    return current


def _submit(world: World, resource: Resource, version: ResourceVersion) -> ReviewRound:
    """Hand it in; where only named readers are let in, Hoa is asked by name."""
    lan, minh = (viewer_of(world.people[each]) for each in ("lan", "minh"))
    resources.submit(lan, resource, version)
    current = reviews.open_round(lan, resource, version)
    current_session().flush()
    if resource.visibility == "rieng" or version.embargo_until:
        readers.assign(minh, rounds.round_for(minh, current.id, "reviews.assign"), world.people["hoa"])
    return current


def _decide(world: World, current: ReviewRound, decision: str, note: str) -> None:
    current_session().flush()
    hoa = viewer_of(world.people["hoa"])
    found = rounds.round_for(hoa, current.id, "reviews.review", deciding=True)
    reasons = () if decision == "approve" else ("khac",)
    reviews.decide(hoa, found, decision, reasons, note)


def _remark(world: World, current: ReviewRound, name: str, readers: Roles) -> str:
    text = world.secret(f"remark in the round on {name}", readers)
    hoa, place = viewer_of(world.people["hoa"]), world.secret(f"place of the remark on {name}", readers)
    return remarks.comment(hoa, rounds.round_for(hoa, current.id, "reviews.read"), text, place).id


def _successor(world: World) -> Resource:
    """The work that stands in place of others: the first published one that everybody reads."""
    return current_session().get_one(Resource, _public(world))


def _public(world: World) -> str:
    return next(each.ids["resource_id"] for each in works(world) if each.name == "published cong-khai")


def works(world: World) -> Iterator[Target]:
    """Every work of the world."""
    return iter(world.targets["work"])
