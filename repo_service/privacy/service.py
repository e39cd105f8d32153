"""The verbs on personal data: ask, answer, put off, close; have a package made; erase a person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Table, delete, select, update

from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import Base, current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import SchoolYear
from repo_service.organizations.access import load_viewer
from repo_service.privacy import policy
from repo_service.privacy.clocks import KINDS, answer_by, finish_by
from repo_service.privacy.models import DataPackage, PrivacyRequest
from repo_service.privacy.personal_columns import PLACES, Erasing
from repo_service.resources.based_on.credit import follow_names
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion
from repo_service.resources.queries import find_resource, find_version
from repo_service.resources.service import delete_draft

PACKAGE_TOPIC = "privacy.package"
LONGEST_WORDS = 2000
MOST_OPEN = 10


def ask(viewer: Viewer, kind: str, words: str) -> PrivacyRequest:
    """A request about the viewer's own data, with its deadlines. InvalidInput, AlreadyExists for one too many."""
    if viewer.id is None:
        raise NotSignedIn()
    if kind not in KINDS:
        raise InvalidInput({"kind": [_("Chọn một mục trong danh sách.")]})
    words = words.strip()
    if len(words) > LONGEST_WORDS:
        raise InvalidInput({"words": [_("Ghi gọn trong %(most)s chữ cái nhé.", most=LONGEST_WORDS)]})
    session, moment = current_session(), clock.now()
    is_open = PrivacyRequest.user_id == viewer.id, PrivacyRequest.closed_at.is_(None)
    waiting = session.scalars(select(PrivacyRequest.kind).where(*is_open)).all()
    if kind in waiting or len(waiting) >= MOST_OPEN:
        raise AlreadyExists(_("Thầy cô đã gửi yêu cầu này, Sở đang xem."))
    made = PrivacyRequest(
        id=new_id(), user_id=viewer.id, kind=kind, words=words, state="moi", asked_at=moment,
        answer_by=answer_by(moment), finish_by=finish_by(moment, kind),
    )  # fmt: skip
    session.add(made)
    record(viewer.id, "privacy.asked", "privacy_request", made.id, kind=kind)
    return made


def answer(viewer: Viewer, request: PrivacyRequest) -> None:
    """Tell the person that the request was received and is being dealt with (within two working days)."""
    _open_one(viewer, request)
    if request.answered_at is None:
        request.answered_at, request.state = clock.now(), "da-nhan"
        request.handled_by_id = viewer.id
        record(viewer.id, "privacy.answered", "privacy_request", request.id)


def extend(viewer: Viewer, request: PrivacyRequest, reason: str) -> None:
    """Put the last day off, once and where the law allows it, with the reason that the person reads."""
    _open_one(viewer, request)
    extension = KINDS[request.kind].extension
    if not extension or request.extension_reason:
        raise MoveNotAllowed(_("Yêu cầu này không gia hạn thêm được nữa."))
    request.extension_reason = _words(reason, "reason")
    request.finish_by += timedelta(days=extension)
    record(viewer.id, "privacy.extended", "privacy_request", request.id)


def close(viewer: Viewer, request: PrivacyRequest, words: str, *, refused: bool = False) -> None:
    """It is done, or refused with the legal reason; the person reads the words."""
    _open_one(viewer, request)
    request.closing_words = _words(words, "words")
    request.closed_at, request.state = clock.now(), "tu-choi" if refused else "xong"
    request.answered_at = request.answered_at or request.closed_at
    request.handled_by_id = viewer.id
    record(viewer.id, "privacy.closed", "privacy_request", request.id, refused=refused)


def _open_one(viewer: Viewer, request: PrivacyRequest) -> None:
    authorize(viewer, policy.HANDLE.action, request)
    if request.closed_at is not None:
        raise MoveNotAllowed(_("Yêu cầu này đã xong rồi."))


def _words(text: str, field: str) -> str:
    if not 3 <= len(text.strip()) <= LONGEST_WORDS:
        raise InvalidInput({field: [_("Ghi vài lời để người gửi yêu cầu hiểu.")]})
    return text.strip()


