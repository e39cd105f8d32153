"""The few errors that cross the service, drawn as one tree.

KhoError
├── InvalidInput            422: fields and what to do about each
├── NotFound                404: missing and forbidden look the same
├── NotSignedIn             401: sign in first
├── MoveNotAllowed          409: the state does not allow this now
│   └── AlreadyExists       409: somebody was faster, or it is there already
├── PreconditionRequired    428: If-Match is missing
├── StaleVersion            412: somebody changed it meanwhile
├── TooLarge                413: a limit, said with its number
├── TooManyRequests         429: too fast; how many seconds to wait
├── OutOfSpace              507: the disk is full; nothing was accepted
└── TemporarilyUnavailable  503: a part is down; try again

Messages are sentences for teachers, in the reader's language, that say what to do next. Services raise these; only
`ui/error_pages.py` and the API's handler know status codes.
"""

from __future__ import annotations

from repo_service.core.i18n import _


class KhoError(Exception):
    """Root of the tree; `message` is shown to the person."""

    status = 500
    code = "error"

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(KhoError):
    """Input that does not fit; `errors` maps a field's name to sentences."""

    status = 422
    code = "invalid-input"

    def __init__(self, errors: dict[str, list[str]], message: str = "") -> None:
        super().__init__(message or _("Còn chỗ cần sửa, xem từng ô bên dưới."))
        self.errors = errors


class NotFound(KhoError):
    """Missing or not for this viewer; the two are told alike on purpose."""

    status = 404
    code = "not-found"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Không thấy trang này, hoặc bài dành cho cụm khác."))


class NotSignedIn(KhoError):
    """A person is needed here."""

    status = 401
    code = "not-signed-in"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Thầy cô đăng nhập rồi làm tiếp nhé."))


class MoveNotAllowed(KhoError):
    """The state machine has no such move from here."""

    status = 409
    code = "move-not-allowed"


class AlreadyExists(MoveNotAllowed):
    """A unique thing is there already, or a race was lost."""

    code = "already-exists"


class PreconditionRequired(KhoError):
    """A change came without `If-Match`."""

    status = 428
    code = "precondition-required"

    def __init__(self, message: str = "") -> None:
        super().__init__(
            message or _("Gửi kèm If-Match (giá trị ETag đã đọc) để không ghi đè lên việc của người khác.")
        )


class StaleVersion(KhoError):
    """Somebody else saved in between."""

    status = 412
    code = "stale-version"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Có người vừa sửa bài này. Mở lại bản mới nhất rồi sửa tiếp nhé."))


class TooLarge(KhoError):
    """Over a limit; the message says the number."""

    status = 413
    code = "too-large"


class TooManyRequests(KhoError):
    """Faster than a person works; the same request is welcome after `retry_after` seconds."""

    status = 429
    code = "too-many-requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            _("Kho nhận hơi nhiều lượt cùng một lúc từ đây. Đợi %(count)s giây rồi thử lại nhé.", count=retry_after)
        )
        self.retry_after = retry_after


class OutOfSpace(KhoError):
    """No room to keep the bytes; nothing was accepted."""

    status = 507
    code = "out-of-space"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Kho hết chỗ chứa, tệp chưa được nhận. Báo quản trị giúp Kho nhé."))


class TemporarilyUnavailable(KhoError):
    """A part of Kho is down; what was saved stays saved."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or _("Phần này của Kho đang nghỉ một lát. Thầy cô thử lại sau vài phút."))
