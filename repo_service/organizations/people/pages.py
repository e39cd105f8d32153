"""Pages to add people and hand over links: for the department, school managers and cluster leads."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from repo_service.accounts.addresses.queries import waiting_change
from repo_service.accounts.models import User
from repo_service.accounts.second_factor.queries import factor_of
from repo_service.accounts.sessions import current_viewer
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import absolute, link_path
from repo_service.curriculum.queries import vocabularies
from repo_service.mail.door import is_open
from repo_service.organizations import policy
from repo_service.organizations.models import Membership
from repo_service.organizations.people import queries, service
from repo_service.organizations.people.schemas import PersonForm, RoleForm
from repo_service.organizations.queries import (
    appointment,
    find_cluster,
    find_organization,
    is_present,
    memberships_of,
)
from repo_service.organizations.service import appoint, end_membership
from repo_service.ui.forms import Form
from repo_service.ui.security_headers import unkept

blueprint = Blueprint("people", __name__)
PEOPLE = "/nguoi"


@blueprint.route(PEOPLE, methods=["GET", "POST"])
def people() -> Response:
    """The people one looks after, and a form for one more."""
    viewer, form = current_viewer(), Form(PersonForm(), {"role": "giao-vien"})
    typed = request.args.get("q", "")
    found = queries.listed_people(viewer, typed)
    if request.method == "POST":
        try:
            values = form.load()
            organization_id, cluster_id = service.read_place(values.pop("place"))
            person = service.NewPerson(**values, organization_id=organization_id, cluster_id=cluster_id)
            user, secret = service.add_person(viewer, person)
        except (InvalidInput, MoveNotAllowed) as error:
            form.refuse(error)
        except NotFound:
            form.refuse(_not_yours())
        else:
            return _link_page(user, secret)
    body = render_template(
        "organizations/people.html",
        form=form,
        people=found,
        typed=typed,
        words=vocabularies(),
        **_choices(viewer),
    )
    return make_response(body, 422 if form.message else 200)


@blueprint.get(PEOPLE + "/<user_id>")
def person(user_id: str) -> Response:
    """One person: roles in all years, and what may be done."""
    viewer = current_viewer()
    return _person_page(viewer, queries.find_person(viewer, user_id), Form(RoleForm()))


@blueprint.post(PEOPLE + "/<user_id>/vai-tro")
def give_role(user_id: str) -> Response:
    """One more role for a person."""
    viewer, form = current_viewer(), Form(RoleForm())
    user = queries.find_person(viewer, user_id)
    try:
        values = form.load()
        organization_id, cluster_id = service.read_place(values["place"])
        appoint(viewer, user.id, values["role"], organization_id=organization_id, cluster_id=cluster_id)
    except (InvalidInput, MoveNotAllowed) as error:
        form.refuse(error)
        return _person_page(viewer, user, form)
    except NotFound:
        form.refuse(_not_yours())
        return _person_page(viewer, user, form)
    flash(_("Đã giao vai trò."))
    return redirect(f"{PEOPLE}/{user.id}")  # type: ignore[return-value]


@blueprint.post(PEOPLE + "/vai-tro/<membership_id>/ket-thuc")
def end_role(membership_id: str) -> Response:
    """A role ends; the person's works stay."""
    membership = queries.find_membership(membership_id, of_person=True)
    end_membership(current_viewer(), membership)
    flash(_("Đã ghi vai trò kết thúc. Bài của thầy cô ấy vẫn còn trên kệ."))
    return redirect(f"{PEOPLE}/{membership.user_id}")  # type: ignore[return-value]


@blueprint.post(PEOPLE + "/<user_id>/lien-ket")
def make_link(user_id: str) -> Response:
    """A one-time link, shown this once."""
    viewer = current_viewer()
    user = queries.find_person(viewer, user_id, policy.LINK_PERSON.action)
    return _link_page(user, service.make_link(viewer, user))


