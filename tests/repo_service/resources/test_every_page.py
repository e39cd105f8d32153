"""A document page by page: the PDF it is, or the one made of it; with pictures of pages where no script runs."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from indexer.extraction import Extracted
from repo_service.core.backends import storage
from repo_service.core.db import Database, current_session
from repo_service.derivatives.models import PDF_PAGE, Picture
from repo_service.derivatives.service import Made, record_derivatives
from repo_service.files.models import StoredFile
from repo_service.resources import succession
from repo_service.resources.models import Resource
from repo_service.resources.queries import files_of
from storage_adapters import object_key
from tests.cast import Cast
from tests.factories import counted_statements, published, viewer_of
from tests.repo_service.files.samples import pdf
from tests.samples.media_types import DOCX, PDF

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def paper(db: Database, cast: Cast) -> tuple[str, str]:
    """(work, file) of Lan's Word document, of which pages and a PDF were made; seen in the cluster only."""
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"], visibility="cum")
        listed = files_of([str(resource.current_version_id)])[0]
        file = current_session().get_one(StoredFile, listed.id)
        file.media_type = DOCX
        content = pdf(3)
        pictures = [
            _kept(file.id, PDF_PAGE, content, PDF),
            *(_kept(file.id, n, b"RIFF", "image/webp") for n in (0, 1)),
        ]
        record_derivatives(file, Made(Extracted(text="Phân số", pages=3), tuple(pictures)))
        return resource.id, file.id


def _kept(file_id: str, page: int, content: bytes, media_type: str) -> Picture:
    key = object_key(f"{file_id}-{page if page >= 0 else 'pdf'}", "pictures")
    storage().put(key, io.BytesIO(content), len(content))
    return Picture(
        file_id=file_id, page=page, key=key, media_type=media_type, width=240, height=340, size=len(content)
    )


def test_an_office_file_is_read_page_by_page_as_a_pdf(sign_in: SignIn, paper: tuple[str, str]) -> None:
    work, file = paper
    lan = sign_in("lan")
    page = lan.get(f"/hoc-lieu/{work}").get_data(as_text=True)
    assert f'href="/hoc-lieu/{work}/xem/{file}"' in page and "PDF " in page
    viewer = lan.get(f"/hoc-lieu/{work}/xem/{file}").get_data(as_text=True)
    address = f"/api/resources/{work}/files/{file}/pdf?inline=1"
    assert f'data-pdf="{address}"' in viewer and f"/hinh/{file}/1.webp" in viewer, "pictures without a script"
    assert 'type="module"' in viewer and "pdf.js" not in page
    shown = lan.get(address)
    assert (shown.status_code, shown.mimetype, shown.data[:5]) == (200, PDF, b"%PDF-")
    assert shown.headers["Content-Disposition"].startswith("inline")
    part = lan.get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"%PDF")
    assert lan.get(address, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304


def test_reading_counts_nothing_and_downloading_once(
    sign_in: SignIn, db: Database, paper: tuple[str, str]
) -> None:
    work, file = paper
    lan = sign_in("lan")
    lan.get(f"/api/resources/{work}/files/{file}/pdf?inline=1")
    taken = lan.get(f"/api/resources/{work}/files/{file}/pdf")
    assert unquote(taken.headers["Content-Disposition"]).rstrip('"').endswith(".pdf")
    with db.session(writing=False) as session:
        assert session.get_one(Resource, work).download_count == 1


def test_who_may_not_read_the_work_finds_neither_page_nor_pdf(
    sign_in: SignIn, client: FlaskClient, paper: tuple[str, str]
) -> None:
    work, file = paper
    paths = (f"/hoc-lieu/{work}/xem/{file}", f"/api/resources/{work}/files/{file}/pdf")
    assert [sign_in("quang").get(path).status_code for path in paths] == [404, 404]
    assert client.get(paths[1]).status_code == 404
    assert [sign_in("lan").get(path.replace(file, "0" * 16)).status_code for path in paths] == [404, 404]


def test_a_file_without_a_pdf_has_no_such_page(sign_in: SignIn, db: Database, cast: Cast) -> None:
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"])
        file = files_of([str(resource.current_version_id)])[0].id
    lan = sign_in("lan")
    assert lan.get(f"/hoc-lieu/{resource.id}/xem/{file}").status_code == 404
    assert lan.get(f"/api/resources/{resource.id}/files/{file}/pdf").status_code == 404
    assert "/xem/" not in lan.get(f"/hoc-lieu/{resource.id}").get_data(as_text=True)


def test_a_quarantined_file_shows_nothing_that_was_made_of_it(
    sign_in: SignIn, db: Database, paper: tuple[str, str]
) -> None:
    work, file = paper
    with db.transaction() as session:
        session.get_one(StoredFile, file).state = "quarantined"
    lan = sign_in("lan")
    assert lan.get(f"/api/resources/{work}/files/{file}/pdf").status_code == 404
    assert lan.get(f"/hoc-lieu/{work}/xem/{file}").status_code == 404


def test_the_page_costs_no_more_than_the_works_own(
    sign_in: SignIn, db: Database, paper: tuple[str, str]
) -> None:
    work, file = paper
    lan = sign_in("lan")
    lan.get(f"/hoc-lieu/{work}")
    with counted_statements(db) as statements:
        assert lan.get(f"/hoc-lieu/{work}/xem/{file}").status_code == 200
    assert len(statements) <= 4, statements


def test_a_list_shows_thumbnails_late_and_sized_and_none_to_who_saves_data(
    sign_in: SignIn, cast: Cast, paper: tuple[str, str]
) -> None:
    work, file = paper
    lan, cluster = sign_in("lan"), f"/cum/{cast.clusters['K2']}"
    shown = lan.get(cluster).get_data(as_text=True)
    [picture] = [tag for tag in shown.split("<img")[1:] if f"/hinh/{file}/0.webp" in tag.partition(">")[0]]
    for attribute in ('loading="lazy"', 'width="56"', 'height="76"', 'alt="Hình của '):
        assert attribute in picture
    assert lan.get(picture.split('src="')[1].partition('"')[0]).mimetype == "image/webp"
    saving = lan.get(cluster, headers={"Save-Data": "on"}).get_data(as_text=True)
    assert f"/hoc-lieu/{work}" in saving and "/hinh/" not in saving


def test_a_link_to_a_picture_is_dead_once_the_work_is_withdrawn(
    sign_in: SignIn, db: Database, cast: Cast, paper: tuple[str, str]
) -> None:
    work, file = paper
    lan = sign_in("lan")
    viewer = lan.get(f"/hoc-lieu/{work}/xem/{file}").get_data(as_text=True)
    [link] = re.findall(rf'src="(/hinh/{file}/1\.webp[^"]*)"', viewer)
    assert lan.get(html.unescape(link)).status_code == 200
    with db.transaction():
        succession.withdraw(viewer_of(cast.minh), current_session().get_one(Resource, work), "Lộ tên học sinh")
    assert lan.get(html.unescape(link)).status_code == 404
