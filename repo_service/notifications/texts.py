"""The sentence of each kind of notice, made when it is read, in the reader's language."""

from __future__ import annotations

from typing import Any

from repo_service.core.i18n import _, _l
from repo_service.ui.frame import salutation

KINDS: dict[str, Any] = {
    "review.assigned": _l("%(by)s nhờ thầy cô phản biện “%(title)s”, hẹn %(due)s."),
    "review.unclaimed": _l(
        "“%(title)s” chưa có ai nhận phản biện, hẹn %(due)s. Thầy cô nhờ giúp một đồng nghiệp nhé."
    ),
    "review.claimed": _l("%(by)s đã nhận đọc “%(title)s”, hẹn %(due)s."),
    "review.resubmitted": _l("Có bản mới của “%(title)s” mà thầy cô đã đọc và gửi lại; mời thầy cô đọc tiếp."),
    "review.handed_back": _l("%(by)s chưa đọc được “%(title)s” (%(word)s). Thầy cô nhờ một đồng nghiệp khác nhé."),
    "review.released": _l("Cụm đã nhờ người khác đọc “%(title)s”; thầy cô không cần đọc bài này nữa."),
    "review.moved": _l("“%(title)s” mà thầy cô đang đọc nay hẹn %(due)s."),
    "review.nudged": _l("%(by)s nhắc nhẹ: “%(title)s” đang đợi thầy cô đọc, hẹn %(due)s."),
    "review.due_soon": _l("“%(title)s” đang đợi thầy cô đọc, hẹn %(due)s."),
    "review.due_today": _l("Hôm nay đến hẹn đọc “%(title)s”."),
    "review.overdue": _l(
        "“%(title)s” đã qua hẹn %(due)s. Thầy cô đọc giúp, hoặc trả lại để cụm nhờ người khác."
    ),
    "review.appealed": _l("Tác giả nhờ cụm xem lại “%(title)s”. Thầy cô nhờ giúp một đồng nghiệp đọc."),
    "review.approved": _l("%(by)s đã đọc và đồng ý công bố “%(title)s”."),
    "review.changes_requested": _l("%(by)s gửi lại “%(title)s” với góp ý để chỉnh sửa."),
    "review.declined": _l("%(by)s chưa nhận “%(title)s”, có ghi lí do. Thầy cô có thể nhờ cụm xem lại."),
    "review.commented": _l("%(by)s góp ý ở “%(title)s”."),
    "resource.published": _l("“%(title)s” đã được công bố."),
    "work.taught": _l("%(by)s đã dạy “%(title)s” và kể lại một dòng."),
    "work.commented": _l("%(by)s góp ý cho “%(title)s”."),
    "work.tried": _l("%(by)s đã dạy thử “%(title)s” và kể lại."),
    "work.asked": _l("%(by)s hỏi về “%(title)s”."),
    "work.answered": _l("%(by)s trả lời ở “%(title)s”."),
    "work.copied": _l("%(by)s công bố một bản dựa trên “%(title)s” của thầy cô."),
    "work.original_gone": _l(
        "Bài gốc của “%(title)s” đã bị gỡ. Thầy cô xem lí do có đúng với bản của mình không."
    ),
    "report.made": _l("Có người báo một vấn đề ở “%(title)s”."),
    "report.answered": _l("Điều thầy cô báo ở “%(title)s” đã có trả lời."),
    "report.overdue": _l("Điều được báo ở “%(title)s” đã quá ngày hẹn mà chưa có trả lời."),
    "work.untold": _l("Tệp của “%(title)s” có thông tin riêng của người khác. Thầy cô trả lời rồi gửi lại giúp."),
    "work.tells_of_people": _l("Tệp của “%(title)s” có thông tin riêng của người khác. Thầy cô xem lại giúp."),
    "work.secret": _l("Bản nháp “%(title)s” của %(by)s mang tên giống đề thi quốc gia chưa công bố."),
    "file.secret": _l("Kho giữ lại tệp “%(name)s” vì giống đề thi quốc gia chưa công bố."),
    "file.released": _l("Sở đã xem: tệp “%(name)s” không phải đề thi quốc gia (%(note)s). Thầy cô gửi bài tiếp được."),
    "file.infected": _l(
        "Máy quét virus giữ lại tệp “%(name)s” (%(threat)s), chưa ai mở được. Quét máy tính, lưu lại tệp từ bản sạch "
        "rồi gửi tệp mới nhé; nếu chắc là nhầm, nhờ quản trị quét lại."
    ),
    "file.unscanned": _l(
        "Tệp “%(name)s” chưa quét virus được nên Kho tạm giữ. Quản trị được báo để quét lại; tệp vẫn còn nguyên."
    ),
    "work.comment_hidden": _l("Lời của thầy cô ở “%(title)s” được ẩn, có ghi lí do."),
    "collection.new_version": _l("“%(title)s” mà thầy cô đã lưu có phiên bản %(number)s."),
    "annual_product.published": _l(
        "Cụm %(cluster)s có sản phẩm năm học %(year)s: “%(title)s”. Mời các trường dùng."
    ),
    "annual_product.damaged": _l(
        "%(count)s tệp của sản phẩm năm học %(year)s không còn như lúc ghi. Kho đang lấy lại từ bản sao."
    ),
    "difficulty.filed": _l("%(school)s gửi một khó khăn: “%(text)s”"),
    "difficulty.passed_on": _l("Khó khăn của %(school)s được chuyển Sở: “%(text)s”"),
    "difficulty.answered": _l("Khó khăn của %(school)s đã có trả lời: “%(text)s”"),
    "resource.spread": _l("Sở nhân rộng “%(title)s”: %(reason)s"),
    "duty.nudged": _l("%(by)s nhắc nhẹ cụm %(cluster)s: “%(text)s”"),
    "package.newer_work": _l("“%(work)s” trong gói “%(title)s” có phiên bản %(number)s, lấy về bằng một lần bấm."),
    "request.asked": _l("%(by)s nhờ đồng nghiệp trong cụm: “%(text)s”"),
    "request.answered": _l("%(by)s gửi một bài cho lời nhờ của thầy cô: “%(text)s”"),
    "follow.published": _l("Bài mới ở nơi thầy cô theo dõi: “%(title)s”."),
    "follow.new_version": _l("“%(title)s” mà thầy cô theo dõi có phiên bản %(number)s."),
    "storage.damaged": _l(
        "Đọc lại các tệp, Kho thấy có tệp hỏng mà chưa có bản lành, như “%(name)s”. Chạy kho fixity để xem và sửa."
    ),
    "storage.mended": _l(
        "Đọc lại các tệp, Kho thấy có tệp hỏng, như “%(name)s”, và đã lấy lại từ bản sao. Nên kiểm tra ổ đĩa."
    ),
    "privacy.package_ready": _l("Gói dữ liệu của thầy cô đã sẵn sàng, tải được trong bảy ngày."),
    "privacy.request_moved": _l("Sở đã cập nhật yêu cầu của thầy cô về dữ liệu cá nhân."),
    "search.found": _l("Có %(count)s bài mới khớp lần tìm “%(name)s” mà thầy cô theo dõi."),
    "account.address_given": _l("Người phụ trách đã ghi email cho tài khoản của thầy cô. Xem có đúng không nhé."),
    "account.password_changed": _l(
        "Mật khẩu của thầy cô vừa được đổi. Không phải thầy cô đổi thì nhờ hiệu trưởng hay trưởng cụm "
        "tạo ngay một liên kết đặt lại nhé."
    ),
    "account.second_factor_on": _l(
        "Lớp bảo vệ thứ hai của tài khoản vừa được bật. Không phải thầy cô bật thì nhờ Sở gỡ và đổi mật khẩu ngay nhé."
    ),
    "account.second_factor_off": _l(
        "Sở đã gỡ lớp bảo vệ thứ hai của thầy cô. Không phải thầy cô nhờ thì đổi mật khẩu ngay nhé."
    ),
    "curation.opened": _l("Đợt rà soát “%(title)s” có %(count)s bài chờ thầy cô xem, hẹn %(due)s."),
    "curation.due_soon": _l("Đợt rà soát “%(title)s” hẹn %(due)s, còn %(left)s bài."),
    "curation.overdue": _l("Đợt rà soát “%(title)s” đã qua hẹn %(due)s, còn %(left)s bài. Xem tiếp khi rảnh nhé."),
    "curation.closed": _l("Đợt rà soát “%(title)s” đã xem xong %(count)s bài. Bản tóm tắt Kho đã lập sẵn."),
    "curation.needs_update": _l("%(by)s đã xem lại và nhờ thầy cô cập nhật “%(title)s”. %(note)s"),
    "curation.replaced": _l("%(by)s đã xem lại “%(title)s” và đưa một bài khác lên thay. %(note)s"),
    "curation.retired": _l("%(by)s đã xem lại “%(title)s” và cho ngừng sử dụng. %(note)s"),
    "curation.undone": _l("%(by)s đã lấy lại kết luận về “%(title)s”. Bài vẫn dùng như trước."),
}
"""Kind -> sentence; the values in brackets come with the notice."""

