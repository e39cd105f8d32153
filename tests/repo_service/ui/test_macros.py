"""Every macro renders in a plain environment, with classes and icons that exist."""

from __future__ import annotations

import html as entities
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from repo_service.ui.assets import icon
from repo_service.ui.formats import FILTERS

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "repo_service/ui/templates"
VOID = {"input", "meta", "link", "br", "img", "hr", "use", "path", "rect"}
STATES = [
    "draft",
    "in_review",
    "changes_requested",
    "declined",
    "approved",
    "published",
    "replaced",
    "retired",
    "withdrawn",
    "due_for_review",
]
TYPES = [
    "khbd",
    "bai-giang-so",
    "ngan-hang-cau-hoi",
    "cong-cu-danh-gia",
    "video-bai-hoc",
    "goi-chu-de",
    "hoc-lieu-so",
    "chuyen-de",
    "san-pham-khac",
]
EVIL = '"><script>alert(1)</script>'


class Page(HTMLParser):
    """Balanced tags, ids, classes and references of one piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.classes: set[str] = set()
        self.described: set[str] = set()
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert len(values) == len(attrs), f"an attribute twice on <{tag}>: {attrs}"
        self.ids += [values["id"]] if values.get("id") else []
        self.classes |= set((values.get("class") or "").split())
        self.described |= set((values.get("aria-describedby") or "").split())
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def env() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(lambda text: text, lambda one, many, n: one, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(asset=lambda name: f"/static/dist/{name}", icon=icon, csrf_token=lambda: "k3y")
    made.filters.update(FILTERS)
    return made


def render(env: Environment, source: str, **values: object) -> str:
    """Renders a template that imports what it uses; checks tags, ids, classes and icons."""
    html = env.from_string(source).render(**values)
    page = Page(html)
    assert len(set(page.ids)) == len(page.ids), page.ids
    assert page.described <= set(page.ids)
    css = "".join(path.read_text() for path in (ROOT / "frontend/css").glob("[1-6]*.css"))
    unknown = {name for name in page.classes if f".{name}" not in css and not name.startswith("ext-")}
    assert not unknown
    icons = set((ROOT / "frontend/icons.txt").read_text().split())
    assert set(re.findall(r"icons\.svg#([a-z0-9-]+)", html)) <= icons
    assert "alert(1)</script>" not in html
    return html


@pytest.mark.parametrize("code", STATES)
def test_every_state_has_its_words_and_a_sign(env: Environment, code: str) -> None:
    html = render(env, "{% from 'macros/labels.html' import state %}{{ state(code) }}", code=code)
    assert "<svg" in html and re.search(r"</svg>\w", html)


def test_an_active_resource_needs_no_badge(env: Environment) -> None:
    assert render(env, "{% from 'macros/labels.html' import state %}{{ state('active') }}").strip() == ""


@pytest.mark.parametrize("code", TYPES)
def test_every_material_type_has_a_tile_and_a_label(env: Environment, code: str) -> None:
    source = "{% from 'macros/labels.html' import tile, type_label %}{{ tile(code) }}{{ type_label(code) }}"
    html = render(env, source, code=code)
    assert "tile" in html


def test_a_card_links_once_to_its_page_and_escapes_what_people_typed(env: Environment) -> None:
    resource = {
        "href": "/hoc-lieu/1", "title": EVIL, "type": "khbd", "facts": ["Toán 6", EVIL], "version": 2,
        "version_day": "02/10/2026", "annual_year": "2026-2027",
        "due_for_review": True, "taught": "Đã dạy ở 5 trường",
        "download": {"href": "/tai/1", "label": "Tải DOCX · 412 KB"}, "save_url": "/luu/1", "saved": True,
    }  # fmt: skip
    html = render(env, "{% from 'macros/resources.html' import card %}{{ card(r) }}", r=resource)
    assert html.count('href="/hoc-lieu/1"') == 1
    assert "2026–2027" in html and 'aria-pressed="true"' in html


def test_a_minimal_card_renders_without_optional_parts(env: Environment) -> None:
    resource = {"href": "/x", "title": "Bài", "type": "khbd"}
    html = render(env, "{% from 'macros/resources.html' import card %}{{ card(r) }}", r=resource)
    assert "card-acts" not in html


@pytest.mark.parametrize("kind", ["text", "textarea", "select"])
def test_a_field_ties_its_hint_error_and_label_together(env: Environment, kind: str) -> None:
    source = """{% from 'macros/forms.html' import field %}
        {{ field('title', 'Tên bài', kind, value, [(1, 'một'), (2, 'hai')],
                 hint='ngắn', error=error, guess='đoán', maxlength=200) }}"""
    bad = render(env, source, kind=kind, value=EVIL, error="Cho bài một cái tên.")
    assert 'aria-invalid="true"' in bad and "data-invalid" in bad and 'maxlength="200"' in bad
    assert "field-guessed" not in bad
    good = render(env, source, kind=kind, value=2, error=None)
    assert "field-guessed" in good and ("selected" in good) == (kind == "select")


def test_the_drop_zone_carries_words_as_json(env: Environment) -> None:
    text = render(
        env,
        "{% from 'macros/uploads.html' import drop, status %}{{ drop('Word, PDF.') }}{{ status() }}",
    )
    words = json.loads(entities.unescape(re.search(r'data-words="([^"]*)"', text)[1]))  # type: ignore[index]
    assert {
        "sending",
        "waiting",
        "paused",
        "again",
        "failed",
        "done",
        "part",
        "left",
        "running",
        "lost",
        "refused",
    } == set(words)
    assert {"pause", "resume", "retry", "again", "remove"} == set(re.findall(r'data-act="(\w+)"', text))


def test_the_page_turner_waits_hidden_for_its_script(env: Environment) -> None:
    html = render(env, "{% from 'macros/pages.html' import turner %}{{ turner(12) }}")
    assert re.search(r"data-turner hidden", html)
    assert re.findall(r'data-turn="(-?1)"', html) == ["-1", "1"]
    assert "</span>/12" in html


SOURCES = {
    "forms": """
        {% from 'macros/forms.html' import choices, error_summary, segment %}
        {{ error_summary([('ten', x)]) }}
        {{ choices('radio', 'src', 'Nguồn', [('a', 'Tự làm')], ['a'], error=x) }}
        {{ segment('s', [('ok', 'Ổn', ''), ('fix', 'Sửa', 'fix')]) }}""",
    "search": """
        {% from 'macros/search.html' import search_box, suggestions, understood, chips with context %}
        {{ search_box('/tim', x, '/goi-y', live_target='#ket-qua') }}
        <ul>{{ suggestions([{'value': x}], [{'href': '/', 'title': x}]) }}</ul>
        {{ understood([{'label': x, 'href': '?'}, {'label': x}]) }}
        {{ chips([{'label': x, 'href': '#', 'current': 1}]) }}""",
    "facets": """
        {% from 'macros/search.html' import facet, facet_sheet, more, sheet_button %}
        {{ sheet_button(2) }}
        {% call facet_sheet('/tim', 'ket-qua', 18, '/tim', x) %}
          {{ facet('grade', 'Lớp', [{'value': 'lop-6', 'label': x, 'count': 3, 'on': true}]) }}
        {% endcall %}
        {{ more('?page=2', 8, 18, 'ds') }}""",
    "feedback": """
        {% from 'macros/feedback.html' import notice, empty, toast, confirm, skeleton %}
        {% call notice(x, x, 'bad', 'alert') %}<a href='#'>a</a>{% endcall %}{{ notice(x) }}
        {{ empty(x, x) }}{{ toast(x) }}{{ confirm('hoi', x, x, '/lam', 'Công bố') }}{{ skeleton() }}""",
    "reviews": """
        {% from 'macros/reviews.html' import checklist, thread, anchor %}
        {{ checklist([{'name': 'm1', 'label': x, 'hint': x, 'value': 'fix'}]) }}
        {% set note = {'author': 'Cô Hoa', 'at': 'hôm nay', 'text': x} %}
        {{ thread({'number': 1, 'quote': x, 'notes': [note]}) }}
        {% call thread({'number': 3, 'notes': [note]}) %}<button>Trả lời</button>{% endcall %}
        {{ thread({'number': 2, 'done': x}) }}{{ anchor(1, x, true) }}""",
    "duty": """
        {% from 'macros/duty.html' import sentence, cell, turns %}
        {{ sentence(x) }}{{ cell('bad', x, 'l-1') }}{{ cell('ok', x) }}{{ turns('Toán', 1, 2) }}""",
    "structure": """
        {% from 'macros/structure.html' import crumbs, page_head, section_head, tabs, copy_link %}
        {{ crumbs([(x, '/'), (x, none)]) }}
        {% call page_head(x, x) %}b{% endcall %}{{ section_head(x, 'a', x) }}
        {{ tabs([{'label': x, 'href': '#', 'count': 2, 'current': 1}], x) }}{{ copy_link('/a') }}""",
    "lists": """
        {% from 'macros/structure.html' import table, timeline, facts_list %}
        {{ table(x, ['a', 'b'], [[x, x]]) }}
        {{ timeline([{'title': x, 'text': x, 'now': 1}]) }}{{ facts_list([(x, x), ('b', none)]) }}""",
    "files": """
        {% from 'macros/resources.html' import file, preview %}
        {% set docx = {'name': x, 'ext': 'docx', 'size': 421888, 'pdf_url': '/p', 'pdf_size': 1,
                       'download_url': '/d', 'view_url': '/v', 'note': x} %}
        <ul>{{ file(docx) }}{{ file({'name': x, 'ext': '', 'size': 1}) }}</ul>
        {% call preview(x, [{'label': x, 'href': '#', 'current': 1}]) %}p{% endcall %}""",
}


@pytest.mark.parametrize("name", SOURCES)
def test_macros_render_and_escape(env: Environment, name: str) -> None:
    html = render(env, SOURCES[name], x=EVIL)
    assert "&lt;script&gt;" in html


def frame(env: Environment, **values: object) -> str:
    source = "{% extends 'base.html' %}{% block content %}<h1>a</h1>{% endblock %}"
    return render(env, source, **values)


def test_the_frame_of_a_guest_offers_to_sign_in(env: Environment) -> None:
    html = frame(env, sign_in_url="/vao")
    assert "Đăng nhập" in html and "Đăng xuất" not in html and "tabbar" not in html
    assert "fonts.css" in html and "data-theme=" not in html


def test_the_frame_of_a_teacher_on_a_slow_line(env: Environment) -> None:
    nav = [{"href": "/", "label": EVIL, "icon": "search", "count": 3, "current": "page"}] * 4
    html = frame(
        env,
        user={"salutation": "Cô Lan"},
        sign_out_url="/ra",
        nav=nav,
        theme="dark",
        save_data=True,
        demo=True,
    )
    assert "fonts.css" not in html and 'data-theme="dark"' in html
    assert html.count('aria-current="page"') == 8
    assert re.search(r'action="/ra"><input type="hidden" name="csrf_token"', html)
    assert html.index('class="skip"') < html.index("<header")
