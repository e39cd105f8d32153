"""From a row to the letter it becomes: in its reader's language, with what may be said at this moment."""

from __future__ import annotations

from repo_service.accounts import service as accounts
from repo_service.accounts.addresses.service import create_address_link
from repo_service.accounts.models import User
from repo_service.core.i18n import _, speaking
from repo_service.core.urls import confirm_address_path, link_path, mail_choices_path
from repo_service.letters.models import LINK, OutgoingLetter
from repo_service.letters.queries import notices_of
from repo_service.letters.rights import words_for
from repo_service.letters.unsubscribing import unsubscribe_path
from repo_service.mail.door import Door
from repo_service.mail.letter import Letter
from repo_service.organizations.access import load_viewer
from repo_service.ui.frame import salutation

MOST_LINES = 50
"""A longer digest says how many more there are."""


def write(row: OutgoingLetter, user: User, door: Door) -> Letter | None:
    """The letter to send now; None when nothing is left to say. A link is made here and kept nowhere else."""
    with speaking(user.language):
        return _link(row, user, door) if row.kind == LINK else _digest(row, user, door)


def write_confirmation(row: OutgoingLetter, user: User, door: Door) -> tuple[str, Letter | None]:
    """(the address a person typed, the letter there with the link that confirms it); None when nothing waits."""
    made = create_address_link(user)
    if made is None:
        return "", None
    address, secret = made
    with speaking(user.language):
        return address, Letter(
            id=f"{row.id}.{row.attempts}",
            subject=_("Kho: xác nhận địa chỉ email"),
            greeting=_greeting(user),
            opening=_("Thầy cô vừa ghi địa chỉ này vào tài khoản Kho (tên đăng nhập %(name)s).", name=user.username),
            lines=[(_("Xác nhận địa chỉ"), door.address + confirm_address_path(secret))],
            closing=_("Liên kết dùng trong một ngày. Không phải thầy cô ghi thì bỏ qua thư này, không có gì thay đổi."),
            language=user.language,
        )


def test_letter(door: Door, letter_id: str) -> Letter:
    """What `kho mail test` sends."""
    return Letter(
        id=letter_id,
        subject=_("Kho: thư thử"),
        greeting=_("Chào thầy cô,"),
        opening=_("Kho gửi được thư từ máy này."),
        lines=[(_("Mở Kho"), door.address)],
    )


def _digest(row: OutgoingLetter, user: User, door: Door) -> Letter | None:
    notices, viewer = notices_of(row), load_viewer(user.id)
    if not notices or viewer.is_guest:
        return None
    lines = [(words_for(viewer, notice), door.address + notice.path) for notice in notices[:MOST_LINES]]
    if len(notices) > MOST_LINES:
        more = _("Còn %(count)s tin nữa ở trang Thông báo.", count=len(notices) - MOST_LINES)
        lines.append((more, f"{door.address}/thong-bao"))
    return Letter(
        id=row.id,
        subject=_("Kho có %(count)s tin cho thầy cô", count=len(notices)),
        greeting=_greeting(user),
        opening=_("Từ lần trước, Kho có tin cho thầy cô:"),
        lines=lines,
        closing=_("Thầy cô nhận thư này vì đã chọn nhận tin của Kho qua email."),
        manage=(_("Đổi hoặc thôi nhận thư"), door.address + mail_choices_path()),
        unsubscribe=door.address + unsubscribe_path(door.secret_key, user),
        language=user.language,
    )


def _link(row: OutgoingLetter, user: User, door: Door) -> Letter:
    is_new = user.password_hash is None
    secret = accounts.create_link(user, row.asked_by_id, by_mail=True)
    words = _("Đặt mật khẩu") if is_new else _("Đặt lại mật khẩu")
    opening = (
        _("Tài khoản Kho của thầy cô đã sẵn sàng, tên đăng nhập là %(name)s.", name=user.username)
        if is_new
        else _(
            "Có người vừa xin đặt lại mật khẩu Kho của thầy cô (tên đăng nhập %(name)s).", name=user.username
        )
    )
    return Letter(
        id=f"{row.id}.{row.attempts}",
        subject=_("Kho: liên kết đặt mật khẩu"),
        greeting=_greeting(user),
        opening=opening,
        lines=[(words, door.address + link_path(secret))],
        closing=_(
            "Liên kết dùng một lần, trong một giờ. Không phải thầy cô xin thì bỏ qua thư này, mật khẩu vẫn như cũ."
        ),
        language=user.language,
    )


def _greeting(user: User) -> str:
    return _("Chào %(name)s,", name=salutation(user.form_of_address, user.name))
