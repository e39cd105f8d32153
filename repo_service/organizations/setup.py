"""From an empty database to an installation: lists, communes, the department, the first administrator."""

from __future__ import annotations

from sqlalchemy import select

from indexer.vietnamese import sort_key
from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput
from repo_service.core.identifiers import new_id
from repo_service.curriculum import seed_data
from repo_service.curriculum.installation import raise_revision
from repo_service.curriculum.models import Installation
from repo_service.curriculum.setup import install_vocabularies
from repo_service.organizations.access import present_year
from repo_service.organizations.models import Membership, Organization

COMMUNE_WORDS = {"xa": "Xã", "phuong": "Phường", "dac-khu": "Đặc khu"}
DEPARTMENT_NAME = "Sở Giáo dục và Đào tạo"


def install(province_code: str | None = None, *, is_demo: bool = False) -> None:
    """Write what every installation begins with; what is there already, and its edits, are left alone.

    Raises InvalidInput for a province whose communes Kho does not know, or another one than installed.
    """
    province = seed_data.province()
    present = current_session().get(Installation, 1)
    if (province_code or province.code) != (present.province_code if present else province.code):
        raise InvalidInput(
            {"province_code": [f"the communes of province {province_code} are not known here"]}
        )
    if present is None:
        row = Installation(
            id=1, province_code=province.code, province_name=province.label, revision=1, is_demo=is_demo
        )
        current_session().add(row)
        current_session().flush()
    install_vocabularies()
    _install_department(province.label)
    _install_communes()
    current_session().flush()
    raise_revision()


def first_administrator_link() -> str | None:
    """The secret of a one-time link for the first administrator; None once an administrator has a password."""
    statement = (
        select(User).join(Membership, Membership.user_id == User.id).where(Membership.role == "quan-tri")
    )
    administrators = list(current_session().scalars(statement.order_by(User.created_at, User.id)).unique())
    if any(user.password_hash and user.is_active for user in administrators):
        return None
    user = administrators[0] if administrators else _new_administrator()
    return accounts.create_link(user, None)


def _new_administrator() -> User:
    user = accounts.create_user("quantri", "Quản trị Kho")
    current_session().add(
        Membership(id=new_id(), user_id=user.id, role="quan-tri", subjects=[], from_year=present_year())
    )
    return user


def _install_department(province_name: str) -> None:
    if current_session().scalar(select(Organization.id).where(Organization.kind == "so")) is None:
        name = f"{DEPARTMENT_NAME} {province_name}"
        current_session().add(
            Organization(
                id=new_id(), kind="so", name=name, name_sort=sort_key(name)[:240], old_names=[], levels=[]
            )
        )


def _install_communes() -> None:
    known = set(current_session().scalars(select(Organization.code).where(Organization.kind == "xa")))
    for commune in seed_data.communes():
        if commune.code not in known:
            current_session().add(_commune_row(commune))


def _commune_row(commune: seed_data.Commune) -> Organization:
    """A commune; former district and other spellings are only names to find it by (R5)."""
    districts = [name for name, codes in seed_data.old_place_names().items() if commune.code in codes]
    aliases = [*commune.aliases, *districts]
    return Organization(
        id=new_id(), kind="xa", institution_type=commune.kind, code=commune.code, levels=[], old_names=aliases,
        name=f"{COMMUNE_WORDS[commune.kind]} {commune.label}", name_sort=sort_key(commune.label)[:240],
    )  # fmt: skip
