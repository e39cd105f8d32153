"""The site for several processes (`gunicorn -c python:repo_service.gunicorn_settings repo_service.wsgi:app`): its
pages and API, and under the host name of `CONTENT_URL` the files that may run something.
"""

from __future__ import annotations

import gc
import sys
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from repo_service.app import create_app, create_content_app
from repo_service.core.logs import configure_logs
from repo_service.database_troubles import why_not_served
from repo_service.files.scanning import why_not_scanned
from repo_service.files.scanning.jobs import hold_or_release
from repo_service.search_troubles import why_not_searched
from repo_service.settings import ConfigurationError, Settings
from repo_service.storage_troubles import why_not_opened


def create_site(settings: Settings) -> WSGIApplication:
    """Both origins, told apart by the Host header; no connection is open afterwards, so processes may be forked.

    Raises ConfigurationError without a `CONTENT_URL` whose host is not the site's own.
    """
    content_host = urlsplit(settings.content_url or "").netloc.lower()
    if not content_host or content_host == urlsplit(settings.public_url or "").netloc.lower():
        raise ConfigurationError("CONTENT_URL must name a second host, for files that may run something")
    app = create_app(settings)
    hold_or_release(app.database)
    content = create_content_app(settings, app.database)
    app.database.engine.dispose()
    return lambda environ, start: (content if environ.get("HTTP_HOST", "").lower() == content_host else app)(
        environ, start
    )


def _site_of_this_environment() -> WSGIApplication:
    configure_logs()
    try:
        settings = Settings.from_env()
        trouble = why_not_served(settings.database_url) or why_not_opened(settings)
        if trouble := trouble or why_not_searched(settings.search_url) or why_not_scanned(settings):
            sys.exit(trouble)
        site = create_site(settings)
        gc.freeze()  # what is loaded by now stays, and the processes share it
        return site
    except ConfigurationError as error:
        sys.exit(f"kho: {error}")


app = _site_of_this_environment()
