"""Drafts are edited, published works corrected, new versions added: with If-Match, and nobody overwritten."""

from __future__ import annotations

import io

from repo_service.derivatives.models import FileText
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import find_version
from repo_service.resources.service import move_version, publish_version, submit
from tests.cast import Cast
from tests.factories import draft, published, stored_file, viewer_of


def tagged(browser, resource_id: str) -> dict[str, str]:
    return {"If-Match": browser.get(f"/api/resources/{resource_id}").headers["ETag"]}


def test_a_change_needs_the_etag_that_was_read(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = draft(cast.lan, cast.clusters["K2"])[0].id
    lan, url = sign_in("lan"), f"/api/resources/{resource_id}"
    old = tagged(lan, resource_id)
    assert lan.patch(url, json={"title": "Mới"}).status_code == 428
    first = lan.patch(url, json={"title": "Mới"}, headers=old)
    assert first.status_code == 200 and first.json["title"] == "Mới"
    assert lan.patch(url, json={"title": "Đè lên"}, headers=old).status_code == 412
    assert lan.patch(url, json={"title": "x"}, headers={"If-Match": "*"}).status_code == 412
    assert lan.get(url).json["title"] == "Mới"
    assert (
        lan.patch(url, json={"title": "Nữa"}, headers={"If-Match": first.headers["ETag"]}).status_code == 200
    )


def test_rights_are_asked_before_the_body(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = published(cast.lan, cast.clusters["K2"]).id
    answer = sign_in("quang").patch(
        f"/api/resources/{resource_id}", json={"khong": "co"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 404
    assert (
        sign_in("quang").post(f"/api/resources/{resource_id}/versions", json={"khong": 1}).status_code == 404
    )


def test_a_correction_is_a_minor_version_with_its_difference(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = published(cast.lan, cast.clusters["K2"]).id
    lan, url = sign_in("lan"), f"/api/resources/{resource_id}"
    answer = lan.patch(url, json={"title": "Tên đã sửa", "week": 20}, headers=tagged(lan, resource_id))
    assert answer.status_code == 200
    assert (answer.json["version"], answer.json["minor"], answer.json["state"]) == (1, 1, "published")
    with db.session(writing=False) as session:
        kept = session.get_one(ResourceVersion, session.get_one(Resource, resource_id).current_version_id)
        assert kept.differences["week"] == [None, 20] and set(kept.differences) == {"title", "week"}
    by_lead = sign_in("minh")
    assert by_lead.patch(url, json={"week": 21}, headers=tagged(by_lead, resource_id)).status_code == 200


def test_files_of_a_published_version_never_change(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = published(cast.lan, cast.clusters["K2"]).id
    lan, url = sign_in("lan"), f"/api/resources/{resource_id}"
    for body in ({"files": []}, {"links": []}, {"rights": "nguon-mo"}):
        answer = lan.patch(
            url,
            json=body if body != {"links": []} else {"links": [{"url": "https://a.vn"}]},
            headers=tagged(lan, resource_id),
        )
        assert answer.status_code == 422, answer.json
    assert lan.get(url).json["minor"] == 0
    wide = lan.patch(url, json={"visibility": "cong-khai"}, headers=tagged(lan, resource_id))
    assert wide.status_code == 422 and "visibility" in wide.json["errors"]
    emptied = lan.patch(url, json={"title": "  "}, headers=tagged(lan, resource_id))
    assert emptied.status_code == 422 and "title" in emptied.json["errors"]


def test_what_is_on_review_is_not_edited(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource, version = draft(cast.lan, cast.clusters["K2"])
        submit(viewer_of(cast.lan), resource, version)
    lan = sign_in("lan")
    assert (
        lan.patch(
            f"/api/resources/{resource.id}", json={"title": "x"}, headers=tagged(lan, resource.id)
        ).status_code
        == 409
    )
    assert lan.get(f"/hoc-lieu/{resource.id}/sua").status_code == 409


def test_a_new_version_needs_a_note_and_keeps_the_files(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = published(cast.lan, cast.clusters["K2"]).id
    lan, url = sign_in("lan"), f"/api/resources/{resource_id}/versions"
    refused = lan.post(url, json={})
    assert refused.status_code == 422 and "change_note" in refused.json["errors"]
    made = lan.post(url, json={"change_note": "Thêm mức dễ", "title": "Tên mới"})
    assert made.status_code == 201 and made.json["version"] == 2 and len(made.json["files"]) == 1
    assert lan.get(f"/api/resources/{resource_id}").json["version"] == 1  # the shown one stays
    assert lan.get(f"/api/resources/{resource_id}?version=2").json["title"] == "Tên mới"
    assert lan.post(url, json={"change_note": "Nữa"}).status_code == 409
    changed = lan.patch(
        f"/api/resources/{resource_id}?version=2", json={"week": 3}, headers=tagged(lan, resource_id)
    )
    assert changed.status_code == 200 and changed.json["version"] == 2 and changed.json["week"] == 3


def test_two_versions_are_compared(db, cast: Cast, sign_in) -> None:
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"], title="Bản một")
        new_file = stored_file(cast.lan, "phieu.txt", b"khac", text_state="ready")
        session.flush()
        first = find_version(resource, resource.current_version_id)
        session.add(FileText(file_id=first.files[0].file_id, text="Dòng chung\nDòng cũ"))
        session.add(FileText(file_id=new_file.id, text="Dòng chung\nDòng mới <script>"))
    lan = sign_in("lan")
    made = lan.post(
        f"/api/resources/{resource.id}/versions", json={"change_note": "Đổi phiếu", "title": "Bản hai"}
    )
    assert made.status_code == 201
    with db.transaction() as session:
        owner = session.get_one(Resource, resource.id)
        second = find_version(owner, owner.working_version_id)
        second.files.append(VersionFile(file_id=new_file.id, position=1, name="phieu.txt"))
        second.state = "in_review"
        move_version(cast.hoa, owner, second, "approve")
        publish_version(cast.hoa, owner, second)
    page = sign_in("quang").get(f"/hoc-lieu/{resource.id}/so-sanh?tu=1&den=2").get_data(as_text=True)
    assert "Bản một" in page and "Bản hai" in page and "phieu.txt" in page
    assert "Dòng mới &lt;script&gt;" in page and "Dòng mới <script>" not in page
    assert lan.get(f"/hoc-lieu/{resource.id}/so-sanh?tu=1").status_code == 404
    assert lan.get(f"/hoc-lieu/{resource.id}/so-sanh?tu=1&den=9").status_code == 404
    old = sign_in("quang").get(f"/hoc-lieu/{resource.id}/phien-ban/1").get_data(as_text=True)
    assert "bản cũ" in old and f'href="/hoc-lieu/{resource.id}"' in old


def test_published_information_is_corrected_on_a_page(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = published(cast.lan, cast.clusters["K2"]).id
    lan, url = sign_in("lan"), f"/hoc-lieu/{resource_id}/sua-thong-tin"
    assert lan.get(url).status_code == 200
    revision = lan.get(f"/api/resources/{resource_id}").json["revision"]
    sent = {
        "title": "Tên sửa trên trang",
        "type": "khbd",
        "subjects": ["toan", ""],
        "grades": ["lop-6"],
        "grades__shown": "1",
        "revision": revision,
    }
    refused = lan.post(url, data={**sent, "week": "99"})
    assert refused.status_code == 422 and "Tên sửa trên trang" in refused.get_data(as_text=True)
    assert lan.post(url, data=sent).status_code == 303
    stale = lan.post(url, data={**sent, "title": "Đè"})
    assert stale.status_code == 422 and "Có người vừa sửa" in stale.get_data(as_text=True)
    assert sign_in("quang").get(url).status_code == 404


def test_a_new_version_starts_from_a_page_without_a_script(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = published(cast.lan, cast.clusters["K2"]).id
    lan, url = sign_in("lan"), f"/hoc-lieu/{resource_id}/phien-ban-moi"
    assert lan.get(url).status_code == 200
    assert lan.post(url, data={"change_note": ""}).status_code == 422
    made = lan.post(
        url, data={"change_note": "Tệp mới", "file": (io.BytesIO("Bài mới hẳn.".encode()), "Bài mới.txt")}
    )
    assert made.status_code == 303 and made.headers["Location"].endswith("/sua")
    assert [file["name"] for file in lan.get(f"/api/resources/{resource_id}?version=2").json["files"]] == [
        "Bài mới.txt"
    ]
    assert "Bài mới.txt" in lan.get(f"/hoc-lieu/{resource_id}/sua").get_data(as_text=True)
