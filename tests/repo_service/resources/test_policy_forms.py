"""The two forms of each rule on resources agree, for everybody, over every reach and state (design.md section 6)."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from repo_service.core.db import Database, current_session
from repo_service.core.permissions import GUEST, declared, listed, may
from repo_service.resources import policy, service, succession
from repo_service.resources.models import Resource
from tests.cast import PEOPLE, Cast
from tests.factories import draft, published, viewer_of

REACH = {"rieng": "dung-chung-tinh", "cum": "dung-chung-tinh", "tinh": "dung-chung-tinh", "cong-khai": "mo"}


@pytest.fixture
def library(db: Database, cast: Cast) -> None:
    """Published and unfinished works of Lan (K2) and Quang (K1) in every reach; one withdrawn, one with a group."""
    with db.transaction():
        for (owner, cluster), (reach, licence) in itertools.product(
            [("lan", "K2"), ("quang", "K1")], REACH.items()
        ):
            where = cast.clusters[cluster]
            published(cast.people[owner], where, visibility=reach, licence=licence)
            draft(cast.people[owner], where, visibility=reach, licence=licence)
        gone = published(cast.lan, cast.clusters["K2"])
        succession.withdraw(viewer_of(cast.minh), gone, "sai sót")
        group = published(cast.lan, cast.clusters["K2"], visibility="rieng")
        service.set_authors(
            viewer_of(cast.lan), group, [service.Author("Lan", cast.lan), service.Author("Quang", cast.quang)]
        )


@pytest.mark.parametrize("name", [*PEOPLE, None])
@pytest.mark.parametrize("action", [policy.READ.action, policy.EDIT.action, policy.CURATE.action])
def test_the_check_and_the_list_say_the_same(
    library: None, db: Database, cast: Cast, name: str | None, action: str
) -> None:
    with db.session(writing=False):
        viewer = viewer_of(cast.people[name]) if name else GUEST
        everything = (
            current_session().scalars(select(Resource).options(joinedload(Resource.authors))).unique().all()
        )
        in_list = set(current_session().scalars(select(Resource.id).where(listed(viewer, action))))
        if action == policy.EDIT.action:
            everything = [resource for resource in everything if resource.state != "withdrawn"]
            in_list &= {resource.id for resource in everything}
        checked = {resource.id for resource in everything if may(viewer, action, resource)}
        assert checked == in_list


def test_a_guest_reads_only_what_is_public_and_published(library: None, db: Database) -> None:
    with db.session(writing=False):
        found = current_session().scalars(select(Resource).where(listed(GUEST, policy.READ.action))).all()
        assert {(resource.visibility, resource.current_version_id is not None) for resource in found} == {
            ("cong-khai", True)
        }


def test_a_group_member_reads_the_private_work_and_a_colleague_does_not(
    library: None, db: Database, cast: Cast
) -> None:
    with db.session(writing=False):
        for name, sees in (("quang", True), ("thao", False), ("hoa", False), ("tuan", False)):
            where = (
                Resource.visibility == "rieng",
                Resource.created_by_id == cast.lan,
                Resource.current_version_id.is_not(None),
            )
            count = len(
                current_session()
                .scalars(
                    select(Resource).where(*where, listed(viewer_of(cast.people[name]), policy.READ.action))
                )
                .all()
            )
            assert count == (1 if sees else 0), name


def test_every_policy_says_its_rule_in_words() -> None:
    assert all(len(found.sentence) > 5 for found in declared().values())
