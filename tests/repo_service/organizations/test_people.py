"""Who may add whom, give which role and hand over links; who belongs where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.permissions import GUEST, listed, may
from repo_service.organizations import policy, queries, service
from repo_service.organizations.models import Membership
from repo_service.organizations.people import service as people
from repo_service.organizations.people.queries import listed_people, standing
from repo_service.organizations.service import ClusterDetails
from tests.cast import Cast
from tests.factories import viewer_of

SignIn = Callable[[str], FlaskClient]


def test_policies_say_the_same_for_one_person_and_for_the_list(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        for viewer in [GUEST, *(viewer_of(user_id) for user_id in cast.people.values())]:
            shown = set(session.scalars(select(User.id).where(listed(viewer, policy.SEE_PERSON.action))))
            one_by_one = {
                user_id
                for user_id in cast.people.values()
                if may(viewer, policy.SEE_PERSON.action, standing(user_id))
            }
            assert shown == one_by_one, viewer.name


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        ("minh", {"lan", "minh", "hoa", "thao", "hanh"}),
        ("hanh", {"lan", "thao", "hanh"}),
        ("nga", {"quang", "nga"}),
    ],
)
def test_leads_and_managers_see_their_own_people(
    db: Database, cast: Cast, viewer: str, seen: set[str]
) -> None:
    with db.transaction():
        assert {row.username for row in listed_people(viewer_of(cast.people[viewer]))} == seen


@pytest.mark.parametrize(
    ("viewer", "role", "school", "cluster", "allowed"),
    [
        ("hanh", "giao-vien", "S05", None, True),
        ("hanh", "giao-vien", "S08", None, False),
        ("hanh", "hieu-truong", "S05", None, False),
        ("hanh", "phan-bien", None, "K2", False),
        ("minh", "giao-vien", "S08", None, True),
        ("minh", "giao-vien", "S01", None, False),
        ("minh", "phan-bien", None, "K2", True),
        ("minh", "phan-bien", None, "K1", False),
        ("minh", "truong-cum", None, "K2", False),
        ("hoa", "giao-vien", "S08", None, False),
        ("lan", "giao-vien", "S05", None, False),
        ("phuc", "giao-vien", "S05", None, False),
        ("tuan", "truong-cum", None, "K1", True),
        ("tuan", "lanh-dao-so", "SO", None, True),
        ("tuan", "quan-tri", None, None, False),
        ("quantri", "quan-tri", None, None, True),
    ],
)
def test_who_may_give_which_role(
    db: Database, cast: Cast, viewer: str, role: str, school: str | None, cluster: str | None, allowed: bool
) -> None:
    place = {
        "organization_id": cast.schools[school] if school else None,
        "cluster_id": cast.clusters[cluster] if cluster else None,
    }
    with db.transaction():
        asking = viewer_of(cast.people[viewer])
        if allowed:
            service.appoint(asking, cast.thao if role != "giao-vien" else cast.quang, role, **place)
        else:
            with pytest.raises(NotFound):
                service.appoint(asking, cast.thao, role, **place)


@pytest.mark.parametrize(
    ("viewer", "person", "allowed"),
    [
        ("hanh", "lan", True),
        ("minh", "lan", True),
        ("minh", "hoa", True),
        ("hanh", "hanh", False),
        ("minh", "hanh", False),
        ("minh", "minh", False),
        ("nga", "lan", False),
        ("lan", "thao", False),
        ("tuan", "minh", True),
        ("tuan", "quantri", False),
        ("quantri", "quantri", True),
    ],
)
def test_a_link_is_made_only_for_people_one_could_appoint(
    db: Database, cast: Cast, viewer: str, person: str, allowed: bool
) -> None:
    with db.transaction() as session:
        user = session.get_one(User, cast.people[person])
        if allowed:
            assert people.make_link(viewer_of(cast.people[viewer]), user)
        else:
            with pytest.raises(NotFound):
                people.make_link(viewer_of(cast.people[viewer]), user)


def test_a_second_role_elsewhere_takes_the_account_out_of_reach(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        lan, hanh = session.get_one(User, cast.lan), viewer_of(cast.hanh)
        assert people.make_link(hanh, lan)
        service.appoint(viewer_of(cast.tuan), cast.lan, "truong-cum", cluster_id=cast.clusters["K1"])
        with pytest.raises(NotFound):
            people.make_link(hanh, lan)
        viewer = viewer_of(cast.lan)
        assert viewer.leads(cast.clusters["K1"]) and not viewer.leads(cast.clusters["K2"])
        assert viewer.cluster_ids == set(cast.clusters.values())


def test_an_ended_role_counts_no_more_and_its_row_stays(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        row = session.scalars(
            select(Membership).where(Membership.user_id == cast.hoa, Membership.role == "phan-bien")
        ).one()
        with pytest.raises(NotFound):
            service.end_membership(viewer_of(cast.nga), row)
        service.end_membership(viewer_of(cast.minh), row)
        session.flush()
        assert not viewer_of(cast.hoa).has_role("phan-bien")
        assert viewer_of(cast.hoa).has_role("ra-soat", cluster_id=cast.clusters["K2"])
        assert row in queries.memberships_of(user_id=cast.hoa)
        assert service.appoint(viewer_of(cast.minh), cast.hoa, "phan-bien", cluster_id=cast.clusters["K2"])


def test_roles_and_places_must_fit_together(db: Database, cast: Cast) -> None:
    with db.transaction():
        tuan = viewer_of(cast.tuan)
        for role, place in [
            ("truong-cum", {"organization_id": cast.schools["S05"]}),
            ("giao-vien", {"cluster_id": cast.clusters["K2"]}),
            ("giao-vien", {}),
            ("no-such-role", {"organization_id": cast.schools["S05"]}),
        ]:
            with pytest.raises(InvalidInput):
                service.appoint(tuan, cast.quang, role, **place)
        with pytest.raises(AlreadyExists):
            service.appoint(tuan, cast.lan, "giao-vien", organization_id=cast.schools["S05"])


def test_a_manager_adds_a_colleague_who_then_comes_in(
    sign_in: SignIn, client: FlaskClient, db: Database, cast: Cast
) -> None:
    form = {
        "name": "Nguyễn Thị Mận",
        "form_of_address": "co",
        "role": "giao-vien",
        "place": f"truong:{cast.schools['S05']}",
    }
    made = sign_in("hanh").post("/nguoi", data=form)
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    text = made.get_data(as_text=True)
    address = text.split('value="http://localhost')[1].split('"')[0]
    assert client.post(address, data={"password": "một câu thật dài"}).status_code == 302
    assert client.get("/tai-khoan").status_code == 200
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.username == "mannt")).one()
        assert cast.clusters["K2"] in viewer_of(user.id).cluster_ids


def test_a_refused_person_is_not_half_made(sign_in: SignIn, db: Database, cast: Cast) -> None:
    browser = sign_in("hanh")
    form = {"name": "Nguyễn Văn Chui", "role": "giao-vien", "place": f"truong:{cast.schools['S08']}"}
    assert browser.post("/nguoi", data=form).status_code == 422
    assert browser.post("/nguoi", data={**form, "place": "kho:"}).status_code == 422
    assert browser.post("/nguoi", data={**form, "place": ""}).status_code == 422
    with db.transaction() as session:
        assert session.scalar(select(User).where(User.name == "Nguyễn Văn Chui")) is None


def test_another_schools_people_do_not_exist_for_a_manager(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("hanh")
    assert browser.get(f"/nguoi/{cast.lan}").status_code == 200
    for path in ("", "/lien-ket", "/dong", "/vai-tro"):
        ask = browser.get if path == "" else browser.post
        assert ask(f"/nguoi/{cast.hoa}{path}").status_code == 404


def test_the_department_closes_and_opens_accounts_but_not_its_own(
    sign_in: SignIn, db: Database, cast: Cast
) -> None:
    browser = sign_in("tuan")
    assert browser.post(f"/nguoi/{cast.lan}/dong").status_code == 302
    assert "Tài khoản đang đóng." in browser.get(f"/nguoi/{cast.lan}").get_data(as_text=True)
    assert browser.post(f"/nguoi/{cast.lan}/lien-ket").status_code == 409
    assert browser.post(f"/nguoi/{cast.lan}/mo").status_code == 302
    with db.transaction() as session, pytest.raises(MoveNotAllowed):
        people.close_account(viewer_of(cast.tuan), session.get_one(User, cast.tuan))


def test_roles_are_given_and_ended_on_the_page(sign_in: SignIn, db: Database, cast: Cast) -> None:
    browser, k1 = sign_in("tuan"), cast.clusters["K1"]
    assert (
        browser.post(f"/nguoi/{cast.lan}/vai-tro", data={"role": "pho-cum", "place": f"cum:{k1}"}).status_code
        == 302
    )
    assert (
        browser.post(f"/nguoi/{cast.lan}/vai-tro", data={"role": "pho-cum", "place": f"cum:{k1}"}).status_code
        == 422
    )
    with db.transaction():
        row = next(row for row in queries.memberships_of(user_id=cast.lan) if row.role == "pho-cum")
    assert sign_in("hanh").post(f"/nguoi/vai-tro/{row.id}/ket-thuc").status_code == 404
    assert browser.post(f"/nguoi/vai-tro/{row.id}/ket-thuc").status_code == 302
    with db.transaction():
        assert not viewer_of(cast.lan).leads(k1)


def test_the_best_fitting_cluster_is_offered_first(db: Database, cast: Cast) -> None:
    with db.transaction():
        tuan = viewer_of(cast.tuan)
        literature = service.create_cluster(
            tuan, ClusterDetails("Cụm An Ngữ văn", scopes=(("mon-hoc", "ngu-van"),))
        )
        for cluster in (literature, queries.find_cluster(cast.clusters["K1"])):
            service.join_cluster(tuan, cluster, queries.find_organization(cast.schools["S05"]))
        lan = viewer_of(cast.lan)
        assert queries.default_cluster(lan, ["lop-7"], ["toan"]) == cast.clusters["K2"]
        assert queries.default_cluster(lan, ["lop-7"], ["ngu-van"]) == literature.id
        assert queries.default_cluster(lan, ["lop-2"], ["dao-duc"]) == cast.clusters["K1"]
        assert len(queries.clusters_for_contribution(lan)) == 3


def test_without_a_cluster_nothing_is_filled_in(db: Database, cast: Cast) -> None:
    with db.transaction():
        assert queries.default_cluster(viewer_of(cast.phuc), ["lop-7"], ["toan"]) is None
        assert queries.clusters_for_contribution(viewer_of(cast.phuc)) == []
        assert queries.default_cluster(GUEST) is None


def test_people_of_a_cluster_are_found_by_name_with_their_schools(db: Database, cast: Cast) -> None:
    with db.transaction():
        found = queries.people_of_cluster(cast.clusters["K2"], "hoa pham")
        assert [(row.username, row.schools) for row in found] == [("hoa", ("THCS Dốc Nắng",))]
        assert queries.schools_of_people([cast.lan, cast.tuan]) == {
            cast.lan: (cast.schools["S05"], "THCS Bờ Xe Nước")
        }
        assert [(user.username, role) for user, role in queries.leads_of(cast.clusters["K2"])] == [
            ("minh", "truong-cum")
        ]
