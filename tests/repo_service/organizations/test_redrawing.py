"""Mergers and splits: history stays, nobody loses a place, old shelves stay readable (R48)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database, current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.organizations import access, queries, redrawing, service
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.organizations.redrawing import ClusterPart, SchoolPart
from repo_service.organizations.service import ClusterDetails, OrganizationDetails
from repo_service.resources.policy import can_read
from tests.cast import Cast
from tests.factories import published, viewer_of

NEXT_YEAR = "2027-2028"
THIS_YEAR = "2026-2027"


def both(cast: Cast) -> list[Cluster]:
    return [queries.find_cluster(cast.clusters[code]) for code in ("K1", "K2")]


def merge(cast: Cast, from_year: str = THIS_YEAR) -> Cluster:
    return redrawing.merge_clusters(
        viewer_of(cast.tuan), both(cast), ClusterDetails("Cụm liên thông"), from_year
    )


def school(cast: Cast, code: str) -> Organization:
    return queries.find_organization(cast.schools[code])


def test_a_merged_cluster_has_the_schools_and_people_of_both(db: Database, cast: Cast) -> None:
    with db.transaction():
        successor = merge(cast)
        assert {row.id for row in queries.schools_of(successor.id)} == {
            cast.schools[s] for s in ("S01", "S02", "S04", "S05", "S08")
        }
        assert {(user.username, role) for user, role in queries.leads_of(successor.id)} == {
            ("minh", "truong-cum"),
            ("nga", "truong-cum"),
        }
        assert viewer_of(cast.hoa).has_role("phan-bien", cluster_id=successor.id)
        assert queries.schools_of(cast.clusters["K1"]) == []


def test_history_says_when_and_what_became_of_it(db: Database, cast: Cast) -> None:
    with db.transaction():
        successor, (k1, _k2) = merge(cast), both(cast)
        assert (k1.state, k1.to_year, k1.successor_ids) == ("da-sap-xep-lai", "2025-2026", [successor.id])
        rows = [row for row in queries.memberships_of(cluster_id=k1.id) if row.user_id is None]
        assert {(row.from_year, row.to_year) for row in rows} == {("2025-2026", "2025-2026")}
        assert set(successor.old_names) == {
            "Cụm Tiểu học ven sông, ven biển",
            "Cụm THCS Toán - KHTN đồng bằng",
        }
        assert [row.id for row in queries.clusters("ven song ven bien")] == [k1.id, successor.id]
    with db.transaction() as session:
        acts = set(session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "cluster")))
        assert {"cluster.merged", "cluster.redrawn"} <= acts


def test_old_works_are_read_and_led_from_the_new_cluster(db: Database, cast: Cast) -> None:
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"], visibility="cum")
        assert not can_read(viewer_of(cast.quang), work)
        merge(cast)
        assert can_read(viewer_of(cast.lan), work)
        assert can_read(viewer_of(cast.quang), work), "a school of the other old cluster shares the shelf now"
        assert viewer_of(cast.nga).leads(cast.clusters["K2"])
        assert not viewer_of(cast.quang).leads(cast.clusters["K2"])
        assert f"cum:{cast.clusters['K2']}" in access.access_tokens(viewer_of(cast.quang))


def test_shelves_are_inherited_over_two_mergers(db: Database, cast: Cast) -> None:
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"], visibility="cum")
        first = merge(cast)
        other = service.create_cluster(viewer_of(cast.tuan), ClusterDetails("Cụm nữa"))
        redrawing.merge_clusters(
            viewer_of(cast.tuan), [first, other], ClusterDetails("Cụm sau cùng"), THIS_YEAR
        )
        assert can_read(viewer_of(cast.quang), work)


def test_a_cluster_of_next_year_leaves_this_year_as_it_is(db: Database, cast: Cast) -> None:
    with db.transaction():
        successor = merge(cast, NEXT_YEAR)
        lan = viewer_of(cast.lan)
        assert queries.default_cluster(lan) == cast.clusters["K2"]
        assert successor.id not in lan.cluster_ids
        assert len(queries.schools_of(cast.clusters["K2"])) == 3


def test_a_school_in_both_clusters_is_carried_once(db: Database, cast: Cast) -> None:
    with db.transaction():
        service.join_cluster(viewer_of(cast.tuan), both(cast)[0], school(cast, "S05"))
        successor = merge(cast)
        members = [
            row
            for row in queries.memberships_of(cluster_id=successor.id)
            if row.organization_id == cast.schools["S05"]
        ]
        assert len(members) == 1


def test_what_was_redrawn_is_not_redrawn_again(db: Database, cast: Cast) -> None:
    with db.transaction():
        merge(cast)
        with pytest.raises(MoveNotAllowed):
            merge(cast)
        with pytest.raises(InvalidInput):
            redrawing.merge_clusters(
                viewer_of(cast.tuan), both(cast)[:1], ClusterDetails("Một mình"), THIS_YEAR
            )


def test_a_split_places_every_school_and_leads_follow_theirs(db: Database, cast: Cast) -> None:
    with db.transaction():
        k2 = both(cast)[1]
        parts = [
            ClusterPart(ClusterDetails("Cụm Đông"), frozenset({cast.schools["S05"], cast.schools["S08"]})),
            ClusterPart(ClusterDetails("Cụm Tây"), frozenset({cast.schools["S04"]})),
        ]
        east, west = redrawing.split_cluster(viewer_of(cast.tuan), k2, parts, THIS_YEAR)
        assert [user.username for user, _ in queries.leads_of(west.id)] == ["minh"], "Minh works at S04"
        assert viewer_of(cast.hoa).has_role("phan-bien", cluster_id=east.id)
        assert not viewer_of(cast.hoa).has_role("phan-bien", cluster_id=west.id)
        assert k2.successor_ids == [east.id, west.id]


def test_a_split_that_forgets_a_school_is_refused(db: Database, cast: Cast) -> None:
    with db.transaction():
        parts = [
            ClusterPart(ClusterDetails(name), frozenset({cast.schools["S05"]}))
            for name in ("Cụm Một", "Cụm Hai")
        ]
        with pytest.raises(InvalidInput) as refused:
            redrawing.split_cluster(viewer_of(cast.tuan), both(cast)[1], parts, THIS_YEAR)
        assert refused.value.errors == {"school_ids": ["Còn 2 trường chưa xếp vào cụm nào."]}


def test_merged_schools_share_people_and_clusters(db: Database, cast: Cast) -> None:
    with db.transaction():
        merged = [school(cast, "S01"), school(cast, "S05")]
        details = OrganizationDetails("TH&THCS Hợp Nhất", institution_type="truong-th-thcs")
        new = redrawing.merge_schools(viewer_of(cast.tuan), merged, details, THIS_YEAR)
        assert {row.username for row in queries.people_of_school(new.id)} == {"quang", "lan", "thao", "hanh"}
        assert {row.id for row in queries.clusters_of_school(new.id)} == set(cast.clusters.values())
        assert viewer_of(cast.lan).school_ids == {new.id}
        assert viewer_of(cast.lan).cluster_ids == set(cast.clusters.values())
        assert not merged[0].is_active
        assert new in queries.organizations("truong", typed="hoa phuong do", active_only=True)
        assert queries.people_of_school(merged[0].id) == []


def test_the_host_of_a_cluster_is_the_new_school(db: Database, cast: Cast) -> None:
    with db.transaction():
        k2 = both(cast)[1]
        service.change_cluster(viewer_of(cast.tuan), k2, ClusterDetails(k2.name, host_id=cast.schools["S05"]))
        merged = [school(cast, "S04"), school(cast, "S05")]
        new = redrawing.merge_schools(
            viewer_of(cast.tuan), merged, OrganizationDetails("Trường mới"), THIS_YEAR
        )
        current_session().refresh(k2)
        assert k2.host_id == new.id


def test_people_no_part_names_stay_with_the_first(db: Database, cast: Cast) -> None:
    with db.transaction():
        parts = [
            SchoolPart(OrganizationDetails("Trường A")),
            SchoolPart(OrganizationDetails("Trường B"), frozenset({cast.thao})),
        ]
        a, b = redrawing.split_school(viewer_of(cast.tuan), school(cast, "S05"), parts, THIS_YEAR)
        assert {row.username for row in queries.people_of_school(a.id)} == {"lan", "hanh"}
        assert {row.username for row in queries.people_of_school(b.id)} == {"thao"}
        assert [row.id for row in queries.clusters_of_school(b.id)] == [cast.clusters["K2"]]


@pytest.mark.parametrize("person", ["lan", "minh", "hanh", "phuc"])
def test_only_the_department_redraws(db: Database, cast: Cast, person: str) -> None:
    with db.transaction():
        viewer: Any = viewer_of(cast.people[person])
        with pytest.raises(NotFound):
            redrawing.merge_clusters(viewer, both(cast), ClusterDetails("Cụm"), THIS_YEAR)
        with pytest.raises(NotFound):
            redrawing.merge_schools(
                viewer, [school(cast, "S04"), school(cast, "S05")], OrganizationDetails("Trường"), THIS_YEAR
            )
        assert current_session().scalar(select(Membership).where(Membership.to_year.is_not(None))) is None


def test_a_wrong_year_changes_nothing(db: Database, cast: Cast) -> None:
    with db.transaction(), pytest.raises(InvalidInput):
        merge(cast, "2026-2028")