SIGNS = {
    "review.assigned": "clipboard-check", "review.unclaimed": "hand-helping", "review.appealed": "hand-helping",
    "review.claimed": "eye", "review.resubmitted": "clipboard-check", "review.handed_back": "undo-2",
    "review.released": "check", "review.moved": "calendar",
    "review.nudged": "clock", "review.due_soon": "clock", "review.due_today": "clock", "review.overdue": "clock",
    "review.approved": "circle-check", "review.changes_requested": "pencil", "review.declined": "undo-2",
    "review.commented": "message-square", "resource.published": "book-open", "annual_product.published": "stamp",
    "annual_product.damaged": "triangle-alert", "collection.new_version": "bookmark", "search.found": "bell",
    "package.newer_work": "package",
    "duty.nudged": "megaphone", "request.asked": "hand-helping", "request.answered": "hand-helping",
    "privacy.package_ready": "download", "privacy.request_moved": "shield-check", "follow.published": "bell",
    "follow.new_version": "bell", "storage.damaged": "triangle-alert", "storage.mended": "circle-check",
    "work.taught": "graduation-cap", "work.commented": "message-square", "work.tried": "graduation-cap",
    "work.asked": "message-square", "work.answered": "message-square", "work.comment_hidden": "eye-off",
    "resource.spread": "sprout", "curation.opened": "refresh-cw", "curation.due_soon": "clock",
    "curation.overdue": "clock", "curation.closed": "circle-check", "curation.needs_update": "pencil",
    "curation.replaced": "replace", "curation.retired": "archive", "curation.undone": "undo-2",
    "difficulty.filed": "megaphone", "difficulty.passed_on": "arrow-right", "difficulty.answered": "message-square",
    "work.copied": "copy", "work.original_gone": "triangle-alert", "report.made": "flag", "report.answered": "flag",
    "report.overdue": "clock", "work.untold": "shield-alert", "work.tells_of_people": "shield-alert",
    "work.secret": "shield-alert", "file.secret": "shield-alert",
    "file.released": "file-check", "account.second_factor_off": "shield-alert",
    "file.infected": "shield-alert", "file.unscanned": "shield-alert",
    "account.address_given": "mail", "account.password_changed": "shield-check",
    "account.second_factor_on": "shield-check",
}  # fmt: skip
"""Kind -> icon beside it; a kind of a newer release gets the letter's."""