def job_name(package_id: str) -> str:
    """Under which name the making tells how far it is."""
    return f"{PACKAGE_TOPIC}:{package_id}"


def ask_for_package(viewer: Viewer) -> DataPackage:
    """A package with the viewer's own data, made in the background; the one under way is not begun twice."""
    if viewer.id is None:
        raise NotSignedIn()
    session = current_session()
    under_way = DataPackage.user_id == viewer.id, DataPackage.ready_at.is_(None)
    found = session.scalar(select(DataPackage).where(*under_way))
    if found is not None:
        return found
    made = DataPackage(id=new_id(), user_id=viewer.id, size=0, asked_at=clock.now())
    session.add(made)
    record(viewer.id, "privacy.package_asked", "user", viewer.id)
    emit(PACKAGE_TOPIC, made.id)
    return made


def erase(viewer: Viewer | None, user: User) -> None:
    """Erase a person for good: what is theirs alone goes, works and decisions stay under a pseudonym (R28, R36).

    Without a viewer the operator does it at the machine. The audit trail keeps ids. Nothing brings it back.
    """
    if viewer is not None:
        authorize(viewer, policy.ERASE.action, user)
        if viewer.id == user.id:
            raise MoveNotAllowed(_("Quản trị không tự xóa tài khoản của mình. Nhờ một quản trị khác nhé."))
    actor_id = viewer.id if viewer else None
    _delete_drafts(user.id)
    for (name, column), erasing in PLACES.items():
        _erase_place(table_named(name), column, erasing, user.id)
    _erase_shared(user.id)
    accounts.erase(user, actor_id)


def _delete_drafts(user_id: str) -> None:
    """What nobody else has seen or works on goes as if the person had deleted it; their files are swept later."""
    own = load_viewer(user_id)
    others = select(ResourceAuthor.id).where(
        ResourceAuthor.resource_id == Resource.id,
        ResourceAuthor.user_id.is_not(None),
        ResourceAuthor.user_id != user_id,
    )
    drafts = (
        select(Resource.id)
        .join(ResourceVersion, ResourceVersion.id == Resource.working_version_id)
        .where(Resource.created_by_id == user_id, Resource.current_version_id.is_(None))
        .where(ResourceVersion.state == "draft", ResourceVersion.submitted_at.is_(None), ~others.exists())
    )
    for resource_id in current_session().scalars(drafts).all():
        resource = find_resource(own, resource_id)
        delete_draft(own, resource, find_version(resource, resource.working_version_id))


def _erase_place(table: Table, column: str, erasing: Erasing, user_id: str) -> None:
    of_person = table.c[column] == user_id
    if erasing is Erasing.DELETE:
        current_session().execute(delete(table).where(of_person))
    elif erasing is Erasing.EMPTY:
        current_session().execute(update(table).where(of_person).values({column: None}))


def _erase_shared(user_id: str) -> None:
    """Private collections go, roles end, names on works become the pseudonym and are indexed so."""
    session = current_session()
    collections, memberships = table_named("collections"), table_named("memberships")
    private = collections.c.owner_id == user_id, collections.c.visibility == "rieng"
    session.execute(delete(collections).where(*private))
    packages = table_named("data_packages")
    own = packages.c.user_id == user_id
    session.execute(
        update(packages).where(own).values(expires_at=clock.now())
    )  # the purge takes bytes and row
    this_year = SchoolYear.of(clock.today())
    to_year = memberships.c.to_year
    held = memberships.c.user_id == user_id, to_year.is_(None) | (to_year >= this_year.key)
    session.execute(update(memberships).where(*held).values(to_year=SchoolYear(this_year.start - 1).key))
    authors = table_named("resource_authors")
    signed = select(authors.c.resource_id).where(authors.c.user_id == user_id)
    works = session.scalars(signed).all()
    session.execute(
        update(authors).where(authors.c.user_id == user_id).values(name=accounts.ERASED_NAME, school=None)
    )
    for work in works:
        emit("resource.changed", work)
        follow_names(work)


def table_named(name: str) -> Table:
    """A table by its name; KeyError would mean that a place is listed whose feature is not loaded."""
    return Base.metadata.tables[name]
