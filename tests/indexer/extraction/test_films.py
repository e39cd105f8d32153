"""Films show a frame and tell how long they are, where ffmpeg is there; hostile ones end in time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PIL import Image

from indexer.extraction import Film, look_at_film
from indexer.extraction.programs import film_program
from tests.samples import films
from tests.samples.programs import install_only

real = pytest.mark.skipif(film_program() is None, reason="ffmpeg is not on this machine")


def test_without_the_program_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"film")
    install_only(monkeypatch, tmp_path / "bin")
    assert look_at_film(tmp_path / "a", "video/mp4", tmp_path) == (Film(), "no_program")


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"film")
    monkeypatch.setattr("indexer.extraction.program_runs.FILM_SECONDS", 2.0)
    install_only(monkeypatch, tmp_path / "bin", ffmpeg="/bin/sleep 60", ffprobe="/bin/sleep 60")
    began = time.monotonic()
    assert look_at_film(tmp_path / "a", "video/mp4", tmp_path) == (Film(), "timeout")
    assert time.monotonic() - began < 40


@real
@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp4", "video/mp4"), ("a.webm", "video/webm"), ("a.mov", "video/quicktime")]
)
def test_a_film_gives_a_frame_and_its_length(tmp_path: Path, name: str, kind: str) -> None:
    found, reason = look_at_film(films.film(tmp_path / name), kind, tmp_path)
    assert reason is None
    assert found.seconds == pytest.approx(3, abs=0.3)
    assert found.frame is not None
    with Image.open(found.frame) as image:
        assert image.size == (640, 360)


@real
@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp3", "audio/mpeg"), ("a.wav", "audio/wav"), ("a.ogg", "audio/ogg")]
)
def test_a_recording_gives_its_length_and_no_frame(tmp_path: Path, name: str, kind: str) -> None:
    found, reason = look_at_film(films.recording(tmp_path / name), kind, tmp_path)
    assert (found.frame, reason) == (None, None)
    assert found.seconds == pytest.approx(2, abs=0.2)


@real
def test_a_playlist_in_a_films_clothes_reads_no_other_file(tmp_path: Path) -> None:
    other = films.film(tmp_path / "other.mp4")
    (tmp_path / "a").write_text(f"#EXTM3U\n#EXTINF:3,\n{other}\n#EXT-X-ENDLIST\n")
    found, _ = look_at_film(tmp_path / "a", "video/mp4", tmp_path)
    assert found == Film()
