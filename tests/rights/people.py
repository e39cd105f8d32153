"""Who asks: every kind of person Kho knows, each with a cookie of their own.

The names of the sets below are the words of table.py: LEADS, AUTHORS, DEPARTMENT...
"""

from __future__ import annotations

from repo_service.accounts.models import User
from repo_service.core.db import Database, KhoFlask, current_session
from repo_service.organizations.models import Membership
from tests.cast import PASSWORD, Cast
from tests.factories import THIS_YEAR, hashed_password

Roles = frozenset[str]

USERNAMES = {
    "guest": None, "author": "lan", "coauthor": "cuc", "colleague": "thao", "manager": "hanh", "reviewer": "hoa",
    "curator": "ray", "lead": "minh", "deputy": "phong", "member": "mai", "outsider": "quang", "other_lead": "nga",
    "commune": "phuc", "department": "tuan", "administrator": "quantri", "closed": "dung",
}  # fmt: skip
"""Role -> account. `reviewer` reads in the rounds and curates as well; `closed` was signed in when it was closed."""

_MORE = {
    "cuc": [("giao-vien", "S04", None)],
    "ray": [("giao-vien", "S04", None), ("ra-soat", None, "K2")],
    "phong": [("giao-vien", "S08", None), ("pho-cum", None, "K2")],
    "mai": [("giao-vien", "S08", None)],
    "dung": [("giao-vien", "S05", None)],
}
"""People whom tests/cast.py does not have, and their roles."""

EVERYBODY: Roles = frozenset(USERNAMES)
SIGNED_IN = EVERYBODY - {"guest", "closed"}
AUTHORS: Roles = frozenset({"author", "coauthor"})
LEADS: Roles = frozenset({"lead", "deputy"})
CURATORS: Roles = frozenset({"reviewer", "curator"})
DEPARTMENT: Roles = frozenset({"department", "administrator"})
ADMINISTRATOR: Roles = frozenset({"administrator"})
CLUSTER = AUTHORS | LEADS | CURATORS | {"colleague", "manager", "member"}
"""Whoever reads the shelf of the cluster K2: its schools' people, their heads included."""
CONTRIBUTORS = SIGNED_IN - ADMINISTRATOR
"""Whoever belongs to a school, a cluster or an office."""
PROTECTED: Roles = frozenset({"member"})
"""Who has a second factor."""
NOBODY: Roles = frozenset()


def move_in(cast: Cast) -> dict[str, str]:
    """Write the further people; ids by account name of all. Needs an open transaction."""
    people = dict(cast.people)
    for username, roles in _MORE.items():
        user = User(
            username=username,
            name=username.title(),
            name_sort=username,
            password_hash=hashed_password(PASSWORD),
        )
        current_session().add(user)
        current_session().flush()
        people[username] = user.id
        for role, school, cluster in roles:
            place = (cast.schools[school] if school else None, cast.clusters[cluster] if cluster else None)
            current_session().add(
                Membership(
                    user_id=user.id,
                    role=role,
                    organization_id=place[0],
                    cluster_id=place[1],
                    from_year=THIS_YEAR,
                )
            )
    return people


def signed_in(app: KhoFlask, database: Database) -> dict[str, str]:
    """The cookie of each role's browser; the last account is closed while its browser is still signed in."""
    app.config["WTF_CSRF_ENABLED"] = False
    cookies = {}
    for role, username in USERNAMES.items():
        browser = app.test_client()
        if username:
            answer = browser.post("/dang-nhap", data={"username": username, "password": PASSWORD})
            assert answer.status_code == 302, username
        cookies[role] = "; ".join(f"{kept.key}={kept.value}" for kept in browser._cookies.values())
    with database.transaction() as session:
        session.query(User).filter_by(username=USERNAMES["closed"]).one().is_active = False
    return cookies
