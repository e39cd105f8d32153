"""The verbs on people: open an account with a role, hand over a link, close and open again."""

from __future__ import annotations

from dataclasses import dataclass

from repo_service.accounts import service as accounts
from repo_service.accounts.addresses import service as addresses
from repo_service.accounts.models import User
from repo_service.accounts.second_factor import service as second_factors
from repo_service.accounts.second_factor.queries import factor_of
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.organizations import policy
from repo_service.organizations.people.queries import standing
from repo_service.organizations.queries import appointment
from repo_service.organizations.service import appoint


@dataclass(frozen=True)
class NewPerson:
    """A person as entered: without a user name Kho makes the usual one."""

    name: str
    role: str
    organization_id: str | None = None
    cluster_id: str | None = None
    form_of_address: str = "thay-co"
    email: str | None = None
    username: str | None = None


def add_person(viewer: Viewer, person: NewPerson) -> tuple[User, str]:
    """A new account with its first role, and the secret of the invitation to hand over."""
    authorize(
        viewer, policy.APPOINT.action, appointment(person.role, person.organization_id, person.cluster_id)
    )
    user = accounts.create_user(
        person.username or accounts.suggested_username(person.name),
        person.name,
        form_of_address=person.form_of_address,
        email=person.email,
        actor_id=viewer.id,
    )
    appoint(
        viewer, user.id, person.role, organization_id=person.organization_id, cluster_id=person.cluster_id
    )
    return user, accounts.create_link(user, viewer.id)


def make_link(viewer: Viewer, user: User) -> str:
    """The secret of a new one-time link for a person all of whose roles the viewer may give."""
    authorize(viewer, policy.LINK_PERSON.action, standing(user.id))
    return accounts.create_link(user, viewer.id)


def mail_link(viewer: Viewer, user: User) -> None:
    """Have a one-time link sent to the person's own address; the link handed over before stops working then."""
    authorize(viewer, policy.LINK_PERSON.action, standing(user.id))
    accounts.ask_for_link_by_mail(user, viewer.id)


def give_address(viewer: Viewer, user: User, typed: str) -> None:
    """Say what a person's address is. MoveNotAllowed below the department where a second factor guards the account:
    who has the address may come in through the province's provider, which asks for no code of Kho's.
    """
    authorize(viewer, policy.LINK_PERSON.action, standing(user.id))
    if factor_of(user.id) is not None and not viewer.is_department:
        raise MoveNotAllowed(_("Thầy cô ấy đã bật lớp bảo vệ thứ hai, nên email do Sở ghi."))
    addresses.give_address(user, typed, viewer.id)


def take_off_second_factor(viewer: Viewer, user: User) -> None:
    """For a person who lost the phone: the password alone opens the account again; sessions end, the person is told."""
    authorize(viewer, policy.TAKE_OFF_SECOND_FACTOR.action, standing(user.id))
    second_factors.take_off(user, viewer.id)


def close_account(viewer: Viewer, user: User) -> None:
    """Close a person's account; sessions and tokens stop, works stay. Nobody closes the own one."""
    authorize(viewer, policy.LINK_PERSON.action, standing(user.id))
    if user.id == viewer.id:
        raise MoveNotAllowed(
            _("Thầy cô không tự đóng tài khoản của mình được. Nhờ đồng nghiệp phụ trách Kho nhé.")
        )
    accounts.deactivate(user, viewer.id)


def open_account(viewer: Viewer, user: User) -> None:
    """Open a closed account again."""
    authorize(viewer, policy.LINK_PERSON.action, standing(user.id))
    accounts.activate(user, viewer.id)


def read_place(text: str) -> tuple[str | None, str | None]:
    """`truong:ID`, `cum:ID` or `kho` of a form -> (organisation, cluster)."""
    kind, _colon, place_id = text.partition(":")
    if kind == "kho":
        return None, None
    if kind not in ("truong", "cum") or not place_id:
        raise InvalidInput({"place": [_("Chọn trường hoặc cụm trong danh sách.")]})
    return (place_id, None) if kind == "truong" else (None, place_id)
