"""The application, as a table of contents: settings, doors, people, pages, API, errors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from wsgiref.types import WSGIApplication

from flask import Blueprint, Flask, abort, request
from flask_smorest import Blueprint as ApiBlueprint
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from repo_service.accounts import pages as accounts_pages
from repo_service.accounts.request_limits import OF_ENDPOINT, RequestLimits
from repo_service.accounts.sessions import current_viewer, register_sessions
from repo_service.annual_plans import pages as annual_plans_pages
from repo_service.annual_products import api as annual_products_api
from repo_service.annual_products import pages as annual_products_pages
from repo_service.annual_products.certificate import pages as annual_product_certificate_pages
from repo_service.annual_products.locking import pages as annual_product_locking_pages
from repo_service.background import pages as background_pages
from repo_service.classroom_use import api as classroom_use_api
from repo_service.classroom_use import pages as classroom_use_pages
from repo_service.colleague_requests import api as colleague_requests_api
from repo_service.colleague_requests import pages as colleague_requests_pages
from repo_service.collections import api as collections_api
from repo_service.collections import pages as collections_pages
from repo_service.comments import api as comments_api
from repo_service.comments import pages as comments_pages
from repo_service.contributions import api as contributions_api
from repo_service.contributions import pages as contributions_pages
from repo_service.contributions.masked import pages as masked_pages
from repo_service.core import backends, clock
from repo_service.core.db import Database, KhoFlask
from repo_service.core.errors import TooManyRequests
from repo_service.core.i18n import register_babel
from repo_service.curation import api as curation_api
from repo_service.curation import pages as curation_pages
from repo_service.curation.desk import pages as curation_desk_pages
from repo_service.curation.results import pages as curation_results_pages
from repo_service.curriculum.installation import place
from repo_service.curriculum.queries import vocabularies
from repo_service.curriculum.synonyms import search_synonyms
from repo_service.derivatives import pages as derivatives_pages
from repo_service.difficulties import api as difficulties_api
from repo_service.difficulties import pages as difficulties_pages
from repo_service.duty_board import api as duty_board_api
from repo_service.duty_board import pages as duty_board_pages
from repo_service.files import api as files_api
from repo_service.files import pages as files_pages
from repo_service.files.held_papers import pages as held_papers_pages
from repo_service.follows import api as follows_api
from repo_service.follows import pages as follows_pages
from repo_service.health import HealthDoor
from repo_service.home import pages as home_pages
from repo_service.interop import api as interop_api
from repo_service.letters import api as letters_api
from repo_service.letters import pages as letters_pages
from repo_service.mail import door as mail
from repo_service.near_duplicates import pages as near_duplicates_pages
from repo_service.notifications import pages as notifications_pages
from repo_service.openapi import pages as openapi_pages
from repo_service.openapi.document import register_openapi
from repo_service.organizations import api as organizations_api
from repo_service.organizations import pages as organizations_pages
from repo_service.organizations.access import load_viewer
from repo_service.organizations.province_settings import all_province_settings
from repo_service.own_copies import api as own_copies_api
from repo_service.own_copies import pages as own_copies_pages
from repo_service.privacy import pages as privacy_pages
from repo_service.reports import api as reports_api
from repo_service.reports import pages as reports_pages
from repo_service.resources import api as resources_api
from repo_service.resources import pages as resources_pages
from repo_service.resources.embargo import pages as embargo_pages
from repo_service.reviews import api as reviews_api
from repo_service.reviews import pages as reviews_pages
from repo_service.reviews.desk import api as review_remarks_api
from repo_service.reviews.desk import pages as desk_pages
from repo_service.saved_searches import api as saved_searches_api
from repo_service.saved_searches import pages as saved_searches_pages
from repo_service.school_overview import pages as school_overview_pages
from repo_service.search import api as search_api
from repo_service.search import pages as search_pages
from repo_service.search_history import api as search_history_api
from repo_service.search_history import pages as search_history_pages
from repo_service.settings import Settings
from repo_service.statistics import api as statistics_api
from repo_service.statistics import pages as statistics_pages
from repo_service.topic_packages import api as topic_packages_api
from repo_service.topic_packages import pages as topic_packages_pages
from repo_service.ui.error_pages import register_error_pages
from repo_service.ui.frame import register_frame
from repo_service.ui.security_headers import register_security_headers

FORM_BYTES = 2 * 1024 * 1024
"""Largest body of a form or a JSON request; routes that receive files set their own limit."""

PAGES: tuple[Blueprint, ...] = (
    home_pages.blueprint,
    search_pages.blueprint,
    search_history_pages.blueprint,
    saved_searches_pages.blueprint,
    follows_pages.blueprint,
    colleague_requests_pages.blueprint,
    resources_pages.blueprint,
    embargo_pages.blueprint,
    contributions_pages.blueprint,
    masked_pages.blueprint,
    classroom_use_pages.blueprint,
    comments_pages.blueprint,
    own_copies_pages.blueprint,
    reports_pages.blueprint,
    collections_pages.blueprint,
    topic_packages_pages.blueprint,
    near_duplicates_pages.blueprint,
    curation_pages.blueprint,
    curation_results_pages.blueprint,
    curation_desk_pages.blueprint,
    reviews_pages.blueprint,
    desk_pages.blueprint,
    annual_products_pages.blueprint,
    annual_plans_pages.blueprint,
    annual_product_locking_pages.blueprint,
    duty_board_pages.blueprint,
    school_overview_pages.blueprint,
    difficulties_pages.blueprint,
    statistics_pages.blueprint,
    annual_product_certificate_pages.blueprint,
    files_pages.blueprint,
    held_papers_pages.blueprint,
    derivatives_pages.blueprint,
    notifications_pages.blueprint,
    letters_pages.blueprint,
    accounts_pages.blueprint,
    privacy_pages.blueprint,
    organizations_pages.blueprint,
    background_pages.blueprint,
    openapi_pages.blueprint,
)
APIS: tuple[ApiBlueprint, ...] = (
    files_api.blueprint,
    contributions_api.blueprint,
    resources_api.blueprint,
    classroom_use_api.blueprint,
    comments_api.blueprint,
    own_copies_api.blueprint,
    reports_api.blueprint,
    collections_api.blueprint,
    topic_packages_api.blueprint,
    reviews_api.blueprint,
    review_remarks_api.blueprint,
    search_api.blueprint,
    search_history_api.blueprint,
    saved_searches_api.blueprint,
    follows_api.blueprint,
    letters_api.blueprint,
    colleague_requests_api.blueprint,
    organizations_api.blueprint,
    annual_products_api.blueprint,
    curation_api.blueprint,
    duty_board_api.blueprint,
    difficulties_api.blueprint,
    statistics_api.blueprint,
    interop_api.blueprint,
)


def create_app(settings: Settings | None = None, content_port: int | None = None) -> KhoFlask:
    """Build the application of one installation; opens nothing but the database.

    `content_port` is the port beside this one where active content is served when no `CONTENT_URL` is set.
    """
    settings = settings or Settings.from_env()
    app = KhoFlask(__name__, static_folder=None, template_folder="ui/templates")
    app.config.update(
        KHO=settings,
        CONTENT_PORT=content_port,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    clock.pin_day(date.fromisoformat(settings.today) if settings.today else None)
    app.database = Database(settings.database_url)
    backends.configure(settings, synonyms=lambda: _synonyms(app))
    mail.configure(settings)
    register_babel(app)
    _register_web(app, settings)
    register_sessions(app, load_viewer)
    _register_limits(app, settings)
    register_frame(app)
    app.context_processor(lambda: {"demo": place().is_demo, "province": place().province})
    _register_features(app)
    register_error_pages(app)
    warm_up(app)
    return app


def create_content_app(settings: Settings, database: Database) -> Flask:
    """The second origin: files that may run something, by signed link, without cookies and always sandboxed."""
    content = Flask(f"{__name__}.content", static_folder=None)
    content.config.update(KHO=settings, SECRET_KEY=settings.secret_key, DATABASE=database)
    content.register_blueprint(files_pages.content)
    return content


def warm_up(app: KhoFlask) -> None:
    """Read the lists and settings once, so that no page pays for it; an empty database is fine."""
    try:
        with app.database.session(writing=False):
            vocabularies()
            place()
            all_province_settings()
    except SQLAlchemyError:
        pass  # not migrated yet: `kho serve` says so


def _register_web(app: KhoFlask, settings: Settings) -> None:
    https = bool(settings.public_url and settings.public_url.startswith("https://"))
    csrf = CSRFProtect(app)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    register_security_headers(app, files_pages.stored_origins(), https=https)

    @app.before_request
    def refuse_unreadable_addresses() -> None:
        """No id holds a NUL, and PostgreSQL would not even look for one."""
        if "\x00" in request.path:
            abort(404)

    @app.before_request
    def refuse_forged_forms() -> None:
        """Every change from a browser carries the token; bearer tokens and signed part URLs need none.

        Nor does a guest of the API, who has no rights to lend: the answer is then 401, not a word about forms.
        """
        view = app.view_functions.get(request.endpoint or "")
        if not app.config["WTF_CSRF_ENABLED"] or view is None or getattr(view, "signed_by_url", False):
            return
        bearer = request.headers.get("Authorization", "").startswith("Bearer ")
        if not bearer and not (request.path.startswith("/api/") and current_viewer().is_guest):
            csrf.protect()

    site = HealthDoor(app.wsgi_app, app.database)
    static = WhiteNoise(
        _measured(app, site, settings) if settings.metrics_token else site,
        root=Path(__file__).parent / "ui" / "static",
        prefix="static/",
        immutable_file_test=_is_hashed,
    )
    app.wsgi_app = static  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _register_limits(app: KhoFlask, settings: Settings) -> None:
    limits = RequestLimits(settings.rate_limits)

    @app.before_request
    def slow_machines_down() -> None:
        """Before anything is looked for; who asks is known by now."""
        if request.endpoint not in OF_ENDPOINT:
            return
        wait = limits.take(request.endpoint, current_viewer().id, request.remote_addr or "")
        if wait:
            raise TooManyRequests(wait)


def _measured(app: KhoFlask, site: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Behind the door that measures; its library is loaded only where somebody wants to know."""
    from repo_service.metrics import ROUTE, MetricsDoor

    @app.before_request
    def name_the_route() -> None:
        request.environ[ROUTE] = request.url_rule.rule if request.url_rule else "none"

    return MetricsDoor(site, app.database, settings)


def _is_hashed(_path: str, url: str) -> bool:
    return url.startswith("/static/dist/") and not url.endswith("manifest.json")


def _register_features(app: Flask) -> None:
    for pages in PAGES:
        app.register_blueprint(pages)
    api = register_openapi(app)
    for feature in APIS:
        api.register_blueprint(feature)


def _synonyms(app: KhoFlask) -> tuple[tuple[str, ...], ...]:
    with app.database.session(writing=False):
        return search_synonyms()
