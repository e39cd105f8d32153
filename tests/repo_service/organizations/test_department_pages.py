"""The department keeps schools, clusters, lists and settings; nobody else sees those pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.curriculum.models import Term
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations import queries
from repo_service.organizations.models import Cluster, Organization
from repo_service.organizations.province_settings import province_setting
from tests.cast import Cast

SignIn = Callable[[str], FlaskClient]
PAGES = [
    "/so",
    "/so/truong",
    "/so/truong/sap-nhap",
    "/so/cum",
    "/so/cum/sap-nhap",
    "/so/danh-muc",
    "/so/danh-muc/subjects",
    "/so/cai-dat",
    "/nguoi",
]


def page(browser: FlaskClient, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def send(browser: FlaskClient, path: str, status: int = 302, **form: object) -> str:
    answer = browser.post(path, data=form)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_the_department_opens_every_page(sign_in: SignIn, path: str) -> None:
    assert "<h1>" in page(sign_in("tuan"), path)


@pytest.mark.parametrize("path", PAGES)
def test_a_teacher_finds_none_of_them(sign_in: SignIn, path: str) -> None:
    page(sign_in("lan"), path, 404)


@pytest.mark.parametrize("path", PAGES)
def test_a_guest_is_asked_to_sign_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap?next=")


def test_a_cluster_lead_changes_no_cluster(sign_in: SignIn, cast: Cast) -> None:
    send(sign_in("minh"), f"/so/cum/{cast.clusters['K2']}", 404, name="Cụm của tôi")


def test_a_new_school_is_found_without_marks(sign_in: SignIn) -> None:
    browser = sign_in("tuan")
    send(
        browser,
        "/so/truong",
        name="THCS  Dốc Gió",
        kind="truong",
        institution_type="truong-thcs",
        levels="thcs",
        code="T-NEW",
    )
    assert "THCS Dốc Gió" in page(browser, "/so/truong?q=doc+gio")
    assert "THCS Dốc Nắng" not in page(browser, "/so/truong?q=doc+gio")


def test_a_wrong_form_keeps_what_was_typed(sign_in: SignIn, db: Database) -> None:
    text = send(
        sign_in("tuan"),
        "/so/truong",
        422,
        name="THCS Mây Hồng",
        institution_type="no-such-type",
        code="T-S05",
    )
    assert 'value="THCS Mây Hồng"' in text
    assert "Mã này đã dùng cho một đơn vị khác." in text
    assert "Chọn một loại hình trong danh sách." in text
    with db.transaction() as session:
        assert session.scalar(select(Organization).where(Organization.name == "THCS Mây Hồng")) is None


def test_a_renamed_school_is_found_by_its_old_name(sign_in: SignIn, cast: Cast) -> None:
    browser, path = sign_in("tuan"), f"/so/truong/{cast.schools['S05']}"
    send(browser, path, name="THCS Bến Sông", kind="truong", institution_type="truong-thcs")
    assert "Tên cũ: THCS Bờ Xe Nước" in page(browser, path)
    assert "THCS Bến Sông" in page(browser, "/so/truong?q=bo+xe+nuoc")


def test_a_cluster_is_founded_with_decision_and_scopes(sign_in: SignIn, db: Database) -> None:
    send(
        sign_in("tuan"), "/so/cum", name="Cụm Ngữ văn THCS", scopes=["mon-hoc:ngu-van", "cap-hoc:thcs"],
        field_scope="văn hóa đọc", decision_number="12/QĐ-SGDĐT", decision_date="2026-08-15",
    )  # fmt: skip
    with db.transaction() as session:
        cluster = session.scalars(select(Cluster).where(Cluster.name == "Cụm Ngữ văn THCS")).one()
        assert {(scope.kind, scope.value) for scope in cluster.scopes} == {
            ("mon-hoc", "ngu-van"), ("cap-hoc", "thcs"), ("linh-vuc", "văn hóa đọc"),
        }  # fmt: skip
        assert str(cluster.decision_date) == "2026-08-15"
        assert cluster.from_year == "2026-2027"


@pytest.mark.parametrize(
    "form",
    [{"scopes": "mon-hoc:no-such"}, {"scopes": "made-up:thcs"}, {"decision_date": "15/8"}, {"name": " "}],
)
def test_a_cluster_that_does_not_read_is_refused(sign_in: SignIn, form: dict[str, str]) -> None:
    send(sign_in("tuan"), "/so/cum", 422, **{"name": "Cụm thử", **form})


def test_a_school_joins_and_leaves_a_second_cluster(sign_in: SignIn, db: Database, cast: Cast) -> None:
    browser, school, k1 = sign_in("tuan"), cast.schools["S05"], cast.clusters["K1"]
    send(browser, f"/so/cum/{k1}/truong", organization_id=school, from_year="2026-2027")
    assert "Trường này đã ở trong cụm." in send(
        browser, f"/so/cum/{k1}/truong", 422, organization_id=school, from_year="2026-2027"
    )
    with db.transaction():
        assert {cluster.id for cluster in queries.clusters_of_school(school)} == {k1, cast.clusters["K2"]}
        membership = next(
            row for row in queries.memberships_of(cluster_id=k1) if row.organization_id == school
        )
    send(browser, f"/so/thanh-vien/{membership.id}/ket-thuc", to_year="")
    with db.transaction():
        assert [cluster.id for cluster in queries.clusters_of_school(school)] == [cast.clusters["K2"]]


def test_a_school_joins_next_year_only_once(sign_in: SignIn, db: Database, cast: Cast) -> None:
    browser, path = sign_in("tuan"), f"/so/cum/{cast.clusters['K1']}/truong"
    form = {"organization_id": cast.schools["S05"], "from_year": "2027-2028"}
    send(browser, path, **form)
    send(browser, path, 422, **form)
    with db.transaction():
        assert not queries.is_member(cast.clusters["K1"], cast.schools["S05"], "2026-2027")
        assert queries.is_member(cast.clusters["K1"], cast.schools["S05"], "2027-2028")


def test_no_page_uses_an_id_twice(sign_in: SignIn, cast: Cast) -> None:
    browser = sign_in("quantri")
    own = [
        f"/so/truong/{cast.schools['S05']}",
        f"/so/cum/{cast.clusters['K2']}",
        f"/nguoi/{cast.lan}",
        "/tai-khoan",
    ]
    for path in [*PAGES, *own]:
        ids = re.findall(r'\sid="([^"]+)"', page(browser, path))
        assert len(ids) == len(set(ids)), (path, sorted(found for found in ids if ids.count(found) > 1))


def test_two_clusters_are_merged_on_the_page(sign_in: SignIn, cast: Cast) -> None:
    browser, ids = sign_in("tuan"), list(cast.clusters.values())
    assert "Chọn ít nhất hai đơn vị." in send(
        browser, "/so/cum/sap-nhap", 422, ids=ids[:1], name="Cụm chung", from_year="2026-2027"
    )
    send(browser, "/so/cum/sap-nhap", ids=ids, name="Cụm chung", from_year="2026-2027")
    old = page(browser, f"/so/cum/{ids[0]}")
    assert "Cụm này đã được sắp xếp lại." in old and "Cụm chung" in old
    assert "Cụm chung" in page(browser, "/so/cum?q=ven+bien")


def test_split_pages_show_and_work(sign_in: SignIn, cast: Cast) -> None:
    browser, k2, s05 = sign_in("tuan"), cast.clusters["K2"], cast.schools["S05"]
    assert "THCS Dốc Nắng" in page(browser, f"/so/cum/{k2}/tach")
    form = {"first_name": "Cụm Một", "second_name": "Cụm Hai", "second": [s05], "from_year": "2026-2027"}
    send(browser, f"/so/cum/{k2}/tach", **form)
    assert "Cụm Hai" in page(browser, f"/so/truong/{s05}")
    assert "Võ Thị Thảo" in page(browser, f"/so/truong/{s05}/tach")
    send(
        browser,
        f"/so/truong/{s05}/tach",
        first_name="Trường Một",
        second_name="Trường Hai",
        second=[cast.thao],
        from_year="2026-2027",
    )
    assert "Trường Hai" in page(browser, f"/nguoi/{cast.thao}")
    assert "Trường Một" in page(browser, f"/nguoi/{cast.lan}")


def test_every_list_has_a_name_that_people_know(sign_in: SignIn) -> None:
    named = re.findall(r'href="/so/danh-muc/(\w+)">([^<]+)<', page(sign_in("tuan"), "/so/danh-muc"))
    assert len(named) > 30
    assert [name for name, title in named if name == title] == []


def test_a_new_label_is_shown_at_once_and_the_old_one_still_found(sign_in: SignIn, db: Database) -> None:
    send(
        sign_in("tuan"),
        "/so/danh-muc/subjects/toan",
        label="Toán học",
        aliases="Toán số; Số học",
        position="3",
    )
    with db.transaction() as session:
        assert vocabularies().label("subjects", "toan") == "Toán học"
        term = session.get_one(Term, ("subjects", "toan"))
        assert {"Toán", "Toán số", "Số học"} <= set(term.aliases)
        assert term.code == "toan"


def test_a_term_is_added_and_retired_and_its_code_never_reused(sign_in: SignIn, db: Database) -> None:
    browser = sign_in("tuan")
    send(browser, "/so/danh-muc/themes", label="Ứng phó mưa bão")
    send(browser, "/so/danh-muc/themes/ung-pho-mua-bao/ngung")
    with db.transaction():
        assert vocabularies().label("themes", "ung-pho-mua-bao") == "Ứng phó mưa bão"
        assert "ung-pho-mua-bao" not in dict(vocabularies().choices("themes"))
    send(browser, "/so/danh-muc/themes", 422, label="Ứng phó mưa bão")
    send(browser, "/so/danh-muc/themes/ung-pho-mua-bao/dung-lai")
    with db.transaction():
        assert "ung-pho-mua-bao" in dict(vocabularies().choices("themes"))


def test_lists_that_the_program_knows_get_no_new_codes(sign_in: SignIn) -> None:
    browser = sign_in("tuan")
    send(browser, "/so/danh-muc/roles", 422, label="Trưởng phòng")
    send(browser, "/so/danh-muc/roles/giao-vien/ngung", 422)
    page(browser, "/so/danh-muc/no-such-list", 404)


def test_a_setting_changes_at_once_and_is_audited(sign_in: SignIn, db: Database, cast: Cast) -> None:
    send(sign_in("tuan"), "/so/cai-dat", **{"review.peer_reviewers_min": "2"})
    with db.transaction() as session:
        assert province_setting("review.peer_reviewers_min") == 2
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "province_setting.changed")
        ).one()
        assert (entry.actor_id, entry.values["before"], entry.values["after"]) == (cast.tuan, 1, 2)


def test_one_wrong_setting_saves_none(sign_in: SignIn, db: Database) -> None:
    text = send(
        sign_in("tuan"), "/so/cai-dat", 422, **{"review.peer_reviewers_min": "2", "duty.deadline": "31/2"}
    )
    assert "31/2" in text
    with db.transaction():
        assert province_setting("review.peer_reviewers_min") == 1
