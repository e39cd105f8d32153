"""A looked-at list made true: accounts with their first role, more roles for those known; nothing twice."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.urls import link_path
from repo_service.office import Sheet, write_csv
from repo_service.organizations.people.service import add_person
from repo_service.organizations.rosters.planning import MORE, NEW, Fate, identity_of, plan
from repo_service.organizations.rosters.reading import Line
from repo_service.organizations.service import appoint


@dataclass(frozen=True)
class Invitation:
    """A new account and the path of its one-time link, to be handed over in person."""

    name: str
    username: str
    place: str
    path: str


def carry_out(viewer: Viewer, lines: Sequence[Line]) -> tuple[list[Fate], list[Invitation]]:
    """Do what the plan of this moment says; the same list again finds everybody there and makes nothing."""
    fates = plan(viewer, lines)
    invitations: list[Invitation] = []
    made: dict[tuple[str, ...], str] = {}
    for fate in fates:
        if fate.person is None:
            continue
        if fate.kind == NEW:
            user, secret = add_person(viewer, fate.person)
            made[identity_of(fate.person)] = user.id
            invitations.append(Invitation(user.name, user.username, fate.place, link_path(secret)))
        elif fate.kind == MORE:
            user_id = fate.user_id or made[identity_of(fate.person)]
            person = fate.person
            appoint(
                viewer,
                user_id,
                person.role,
                organization_id=person.organization_id,
                cluster_id=person.cluster_id,
            )
    return fates, invitations


def links_sheet(invitations: Sequence[Invitation], address: str) -> bytes:
    """The one-time links as CSV for a spreadsheet; `address` stands before each path."""
    head = (_("Họ và tên"), _("Tên đăng nhập"), _("Trường"), _("Liên kết dùng một lần"))
    rows = [(each.name, each.username, each.place, address + each.path) for each in invitations]
    target = io.BytesIO()
    write_csv(target, Sheet(_("Liên kết"), head, rows))
    return target.getvalue()
