"""What will become of each line of a list, before anything is written: a dry run that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from indexer.vietnamese import fold
from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.accounts.queries import folded_username
from repo_service.core.db import current_session
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.organizations import policy
from repo_service.organizations.access import holds_now, present_year
from repo_service.organizations.models import Membership
from repo_service.organizations.people.queries import standing
from repo_service.organizations.people.service import NewPerson
from repo_service.organizations.queries import appointment, holds_role
from repo_service.organizations.rosters.matching import Place, Places, form_of, is_of_cluster, role_of
from repo_service.organizations.rosters.reading import Line

NEW, MORE, KNOWN, WRONG = "moi", "them-vai", "da-co", "sai"


@dataclass(frozen=True)
class Fate:
    """What becomes of a line: a NEW account, one MORE role, KNOWN already, or WRONG and why."""

    line: Line
    kind: str
    words: str = ""
    suggestions: Sequence[str] = ()
    person: NewPerson | None = None
    user_id: str | None = None
    place: str = ""


def plan(viewer: Viewer, lines: Sequence[Line]) -> list[Fate]:
    """The fate of every line, in order; nothing is written. NotFound for who may not add people."""
    authorize(viewer, policy.PEOPLE.action)
    places = Places(viewer)
    earlier: dict[tuple[str, ...], int] = {}
    fates = []
    for line in lines:
        fate = _among_others(_fate(viewer, places, line), earlier)
        fates.append(fate)
        if fate.person is not None:
            for key in _keys(fate.person):
                earlier.setdefault(key, line.number)
    return fates


def identity_of(person: NewPerson) -> tuple[str, ...]:
    """What makes two lines of a list the same person: address, else user name, else name and place."""
    if person.email:
        return ("email", person.email.strip().lower())
    if person.username:
        return ("username", folded_username(person.username))
    return ("name", fold(person.name), person.organization_id or person.cluster_id or "")


def _keys(person: NewPerson) -> list[tuple[str, ...]]:
    identity, place = identity_of(person), person.organization_id or person.cluster_id or ""
    names = [("taken", folded_username(person.username))] if person.username else []
    return [identity, ("held", *identity, person.role, place), *names]


def _among_others(fate: Fate, earlier: dict[tuple[str, ...], int]) -> Fate:
    """The fate in the light of the lines before: the same again, one more role of a newcomer, a name taken twice."""
    if fate.person is None:
        return fate
    identity, held, *names = _keys(fate.person)
    if held in earlier:
        return Fate(fate.line, KNOWN, _("Trùng dòng %(number)s.", number=earlier[held]), place=fate.place)
    if fate.kind == NEW and identity in earlier:
        words = _("Người mới ở dòng %(number)s.", number=earlier[identity])
        return replace(fate, kind=MORE, words=words)
    taken = next((earlier[name] for name in names if name in earlier), None)
    if fate.kind == NEW and taken is not None:
        return Fate(
            fate.line, WRONG, _("Tên đăng nhập trùng dòng %(number)s.", number=taken), place=fate.place
        )
    return fate


def _fate(viewer: Viewer, places: Places, line: Line) -> Fate:
    role = role_of(line.role)
    if role is None:
        return Fate(line, WRONG, _("Không có vai trò “%(role)s”.", role=line.role[:60]))
    place, suggestions = places.find(line.place, cluster=is_of_cluster(role))
    if place is None:
        return Fate(line, WRONG, _unknown(line, suggestions), suggestions)
    school, cluster = (None, place.id) if place.is_cluster else (place.id, None)
    if not may(viewer, policy.APPOINT.action, appointment(role, school, cluster)):
        return Fate(line, WRONG, _("Vai trò này do Sở giao."), place=place.name)
    person = NewPerson(
        line.name, role, school, cluster, form_of(line.form), line.email or None, line.username or None
    )
    return _of_person(viewer, line, place, person)


def _unknown(line: Line, suggestions: Sequence[str]) -> str:
    if not line.place:
        return _("Thiếu tên trường.")
    if suggestions:
        return _("Chưa rõ “%(place)s”. Có phải:", place=line.place[:80])
    return _("Không thấy “%(place)s” trong các nơi thầy cô phụ trách.", place=line.place[:80])


def _of_person(viewer: Viewer, line: Line, place: Place, person: NewPerson) -> Fate:
    user = _known_person(person)
    if user is None:
        problems = accounts.problems_of(person.name, person.form_of_address, person.email, person.username)
        if problems:
            return Fate(
                line, WRONG, " ".join(text for texts in problems.values() for text in texts), place=place.name
            )
        return Fate(line, NEW, person=person, place=place.name)
    if not may(viewer, policy.SEE_PERSON.action, standing(user.id)):
        return Fate(line, WRONG, _("Tài khoản này thuộc nơi khác; nhờ Sở giúp."), place=place.name)
    if not user.is_active:
        return Fate(line, WRONG, _("Tài khoản này đang đóng."), place=place.name)
    if holds_role(user.id, person.role, person.organization_id, person.cluster_id, present_year()):
        return Fate(line, KNOWN, user.username, person=person, user_id=user.id, place=place.name)
    return Fate(line, MORE, user.username, person=person, user_id=user.id, place=place.name)


def _known_person(person: NewPerson) -> User | None:
    """By address, else by user name, else by the name at that very school or cluster, when there is just one."""
    session = current_session()
    if person.email:
        found = session.scalar(select(User).where(User.email == person.email.strip().lower()))
        if found is not None:
            return found
    if person.username:
        return session.scalar(select(User).where(User.username == folded_username(person.username)))
    there = select(User).join(Membership, Membership.user_id == User.id).where(holds_now(Membership))
    if person.organization_id:
        there = there.where(Membership.organization_id == person.organization_id)
    else:
        there = there.where(Membership.cluster_id == person.cluster_id)
    same = {user.id: user for user in session.scalars(there) if fold(user.name) == fold(person.name)}
    only = list(same.values())
    return only[0] if len(only) == 1 and (not person.email or only[0].email is None) else None
