"""Addresses that are their own permission, one of each kind."""

from __future__ import annotations

import io

from repo_service.accounts import service as accounts
from repo_service.accounts.addresses.service import ask_for_address, create_address_link
from repo_service.accounts.models import User
from repo_service.core.backends import storage
from repo_service.core.db import current_session
from repo_service.curation.results.pages import CALENDAR
from repo_service.derivatives.models import Picture
from repo_service.files import service as files
from repo_service.files import signed_links
from repo_service.files.api import PART_SECONDS
from repo_service.letters.unsubscribing import unsubscribe_path
from storage_adapters import object_key
from tests.cast import PASSWORD
from tests.factories import viewer_of
from tests.rights.people import EVERYBODY
from tests.rights.world import World

PART = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"


def fill_with_links(world: World, secret_key: str) -> None:
    """Links in anybody's hands; needs an open transaction, after fill_with_belongings."""
    lan = current_session().get_one(User, world.people["lan"])
    calendar = signed_links.sign(secret_key, CALENDAR, [lan.id, viewer_of(lan.id).session_version], 3600)
    world.add("calendar link", "Lan's", {"ticket": calendar}, open=EVERYBODY)
    letters = unsubscribe_path(secret_key, lan).rpartition("/")[2]
    world.add("letter", "to Lan", {"token": letters}, open=EVERYBODY)
    secret = accounts.create_link(current_session().get_one(User, world.people["thao"]), None)
    world.add("one-time link", "of Thảo", {"secret": secret}, open=EVERYBODY)
    ask_for_address(viewer_of(lan.id), lan, "lan.moi@truong.example.vn", PASSWORD)
    made = create_address_link(lan)
    assert made is not None
    world.add("address link", "Lan's", {"secret": made[1]}, open=EVERYBODY)
    _picture(world, secret_key)
    _upload(world, secret_key)


def _picture(world: World, secret_key: str) -> None:
    public = next(each for each in world.targets["paged"] if each.name == "published cong-khai")
    file_id, content = public.ids["file_id"], b"RIFF....WEBPVP8 "
    kept = storage().put(object_key(file_id, "pictures"), io.BytesIO(content), len(content))
    current_session().add(
        Picture(
            file_id=file_id, page=1, key=kept.key, media_type="image/webp", width=8, height=8, size=len(content)
        )
    )  # fmt: skip
    ticket = signed_links.sign(secret_key, "picture", [file_id, 1], 3600)
    world.add("picture", "of a page", {"file_id": file_id, "page": "1", "ticket": ticket}, open=EVERYBODY)


def _upload(world: World, secret_key: str) -> None:
    """An upload of Lan's whose only part has arrived; its link takes the part once more."""
    upload = files.start_upload(viewer_of(world.people["lan"]), "bản in.pdf", len(PART))
    current_session().flush()
    part = files.receive_part(upload.key, upload.multipart_id, 1, io.BytesIO(PART), len(PART))
    values = [upload.id, 1, upload.key, upload.multipart_id, len(PART)]
    ticket = signed_links.sign(secret_key, "part", values, PART_SECONDS)
    ids = {
        "upload_id": upload.id,
        "number": "1",
        "etag": part.etag,
        "ticket": ticket,
        "content": PART.decode(),
    }
    world.add("part", "of an upload", ids, send=EVERYBODY, own=frozenset({"author"}))
