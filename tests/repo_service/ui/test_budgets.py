"""What a teacher on a slow line has to load, and what the content security policy lets a template hold."""

from __future__ import annotations

import gzip
import re
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from repo_service.ui.assets import DIST, AssetsMissing, asset, asset_path, manifest

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "repo_service").glob("**/templates/**/*.html"))
ICONS = set((ROOT / "frontend/icons.txt").read_text().split())
KB = 1024


def weight(name: str) -> int:
    """Bytes on the line: gzip, or as they are for woff2."""
    data = asset_path(name).read_bytes()
    return len(data) if name.endswith(".woff2") else len(gzip.compress(data, 9))


def without_jinja(text: str) -> str:
    """The template's own HTML; a NUL stands for each expression, so `badge-{{ x }}` is seen as unfinished."""
    text = re.sub(r"{#.*?#}", "", text, flags=re.S)
    text = re.sub(r"{%.*?%}", " ", text, flags=re.S)
    return re.sub(r"{{.*?}}", "\0", text, flags=re.S)


def test_the_stylesheet_stays_under_twelve_kilobytes() -> None:
    assert weight("kho.css") <= 12 * KB


def test_our_own_scripts_stay_small() -> None:
    assert weight("kho.js") <= 3 * KB


def test_the_upload_script_with_uppy_stays_under_thirty_kilobytes() -> None:
    assert weight("upload.js") <= 30 * KB


def test_only_pages_that_upload_load_the_upload_script() -> None:
    loading = {path for path in TEMPLATES if "asset('upload.js')" in path.read_text()}
    uploading = {path for path in TEMPLATES if "from 'macros/uploads.html'" in path.read_text()}
    assert loading
    assert loading <= uploading


def test_pdf_js_loads_on_the_page_of_one_document_only() -> None:
    loading = [path.name for path in TEMPLATES if re.search(r"asset\('pdf[.\w]*'\)", path.read_text())]
    assert loading == ["every_page.html"]
    assert weight("pdf.js") <= 170 * KB
    assert weight("pdf.worker.js") <= 420 * KB


def test_every_word_the_upload_script_shows_comes_from_the_template() -> None:
    scripts = [ROOT / "frontend/js/upload.js", *(ROOT / "frontend/js/upload").glob("*.js")]
    used = {word for path in scripts for word in re.findall(r"\bwords\.(\w+)", path.read_text())}
    states = {"waiting", "sending", "paused", "failed", "again", "done"}
    macro = (ROOT / "repo_service/ui/templates/macros/uploads.html").read_text()
    assert used | states == set(re.findall(r"'(\w+)': _\(", macro))


def test_the_assets_of_a_first_search_stay_under_ninety_five_kilobytes() -> None:
    fonts = [name for name in manifest() if name.endswith(".woff2")]
    assert len(fonts) == 4
    names = ["kho.css", "fonts.css", "kho.js", "htmx.js", "icons.svg", *fonts]
    assert sum(map(weight, names)) <= 95 * KB


def test_save_data_leaves_fonts_out_and_stays_under_forty_kilobytes() -> None:
    assert sum(map(weight, ["kho.css", "kho.js", "htmx.js", "icons.svg"])) <= 35 * KB


def test_built_files_need_nothing_the_content_policy_forbids() -> None:
    for name in ("kho.css", "fonts.css", "icons.svg"):
        text = asset_path(name).read_text()
        assert "data:" not in text, name
        assert "@import" not in text, name
        assert not re.search(r"url\([\"']?(https?:)?//", text), name


def test_the_stylesheet_uses_only_what_the_oldest_browsers_know() -> None:
    css = asset_path("kho.css").read_text()
    for newer in (":has(", "light-dark(", "color-mix(", "&:", "& "):
        assert newer not in css, newer


def test_fonts_know_every_vietnamese_letter() -> None:
    marks = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
    letters = {unicodedata.normalize("NFC", base + mark) for base in "aăâeêioôơuưy" for mark in marks} | {"đ"}
    letters |= {letter.upper() for letter in letters}
    for weight_name in (400, 600):
        font = TTFont(asset_path(f"fonts/be-vietnam-pro-{weight_name}.ttf"))
        known = {chr(code) for code in font.getBestCmap()}
        assert letters <= known


def test_asset_urls_are_hashed_and_unknown_names_are_refused() -> None:
    assert re.fullmatch(r"/static/dist/kho\.[0-9a-f]{10}\.css", asset("kho.css"))
    assert all((DIST / hashed).is_file() for hashed in manifest().values())
    with pytest.raises(AssetsMissing, match=r"makes no nothing\.js"):
        asset("nothing.js")


def test_licences_of_what_we_bundle_go_with_it() -> None:
    text = (DIST / "THIRD-PARTY.txt").read_text()
    # p-retry comes in through Uppy: what a package brings along counts too
    for name in (
        "@fontsource/be-vietnam-pro",
        "htmx.org",
        "lucide-static",
        "@uppy/core",
        "@uppy/aws-s3",
        "p-retry",
        "pdfjs-dist",
    ):
        assert name in text


def test_the_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "frontend/package-lock.json").read_text()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_inline_style_script_or_data_url(path: Path) -> None:
    html = without_jinja(path.read_text())
    assert not re.search(r"\sstyle\s*=", html)
    assert not re.search(r"\son[a-z]+\s*=", html)
    assert not re.search(r"<style|hx-on|javascript:", html)
    assert not re.search(r"(src|href)\s*=\s*[\"']data:", html)
    for script in re.findall(r"<script(.*?)</script>", html, flags=re.S):
        assert re.search(r"\ssrc=", script), "a script without src"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_class_and_icon_of_a_template_exists(path: Path) -> None:
    known = css_classes()
    text = path.read_text()
    used = {
        name
        for value in re.findall(r'\sclass="([^"]*)"', without_jinja(text))
        for name in value.split()
        if "\0" not in name
    }
    assert used <= known, f"no such class: {sorted(used - known)}"
    icons = set(re.findall(r"\bicon\('([^']+)'", text)) | set(re.findall(r"icon_name='([^']+)'", text))
    assert icons <= ICONS, f"add to frontend/icons.txt: {sorted(icons - ICONS)}"


def css_classes() -> set[str]:
    """Class names of the built stylesheet."""
    css = asset_path("kho.css").read_text()
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", css))
