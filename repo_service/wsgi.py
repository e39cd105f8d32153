"""The WSGI entry for a web server of its own: `gunicorn repo_service.wsgi:app`."""

from repo_service.app import create_app

app = create_app()
