"""The cast of the tests: who they are and where they work this year; several must be refused things.

Cluster K2 holds three schools: Minh (lead) at S04, Lan (teacher) at S05, Hoa (reviewer, curator) at S08,
Thao (new teacher) at S05 beside Lan. Quang teaches at S01 in K1, led by Nga. Tuấn is at the department,
Quantri administers, Hanh heads school S05, Phúc is the commune officer of S05's commune.
"""

from __future__ import annotations

from dataclasses import dataclass

from repo_service.accounts.models import User
from repo_service.core.db import Database
from repo_service.organizations.models import Cluster, ClusterScope, Membership, Organization
from tests.factories import THIS_YEAR, hashed_password

PASSWORD = "mot mat khau dai"

PEOPLE = {
    "lan": ("Trần Thị Lan", "co"), "minh": ("Lê Minh", "thay"), "hoa": ("Phạm Thị Hoa", "co"), "thao": ("Võ Thị Thảo", "co"),
    "quang": ("Đỗ Quang", "thay"), "nga": ("Hồ Thị Nga", "co"), "tuan": ("Ngô Tuấn", "thay"), "quantri": ("Quản Trị", "thay-co"),
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
    "S02": ("truong", "Tiểu học Hương Quế"), "S04": ("truong", "TH&THCS Sóng Xanh"), "S05": ("truong", "THCS Bờ Xe Nước"),
    "S08": ("truong", "THCS Dốc Nắng"),
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
        people = {
            name: User(
                username=name,
                name=full,
                form_of_address=form,
                password_hash=hashed_password(PASSWORD),
                name_sort=name,
            )
            for name, (full, form) in PEOPLE.items()
        }
        schools = {
            code: Organization(
                kind=kind,
                name=name,
                code=f"T-{code}",
                name_sort=name,
                levels=["thcs"],
                institution_type="truong-thcs" if kind == "truong" else None,
            )
            for code, (kind, name) in ORGANIZATIONS.items()
        }
        clusters = {
            code: Cluster(name=name, from_year="2025-2026", name_sort=name)
            for code, (name, _) in CLUSTERS.items()
        }
        session.add_all([*people.values(), *schools.values(), *clusters.values()])
        session.flush()
        schools["S05"].commune_id = schools["S05"].managing_body_id = schools["X1"].id
        clusters["K1"].scopes = [ClusterScope(kind="cap-hoc", value="tieu-hoc")]
        clusters["K2"].scopes = [
            ClusterScope(kind="nhom-mon-hoc", value="nhom-khtn"),
            ClusterScope(kind="nhom-mon-hoc", value="nhom-toan-tin"),
        ]
        for code, (_, members) in CLUSTERS.items():
            session.add_all(
                Membership(
                    organization_id=schools[s].id,
                    cluster_id=clusters[code].id,
                    role="thanh-vien",
                    from_year="2025-2026",
                )
                for s in members
            )
        for name, role, school, cluster in ROLES:
            session.add(
                Membership(
                    user_id=people[name].id,
                    role=role,
                    organization_id=schools[school].id if school else None,
                    cluster_id=clusters[cluster].id if cluster else None,
                    from_year=THIS_YEAR,
                )
            )
        return Cast(
            {k: v.id for k, v in people.items()},
            {k: v.id for k, v in schools.items()},
            {k: v.id for k, v in clusters.items()},
        )
