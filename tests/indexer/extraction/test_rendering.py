"""Thumbnails and page pictures through the child process."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from indexer.extraction import run_rendering
from tests.samples.hostile import pixel_flood
from tests.samples.media_types import DOCX, PDF
from tests.samples.pictures import (
    CANARY,
    clear_png,
    encrypted_pdf,
    noisy_png,
    photograph,
    scanned_pdf,
    tall_pdf,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    return path


def test_each_page_becomes_a_webp_of_the_asked_width(tmp_path: Path, folder: Path) -> None:
    pdf = scanned_pdf(tmp_path / "a.pdf", photograph(tmp_path / "p.jpg"), pages=3)
    rendered = run_rendering(pdf, media_type=PDF, folder=folder, pages=2, width=1000)
    assert [(picture.page, picture.width, picture.media_type) for picture in rendered] == [
        (1, 1000, "image/webp"),
        (2, 1000, "image/webp"),
    ]
    assert sorted(folder.iterdir()) == [picture.path for picture in rendered]
    with Image.open(rendered[0].path) as image:
        assert (image.format, image.size) == ("WEBP", (1000, rendered[0].height))
        assert 1410 < image.height < 1420
        assert image.getpixel((300, 200))[0] > 200  # the red half of the picture is there


def test_a_lying_photograph_is_turned_upright_and_tells_nothing(tmp_path: Path, folder: Path) -> None:
    photo = photograph(tmp_path / "p.jpg", lying=True)
    assert CANARY.encode() in photo.read_bytes()
    (picture,) = run_rendering(photo, media_type="image/jpeg", folder=folder, width=480)
    assert (picture.width, picture.height) == (480, 720)
    assert CANARY.encode() not in picture.path.read_bytes()
    with Image.open(picture.path) as image:
        assert not image.getexif()
        top, bottom = image.getpixel((240, 100)), image.getpixel((240, 650))
    assert (top[0] > 200, bottom[2] > 200) == (True, True)


def test_a_transparent_picture_stands_on_white(tmp_path: Path, folder: Path) -> None:
    (picture,) = run_rendering(clear_png(tmp_path / "a.png"), media_type="image/png", folder=folder)
    with Image.open(picture.path) as image:
        assert image.convert("L").getextrema()[0] > 250


def test_a_small_picture_is_not_blown_up(tmp_path: Path, folder: Path) -> None:
    photo = photograph(tmp_path / "p.jpg", size=(90, 60))
    (picture,) = run_rendering(photo, media_type="image/jpeg", folder=folder)
    assert (picture.width, picture.height) == (90, 60)


def test_noise_is_pressed_towards_the_budget(tmp_path: Path, folder: Path) -> None:
    (picture,) = run_rendering(
        noisy_png(tmp_path / "a.png"), media_type="image/png", folder=folder, width=1000, max_bytes=60_000
    )
    assert picture.path.stat().st_size < 120_000


def test_a_strip_of_a_page_is_bounded(tmp_path: Path, folder: Path) -> None:
    (picture,) = run_rendering(tall_pdf(tmp_path / "a.pdf"), media_type=PDF, folder=folder, width=480)
    assert picture.height <= 480 * 4 + 1


def test_a_pixel_flood_gives_no_picture(tmp_path: Path, folder: Path) -> None:
    flood = pixel_flood(tmp_path / "a.png", side=50_000)
    assert run_rendering(flood, media_type="image/png", folder=folder) == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/webp", PDF, DOCX])
def test_noise_gives_no_picture(tmp_path: Path, folder: Path, media_type: str) -> None:
    (tmp_path / "a").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    assert run_rendering(tmp_path / "a", media_type=media_type, folder=folder) == []


def test_an_encrypted_pdf_gives_no_picture(tmp_path: Path, folder: Path) -> None:
    assert run_rendering(encrypted_pdf(tmp_path / "a.pdf"), media_type=PDF, folder=folder) == []


def test_a_picture_under_another_media_type_is_not_opened(tmp_path: Path, folder: Path) -> None:
    assert run_rendering(clear_png(tmp_path / "a.jpg"), media_type="image/jpeg", folder=folder) == []


def test_pages_done_before_the_time_is_over_are_kept(tmp_path: Path, folder: Path) -> None:
    pdf = scanned_pdf(tmp_path / "a.pdf", photograph(tmp_path / "p.jpg"), pages=300)
    rendered = run_rendering(pdf, media_type=PDF, folder=folder, pages=300, width=1000, seconds=2.5)
    assert 0 < len(rendered) < 300
    assert all(picture.path.stat().st_size for picture in rendered)