@blueprint.post(PEOPLE + "/<user_id>/gui-lien-ket")
def mail_link(user_id: str) -> Response:
    """A one-time link, sent to the person's own address."""
    viewer = current_viewer()
    service.mail_link(viewer, queries.find_person(viewer, user_id, policy.LINK_PERSON.action))
    flash(_("Kho gửi liên kết tới email của thầy cô ấy trong vài phút; liên kết dùng trong một giờ."))
    return redirect(f"{PEOPLE}/{user_id}")  # type: ignore[return-value]


@blueprint.post(PEOPLE + "/<user_id>/email")
def give_address(user_id: str) -> Response:
    """The house says what the person's address is; it counts at once."""
    viewer, form = current_viewer(), Form(RoleForm())
    user = queries.find_person(viewer, user_id, policy.LINK_PERSON.action)
    try:
        service.give_address(viewer, user, request.form.get("email", "")[:255])
    except (InvalidInput, MoveNotAllowed) as error:
        form.refuse(error)
        return _person_page(viewer, user, form)
    flash(_("Đã lưu email. Thư và liên kết của thầy cô ấy từ nay tới địa chỉ này."))
    return redirect(f"{PEOPLE}/{user_id}")  # type: ignore[return-value]


@blueprint.post(PEOPLE + "/<user_id>/dong")
def close(user_id: str) -> Response:
    """Close the account."""
    viewer = current_viewer()
    service.close_account(viewer, queries.find_person(viewer, user_id, policy.LINK_PERSON.action))
    flash(_("Đã đóng tài khoản. Bài đã đóng góp vẫn còn."))
    return redirect(f"{PEOPLE}/{user_id}")  # type: ignore[return-value]


@blueprint.post(PEOPLE + "/<user_id>/mo")
def reopen(user_id: str) -> Response:
    """Open the account again."""
    viewer = current_viewer()
    service.open_account(viewer, queries.find_person(viewer, user_id, policy.LINK_PERSON.action))
    flash(_("Đã mở lại tài khoản."))
    return redirect(f"{PEOPLE}/{user_id}")  # type: ignore[return-value]


def _person_page(viewer: Viewer, user: User, form: Form) -> Response:
    held = [
        (row, _place_name(row), is_present(row), _may_end(viewer, row))
        for row in memberships_of(user_id=user.id)
    ]
    standing = queries.standing(user.id)
    body = render_template(
        "organizations/person.html", form=form, person=user, held=held, words=vocabularies(),
        mails=is_open(), wanted=waiting_change(user.id), **_choices(viewer),
        may_link=may(viewer, policy.LINK_PERSON.action, standing),
        may_take_off=factor_of(user.id) is not None and may(viewer, policy.TAKE_OFF_SECOND_FACTOR.action, standing),
    )  # fmt: skip
    return make_response(body, 422 if form.message else 200)


def _place_name(row: Membership) -> str:
    if row.cluster_id:
        return find_cluster(row.cluster_id).name
    return find_organization(row.organization_id).name if row.organization_id else _("cả Kho")


def _may_end(viewer: Viewer, row: Membership) -> bool:
    held = appointment(row.role, row.organization_id, row.cluster_id)
    return is_present(row) and may(viewer, policy.APPOINT.action, held)


def _choices(viewer: Viewer) -> dict[str, list[tuple[str, str]]]:
    """Roles and places that the viewer may give, for the two selects."""
    schools, clusters = queries.places_of(viewer)
    places = [(f"truong:{row.id}", row.name) for row in schools] + [
        (f"cum:{row.id}", row.name) for row in clusters
    ]
    if viewer.is_administrator:
        places.append(("kho", _("cả Kho")))
    codes = vocabularies().choices("roles")
    if not viewer.is_department:
        own = policy.SCHOOL_ROLES + (policy.CLUSTER_ROLES if clusters else ())
        codes = [(code, label) for code, label in codes if code in own]
    return {"roles": codes, "places": places}


def _not_yours() -> InvalidInput:
    return InvalidInput({"role": [_("Vai trò này ở nơi ấy do Sở giao. Chọn vai trò khác, hoặc nhờ Sở.")]})


def _link_page(user: User, secret: str) -> Response:
    body = render_template("organizations/link.html", person=user, address=absolute(link_path(secret)), mails=is_open())
    return unkept(make_response(body))
