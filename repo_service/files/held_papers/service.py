"""Holding a file that looks like a national paper, and letting it go when the department says that it is none."""

from __future__ import annotations

from repo_service.core import clock, outbox
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.files.held_papers import policy
from repo_service.files.held_papers.models import LONGEST_NOTE, HeldPaper
from repo_service.files.models import StoredFile
from repo_service.files.scanning.service import state_let_go

SECRET_PAPER = "secret_paper"  # noqa: S105


def hold(file_id: str, line: str) -> bool:
    """Nobody gets the file, and nothing is read out of it; False for one that the department has let go.

    `line` is the line that tells of a national paper (reliability.md section 9).
    """
    session = current_session()
    known = session.get(HeldPaper, file_id)
    if known is not None and known.released_at is not None:
        return False
    file = session.get(StoredFile, file_id)
    if file is not None and file.state != "quarantined":
        file.state, file.reason = "quarantined", SECRET_PAPER
        file.text_state = file.preview_state = "none"
        session.add(known or HeldPaper(file_id=file_id, line=line))
        record(None, "file.quarantined", "file", file_id, sha256=file.sha256, reason=SECRET_PAPER)
        outbox.emit("file.extracted", file_id)
        outbox.emit("file.secret", file_id)
    return True


def release(viewer: Viewer, file_id: str, note: str) -> StoredFile:
    """It is no national paper: the file is read and drawn as every other, and never held for this again.

    The author reads `note`. Raises NotFound, InvalidInput without a note, MoveNotAllowed when it was let go before.
    """
    authorize(viewer, policy.JUDGE.action)
    session = current_session()
    held = session.get(HeldPaper, file_id, with_for_update=True)
    if held is None:
        raise NotFound()
    note = " ".join(note.split())
    if not note or len(note) > LONGEST_NOTE:
        asked = _("Ghi một câu vì sao đây không phải đề quốc gia, nhiều nhất %(most)s chữ.", most=LONGEST_NOTE)
        raise InvalidInput({"note": [asked]})
    if held.released_at is not None:
        raise MoveNotAllowed(_("Tệp này đã được cho đi tiếp rồi."))
    held.released_at, held.released_by_id, held.note = clock.now(), viewer.id, note
    file = session.get_one(StoredFile, file_id)
    if file.reason == SECRET_PAPER:
        file.state, file.reason = state_let_go(file), None
        file.text_state = file.preview_state = "waiting"
        outbox.emit("file.stored", file_id)
    record(viewer.id, "file.released", "file", file_id, sha256=file.sha256)
    outbox.emit("file.released", file_id)
    return file
