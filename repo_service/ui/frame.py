"""What the frame of every page needs: navigation for this viewer, language, theme, words for people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, g, redirect, request

from repo_service.core.i18n import LANGUAGE_COOKIE, LANGUAGES, _, compile_in, language
from repo_service.core.permissions import GUEST, Viewer
from repo_service.core.urls import contribute_path, is_local, my_work_path, search_path, sign_in_path
from repo_service.ui.assets import asset, icon
from repo_service.ui.formats import FILTERS

YEAR_SECONDS = 365 * 24 * 3600
BELONGING = {
    "/tim": ("/", "/hoc-lieu", "/tuan-nay", "/tim-da-luu", "/bo-khoi-dau"),
    "/viec-cua-toi": ("/phan-bien", "/thong-bao", "/theo-doi", "/bo-suu-tap", "/ra-soat"),
    "/cum": ("/loi-nho", "/nho-dong-nghiep", "/truong", "/kho-khan", "/so-lieu"),
    "/so/nhiem-vu": ("/so-lieu", "/cum", "/loi-nho", "/nho-dong-nghiep"),
    "/so": ("/nguoi", "/truong", "/kho-khan"),
    "/truong": ("/kho-khan",),
}
"""Tab -> other places that it stands for, so that every page has a lit tab."""


def register_frame(app: Flask) -> None:
    """Give templates their filters and the frame's variables; add the language switch."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    compile_in(app, icon=icon, asset=asset)
    app.jinja_env.filters.update(FILTERS)
    app.context_processor(_frame)
    app.add_url_rule("/ngon-ngu/<code>", "language", _switch_language)


def salutation(form_of_address: str, name: str) -> str:
    """ "cô Lan", "thầy Minh": how Kho speaks to and of people (ui.md section 7)."""
    given = name.split()[-1] if name else ""
    words = {"co": _("cô"), "thay": _("thầy")}
    return f"{words.get(form_of_address, _('thầy cô'))} {given}".strip()


def viewer_of_request() -> Viewer:
    """The viewer that sessions.py put on this request; the guest before it did."""
    return getattr(g, "viewer", None) or GUEST


def _frame() -> dict[str, Any]:
    viewer = viewer_of_request()
    other = next(code for code in LANGUAGES if code != language())
    return {
        "viewer": viewer,
        "lang": language(),
        "theme": request.cookies.get("nen") if request.cookies.get("nen") in ("light", "dark") else "",
        "save_data": request.headers.get("Save-Data") == "on",
        "nav": _navigation(viewer),
        "user": None
        if viewer.is_guest
        else {
            "salutation": _capital(salutation(viewer.form_of_address, viewer.name)),
            "links": _links(viewer),
        },
        "sign_in_url": sign_in_path(request.full_path.rstrip("?") if request.method == "GET" else None),
        "sign_out_url": "/dang-xuat",
        "language_url": f"/ngon-ngu/{other}?" + urlencode({"next": request.full_path.rstrip("?")}),
        "other_language": {"vi": "Tiếng Việt", "en": "English"}[other],
        "home_url": "/",
        "foot_links": [
            {"href": "/huong-dan", "label": _("Hướng dẫn một trang")},
            {"href": "/api/docs", "label": _("Dành cho người làm phần mềm")},
        ],
        "salutation": salutation,
    }


def _navigation(viewer: Viewer) -> list[dict[str, Any]]:
    items: list[tuple[str, str, str, int]] = [(search_path(), _("Tìm"), "search", 0)]
    if viewer.is_guest:
        items.append(("/cum", _("Cụm"), "users", 0))
        items.append(("/huong-dan", _("Hướng dẫn"), "file-text", 0))
    else:
        items.append(
            (my_work_path(), _("Việc của tôi"), "clipboard-check", viewer.waiting_reviews + viewer.unread)
        )
        if viewer.is_department:
            items.append(("/so/nhiem-vu", _("Các cụm"), "layout-grid", 0))
            items.append(("/so", _("Quản lí"), "school", 0))
        elif viewer.has_role("can-bo-xa"):
            items.append(("/so/nhiem-vu", _("Các cụm"), "layout-grid", 0))
            items.append(("/truong", _("Các trường"), "school", 0))
        else:
            items.append((contribute_path(), _("Đóng góp"), "upload", 0))
            items.append(("/cum", _("Cụm"), "users", 0))
    here = request.path
    return [
        {"href": href, "label": label, "icon": icon, "count": count, "current": _is_here(here, href)}
        for href, label, icon, count in items
    ]


def _is_here(path: str, href: str) -> str:
    """The value of aria-current: `page` on the page itself, `true` on pages that belong to it, else nothing."""
    if path == href:
        return "page"
    if href == "/so" and path.startswith("/so/nhiem-vu"):
        return ""
    under = (href, *BELONGING.get(href, ()))
    return "true" if path in under or any(path.startswith(f"{each}/") for each in under) else ""


def _links(viewer: Viewer) -> list[dict[str, str]]:
    links = [
        ("/thong-bao", "mail", _("Thông báo")),
        ("/bo-suu-tap", "folder-open", _("Bộ sưu tập của tôi")),
        ("/tim-da-luu", "bookmark", _("Tìm đã lưu")),
        ("/theo-doi", "bell", _("Điều đang theo dõi")),
        ("/loi-nho", "hand-helping", _("Lời nhờ đồng nghiệp")),
        ("/tai-khoan", "user", _("Tài khoản của tôi")),
    ]
    if viewer.is_department:
        links.insert(0, (contribute_path(), "upload", _("Đóng góp")))
        links.insert(1, ("/truong", "school", _("Việc của từng trường")))
    elif viewer.has_role("hieu-truong", "pho-hieu-truong"):
        links.insert(0, ("/truong", "school", _("Trường tôi")))
    if viewer.is_department or viewer.has_role("hieu-truong", "pho-hieu-truong", "tt-hoa-nhap", "can-bo-xa"):
        links.insert(1, ("/kho-khan", "megaphone", _("Khó khăn, vướng mắc")))
    return [{"href": href, "icon": icon, "label": label} for href, icon, label in links]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _switch_language(code: str) -> Response:
    target = request.args.get("next", "/")
    response = redirect(target if is_local(target) else "/")
    if code in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    return response  # type: ignore[return-value]


__all__ = ["register_frame", "salutation", "viewer_of_request"]