GROUPS: dict[str, Any] = {
    "bai": _l("Bài của tôi"),
    "phan-bien": _l("Phản biện"),
    "ra-soat": _l("Rà soát"),
    "cum": _l("Cụm chuyên môn"),
    "theo-doi": _l("Điều tôi theo dõi"),
}
"""Groups of notices, for the inbox's filter and the choices of mail."""

_PREFIXES = {
    "review.": "phan-bien", "review.approved": "bai", "review.changes_requested": "bai", "review.declined": "bai",
    "review.commented": "bai", "review.claimed": "bai",
    "resource.": "bai", "comment.": "bai", "report.": "bai", "curation.": "ra-soat",
    "curation.needs_update": "bai", "curation.replaced": "bai", "curation.retired": "bai", "curation.undone": "bai",
    "follow.": "theo-doi", "search.": "theo-doi", "collection.": "theo-doi", "resource.spread": "cum",
    "privacy.": "bai", "file.released": "bai", "account.": "bai",
}  # fmt: skip
"""Beginning of a kind -> its group, the longest first; everything else is the cluster's."""


def group_of(kind: str) -> str:
    """The group of a kind of notice."""
    found = max((prefix for prefix in _PREFIXES if kind.startswith(prefix)), key=len, default="")
    return _PREFIXES.get(found, "cum")


def kinds_of(group: str) -> list[str]:
    """The kinds of a group."""
    return [kind for kind in KINDS if group_of(kind) == group]


class _Blanks(dict[str, Any]):
    """A value that an old notice does not carry reads as nothing instead of breaking the page."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence(kind: str, values: dict[str, Any]) -> str:
    """The notice in words; a kind of a newer release reads as a plain hint."""
    text = KINDS.get(kind)
    if text is None:
        return str(_("Có tin mới ở trang này."))
    blanks = _Blanks(values)
    if "by_form" in values:
        blanks["by"] = salutation(values["by_form"], values["by"])
    words = str(text) % blanks
    return words[:1].upper() + words[1:]
