"""The cast of the tests: who they are and where they work this year; several must be refused things.

Cluster K2 holds three schools: Minh (lead) at S04, Lan (teacher) at S05, Hoa (reviewer, curator) at S08,
Thao (new teacher) at S05 beside Lan. Quang teaches at S01 in K1, led by Nga. Tuấn is at the department,
Quantri administers, Hanh heads school S05, Phúc is the commune officer of S05's commune.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from repo_service.accounts.models import User
from repo_service.core.db import Database
from repo_service.organizations.models import Cluster, ClusterScope, Membership, Organization
from tests.factories import THIS_YEAR, hashed_password

PASSWORD = "mot mat khau dai"

PEOPLE = {
    "lan": ("Trần Thị Lan", "co"), "minh": ("Lê Minh", "thay"), "hoa": ("Phạm Thị Hoa", "co"),
    "thao": ("Võ Thị Thảo", "co"), "quang": ("Đỗ Quang", "thay"), "nga": ("Hồ Thị Nga", "co"),
    "tuan": ("Ngô Tuấn", "thay"), "quantri": ("Quản Trị", "thay-co"),
    "hanh": ("Bùi Thị Hạnh", "co"), "phuc": ("Cao Phúc", "thay"),
}  # fmt: skip

ROLES = [
    ("lan", "giao-vien", "S05", None), ("minh", "giao-vien", "S04", None), ("minh", "truong-cum", None, "K2"),
    ("hoa", "giao-vien", "S08", None), ("hoa", "phan-bien", None, "K2"), ("hoa", "ra-soat", None, "K2"),
    ("thao", "giao-vien", "S05", None), ("quang", "giao-vien", "S01", None), ("nga", "giao-vien", "S02", None),
    ("nga", "truong-cum", None, "K1"), ("tuan", "chuyen-vien-so", "SO", None), ("quantri", "quan-tri", None, None),
    ("hanh", "hieu-truong", "S05", None), ("phuc", "can-bo-xa", "X1", None),
]  # fmt: skip

ORGANIZATIONS = {
    "SO": ("so", "Sở Giáo dục và Đào tạo"), "X1": ("xa", "xã Tư Nghĩa"), "S01": ("truong", "Tiểu học Hoa Phượng Đỏ"),
    "S02": ("truong", "Tiểu học Hương Quế"), "S04": ("truong", "TH&THCS Sóng Xanh"),
    "S05": ("truong", "THCS Bờ Xe Nước"), "S08": ("truong", "THCS Dốc Nắng"),
}  # fmt: skip
CLUSTERS = {
    "K1": ("Cụm Tiểu học ven sông, ven biển", ["S01", "S02"]),
    "K2": ("Cụm THCS Toán - KHTN đồng bằng", ["S04", "S05", "S08"]),
}


@dataclass(frozen=True)
class Cast:
    """Ids by short name: `cast.people["lan"]`, `cast.clusters["K2"]`, `cast.schools["S05"]`."""

    people: dict[str, str]
    schools: dict[str, str]
    clusters: dict[str, str]

    def __getattr__(self, name: str) -> str:
        """`cast.lan` is the id of Lan."""
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def assemble(database: Database) -> Cast:
    """Write the cast into an installed database."""
    with database.transaction() as session:
        people = {name: _person(name, *words) for name, words in PEOPLE.items()}
        schools = {code: _organization(code, *words) for code, words in ORGANIZATIONS.items()}
        clusters = {
            code: Cluster(name=name, from_year="2025-2026", name_sort=name)
            for code, (name, _) in CLUSTERS.items()
        }
        session.add_all([*people.values(), *schools.values(), *clusters.values()])
        session.flush()
        schools["S05"].commune_id = schools["S05"].managing_body_id = schools["X1"].id
        clusters["K1"].scopes = [ClusterScope(kind="cap-hoc", value="tieu-hoc")]
        clusters["K2"].scopes = [
            ClusterScope(kind="nhom-mon-hoc", value=value) for value in ("nhom-khtn", "nhom-toan-tin")
        ]
        cast = Cast(_ids(people), _ids(schools), _ids(clusters))
        session.add_all(_memberships(cast))
        return cast


def _person(username: str, name: str, form: str) -> User:
    return User(
        username=username,
        name=name,
        name_sort=username,
        form_of_address=form,
        password_hash=hashed_password(PASSWORD),
    )


def _organization(code: str, kind: str, name: str) -> Organization:
    school = "truong-thcs" if kind == "truong" else None
    return Organization(
        kind=kind, name=name, code=f"T-{code}", name_sort=name, levels=["thcs"], institution_type=school
    )


def _memberships(cast: Cast) -> Iterator[Membership]:
    for code, (_, members) in CLUSTERS.items():
        for school in members:
            place = (cast.schools[school], cast.clusters[code])
            yield Membership(
                organization_id=place[0], cluster_id=place[1], role="thanh-vien", from_year="2025-2026"
            )
    for name, role, school, cluster in ROLES:
        yield Membership(
            user_id=cast.people[name],
            role=role,
            organization_id=cast.schools[school] if school else None,
            cluster_id=cast.clusters[cluster] if cluster else None,
            from_year=THIS_YEAR,
        )


def _ids(rows: dict[str, Any]) -> dict[str, str]:
    return {code: row.id for code, row in rows.items()}
