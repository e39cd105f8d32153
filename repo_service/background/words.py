"""Background work in people's words: what a topic is about, what an error means for the operator."""

from __future__ import annotations

from typing import Any

from repo_service.core.i18n import _, _l

REBUILD_TOPIC = "index.rebuild"
"""Filling the whole index anew: asked for by an operator, on the page or the command line."""
REMAKE_TOPIC = "files.remake"
"""Another look at files that could not be read or drawn when they came."""

TOPICS: dict[str, Any] = {
    "file.stored": _l("Đọc nội dung, vẽ ảnh xem trước của tệp"),
    "file.extracted": _l("Đưa nội dung vừa đọc vào tìm kiếm"),
    "resource.changed": _l("Đưa học liệu vào tìm kiếm"),
    "resource.published": _l("Báo tin học liệu công bố"),
    "cluster.changed": _l("Đưa tên mới của cụm vào tìm kiếm"),
    "organization.changed": _l("Đưa tên mới của trường vào tìm kiếm"),
    "review.opened": _l("Báo có bài chờ phản biện"),
    "review.assigned": _l("Báo người được giao phản biện"),
    "review.decided": _l("Báo kết quả phản biện"),
    "review.appealed": _l("Báo có đề nghị xem lại"),
    "review.commented": _l("Báo có góp ý mới"),
    "review.returned": _l("Báo trưởng cụm có người trả lại bài đang đọc"),
    "review.changed": _l("Báo người đọc hẹn đã đổi"),
    "review.nudged": _l("Nhắc nhẹ người đang đọc"),
    "classroom_use.told": _l("Báo tác giả bài đã được dạy"),
    "comment.written": _l("Báo có lời trao đổi mới"),
    "comment.hidden": _l("Báo người viết lời trao đổi bị ẩn"),
    "report.made": _l("Báo người xử lí có vấn đề được nêu"),
    "report.answered": _l("Báo người nêu vấn đề có trả lời"),
    "difficulty.filed": _l("Báo nơi nhận có khó khăn mới"),
    "difficulty.passed_on": _l("Báo Sở có khó khăn được chuyển lên"),
    "difficulty.answered": _l("Báo trường khó khăn đã được trả lời"),
    "duty.nudged": _l("Nhắc nhẹ trưởng cụm về việc năm học"),
    "file.secret": _l("Báo Sở một tệp có thể là đề thi quốc gia"),
    "file.released": _l("Báo tác giả một tệp không phải đề thi quốc gia"),
    "file.held": _l("Báo tác giả và quản trị một tệp bị máy quét virus giữ lại"),
    "resource.secret": _l("Báo Sở một tên bài có thể là đề thi quốc gia"),
    "resource.spread": _l("Báo tác giả và các cụm về bài được nhân rộng"),
    "resource.use_moved": _l("Đếm lại số trường đã dạy của bài được thay và bài thay"),
    "resource.withdrawn": _l("Báo người có bản riêng rằng bài gốc đã gỡ"),
    "annual_product.published": _l("Báo các trường về sản phẩm năm"),
    "annual_product.check": _l("Đọc lại mọi tệp của sản phẩm năm"),
    "colleague_request.asked": _l("Báo đồng nghiệp có người nhờ"),
    "colleague_request.answered": _l("Báo người nhờ có bài gửi đến"),
    "curation.opened": _l("Báo người rà soát có đợt mới"),
    "curation.assess": _l("Xem chữ và đường dẫn của các bài trong đợt rà soát"),
    "curation.decided": _l("Báo tác giả kết luận rà soát"),
    "curation.undone": _l("Báo tác giả kết luận rà soát đã lấy lại"),
    "curation.closed": _l("Báo đợt rà soát đã xong"),
    "user.address_asked": _l("Gửi thư xác nhận địa chỉ email"),
    "user.address_given": _l("Báo một người rằng email đã được ghi giúp"),
    "user.password_changed": _l("Báo một người rằng mật khẩu đã được đổi"),
    "user.second_factor_on": _l("Báo một người rằng lớp bảo vệ thứ hai đã được bật"),
    "user.second_factor_off": _l("Báo một người rằng lớp bảo vệ thứ hai đã được gỡ"),
    "user.closed": _l("Xóa lịch sử tìm của tài khoản đã đóng"),
    "follows.tell": _l("Báo người theo dõi có bài mới"),
    "privacy.package": _l("Gói dữ liệu của một người"),
    "user.link_asked": _l("Gửi liên kết đặt mật khẩu qua email"),
    "object.lost": _l("Lấy lại từ bản sao một tệp đã mất hay hỏng"),
    REBUILD_TOPIC: _l("Lập lại chỉ mục tìm kiếm"),
    REMAKE_TOPIC: _l("Đọc lại, vẽ lại các tệp trước đây chưa đọc được"),
}

_SCHEDULED: dict[str, Any] = {"replica.copy": _l("Chép tệp sang nơi chứa thứ hai")}
"""Work that comes round by itself and tells how far it is."""

_ERRORS: dict[str, Any] = {
    "WorkerDied": _l("Tiến trình tắt mỗi lần làm việc này. Thường là tệp quá nặng: xem bộ nhớ của máy."),
    "IndexingFailed": _l("Bộ máy tìm không nhận nội dung này."),
    "SchemaMismatch": _l("Chỉ mục tìm kiếm không khớp với bản Kho này. Lập lại chỉ mục rồi thử lại."),
    "EngineUnavailable": _l("Bộ máy tìm không trả lời."),
    "StorageUnavailable": _l("Nơi chứa tệp không trả lời."),
    "ScannerUnavailable": _l("Máy quét virus không trả lời. Tệp chờ đến khi quét xong mới mở được."),
    "ScanFailed": _l("Máy quét virus bỏ dở tệp này. Xem nhật kí của máy quét, rồi chạy: kho scan"),
    "StorageFull": _l("Nơi chứa tệp hết chỗ. Thêm chỗ rồi thử lại."),
    "ObjectNotFound": _l("Nơi chứa không còn tệp này. Khôi phục từ bản sao rồi thử lại."),
    "OperationalError": _l("Cơ sở dữ liệu không trả lời."),
    "MemoryError": _l("Máy thiếu bộ nhớ."),
}


def topic_words(topic: str) -> str:
    """What the work is; a topic of a newer version is shown as it is."""
    return str(TOPICS.get(topic) or _SCHEDULED.get(topic, topic))


def error_words(error: str | None) -> str:
    """What a stored error ("ClassName: details") means; the details stand beside it on the page."""
    name = (error or "").partition(":")[0]
    return str(_ERRORS.get(name) or _("Lỗi Kho chưa lường trước. Gửi dòng dưới cho người phát triển."))
