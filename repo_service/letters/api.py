"""The API of what one hears of by mail."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.letters import queries, service
from repo_service.letters.schemas import MailChoicesBody, MailChoicesSchema
from repo_service.mail.door import is_open
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "letters_api", __name__, url_prefix="/api", description="How often one hears of what by mail"
)


@blueprint.route("/mail-choices")
class MailChoices(MethodView):
    """The caller's choices, one for each group of notices."""

    @blueprint.response(200, MailChoicesBody)
    def get(self) -> dict[str, Any]:
        """Every group with its frequency; `khong` where nothing was chosen."""
        return _body(signed_in_viewer())

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": MailChoicesSchema}}})
    @blueprint.response(200, MailChoicesBody)
    def patch(self) -> dict[str, Any]:
        """Change the groups that are named, all or none; 422 names a group or frequency that Kho does not know."""
        viewer = signed_in_viewer()
        service.choose(viewer, read_json(MailChoicesSchema())["choices"])
        current_session().flush()
        return _body(viewer)


def _body(viewer: Viewer) -> dict[str, Any]:
    assert viewer.id is not None
    address, is_dead = queries.address_of(viewer.id)
    return {
        "choices": queries.choices_of(viewer), "address": address, "address_is_dead": is_dead, "mail_is_on": is_open(),
    }  # fmt: skip
