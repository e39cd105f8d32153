"""The moves a person makes on a work: one table for the API, the question pages and the buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from repo_service.accounts.models import User
from repo_service.contributions.service import submit_for_review
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _, _l
from repo_service.core.permissions import Policy, Viewer
from repo_service.resources import policy, service, succession
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_resource, find_version
from repo_service.reviews import service as reviews

Perform = Callable[[Viewer, Resource, Mapping[str, str]], Any]


@dataclass(frozen=True)
class Move:
    """One move: its path on a page, its words, the one thing it asks for, and what it does."""

    path: str
    rule: Policy
    perform: Perform
    button: Any
    question: Any
    text: Any
    done: Any
    asks: str | None = None
    """reason, successor or user: the field that must be filled in."""
    asks_label: Any = ""
    danger: bool = False


def make(
    viewer: Viewer, name: str, resource_id: str, values: Mapping[str, str], revision: int | None = None
) -> Resource:
    """Make one move in this transaction; the resource after it. Rights first, then what was typed."""
    move = MOVES[name]
    resource = find_resource(viewer, resource_id, move.rule.action, changing=True)
    service.check_revision(resource, revision)
    move.perform(viewer, resource, values)
    return resource


def _working(resource: Resource) -> ResourceVersion:
    if resource.working_version_id is None:
        raise MoveNotAllowed(_("Bài không có bản nào đang trên đường công bố."))
    return find_version(resource, resource.working_version_id)


def _submit(viewer: Viewer, resource: Resource, _values: Mapping[str, str]) -> None:
    submit_for_review(viewer, resource, _working(resource))


def _recall(viewer: Viewer, resource: Resource, _values: Mapping[str, str]) -> None:
    reviews.recall(viewer, resource, _working(resource))


def _appeal(viewer: Viewer, resource: Resource, _values: Mapping[str, str]) -> None:
    reviews.appeal(viewer, resource, _working(resource))


def _publish(viewer: Viewer, resource: Resource, _values: Mapping[str, str]) -> None:
    reviews.publish(viewer, resource, _working(resource))


def _delete(viewer: Viewer, resource: Resource, _values: Mapping[str, str]) -> None:
    service.delete_draft(viewer, resource, _working(resource))


def _replace(viewer: Viewer, resource: Resource, values: Mapping[str, str]) -> None:
    successor_id = values.get("successor", "").rstrip("/").rpartition("/")[2]
    statement = select(Resource.id).where(Resource.id == successor_id, policy.can_read_sql(viewer))
    if current_session().scalar(statement) is None:
        raise InvalidInput({"successor": [_("Dán đường dẫn của bài thay thế (mở bài ấy, chép địa chỉ).")]})
    succession.replace(
        viewer, resource, find_resource(viewer, successor_id, changing=True), values.get("reason", "")
    )


def _retire(viewer: Viewer, resource: Resource, values: Mapping[str, str]) -> None:
    succession.retire(viewer, resource, values.get("reason", ""))


def _restore(viewer: Viewer, resource: Resource, values: Mapping[str, str]) -> None:
    succession.restore(viewer, resource, values.get("reason", ""))


def _withdraw(viewer: Viewer, resource: Resource, values: Mapping[str, str]) -> None:
    succession.withdraw(viewer, resource, values.get("reason", ""))


def _hand_over(viewer: Viewer, resource: Resource, values: Mapping[str, str]) -> None:
    asked = values.get("user", "").strip()
    user = current_session().scalar(
        select(User).where(or_(User.username == asked, User.id == asked), User.is_active)
    )
    if user is None:
        raise InvalidInput({"user": [_("Không có đồng nghiệp nào dùng tên đăng nhập này.")]})
    service.hand_over(viewer, resource, service.Author(user.name, user.id))


def _spread(viewer: Viewer, resource: Resource, values: Mapping[str, str]) -> None:
    succession.spread(viewer, resource, values.get("reason", ""))


def _end_spread(viewer: Viewer, resource: Resource, _values: Mapping[str, str]) -> None:
    succession.end_spread(viewer, resource)


MOVES: dict[str, Move] = {
    "submit": Move(
        "gui", policy.EDIT, _submit, _l("Gửi phản biện"), _l("Gửi bài cho đồng nghiệp đọc?"),
        _l("Đồng nghiệp trong cụm sẽ đọc và góp ý. Thu hồi về nháp lúc nào cũng được."), _l("Đã gửi phản biện."),
    ),
    "recall": Move(
        "thu-hoi", policy.EDIT, _recall, _l("Thu hồi về nháp"), _l("Thu hồi bài về nháp?"),
        _l("Người đang đọc sẽ dừng lại; góp ý đã có vẫn giữ."), _l("Đã thu hồi về nháp."),
    ),
    "appeal": Move(
        "xem-lai", policy.EDIT, _appeal, _l("Nhờ xem lại"), _l("Nhờ trưởng cụm xem lại?"),
        _l("Kho mở một vòng đọc mới và báo cho trưởng cụm."), _l("Đã nhờ trưởng cụm xem lại."),
    ),
    "publish": Move(
        "cong-bo", policy.PUBLISH, _publish, _l("Công bố"), _l("Công bố bài này bây giờ?"),
        _l("Đồng nghiệp trong phạm vi đã chọn sẽ tìm thấy bài."), _l("Đã công bố."),
    ),
    "delete": Move(
        "xoa-nhap", policy.EDIT, _delete, _l("Xóa bản nháp"), _l("Xóa bản nháp này?"),
        _l("Bản nháp và những gì đã điền sẽ mất hẳn. Bản đã công bố, nếu có, vẫn còn."), _l("Đã xóa bản nháp."),
        danger=True,
    ),
    "replace": Move(
        "thay-the", policy.CURATE, _replace, _l("Thay bằng bài khác"), _l("Thay bài này bằng bài khác?"),
        _l("Đường dẫn cũ sẽ dẫn sang bài mới, có lời báo."), _l("Đã thay bằng bài khác."),
        asks="successor", asks_label=_l("Đường dẫn của bài thay thế"),
    ),
    "retire": Move(
        "ngung-su-dung", policy.CURATE, _retire, _l("Ngừng sử dụng"), _l("Ngừng sử dụng bài này?"),
        _l("Bài vẫn mở được bằng đường dẫn, có lời báo, nhưng không hiện khi tìm. Dùng lại lúc nào cũng được."),
        _l("Đã ngừng sử dụng."),
        asks="reason", asks_label=_l("Lí do, một dòng"),
    ),
    "restore": Move(
        "dung-lai", policy.CURATE, _restore, _l("Dùng lại"), _l("Đưa bài này vào dùng lại?"),
        _l("Bài lại hiện khi tìm."), _l("Bài đã dùng lại."),
    ),
    "withdraw": Move(
        "go-bai", policy.WITHDRAW, _withdraw, _l("Gỡ bài"), _l("Gỡ hẳn bài này?"),
        _l("Chỉ gỡ vì bản quyền, dữ liệu cá nhân, sai sót. Tên bài, lí do, ngày gỡ vẫn hiện; tệp không tải được nữa."),
        _l("Đã gỡ bài."),
        asks="reason", asks_label=_l("Lí do, một dòng"), danger=True,
    ),
    "spread": Move(
        "nhan-rong", policy.SPREAD, _spread, _l("Nhân rộng"), _l("Nhân rộng bài này ra toàn tỉnh?"),
        _l("Tác giả và mọi cụm được báo tin kèm lí do; dấu Nhân rộng hiện trên bài và lọc được khi tìm."),
        _l("Đã nhân rộng. Tác giả và các cụm được báo tin."),
        asks="reason", asks_label=_l("Vì sao nên nhân rộng, một hai câu"),
    ),
    "end_spread": Move(
        "thoi-nhan-rong", policy.SPREAD, _end_spread, _l("Thôi nhân rộng"), _l("Bỏ dấu Nhân rộng của bài này?"),
        _l("Bài vẫn ở trong Kho như trước, chỉ không còn mang dấu."), _l("Đã bỏ dấu Nhân rộng."),
    ),
    "hand_over": Move(
        "ban-giao", policy.HAND_OVER, _hand_over, _l("Bàn giao"), _l("Bàn giao bài cho đồng nghiệp?"),
        _l("Đồng nghiệp sẽ chăm sóc bài thay thầy cô; tên tác giả vẫn giữ nguyên."), _l("Đã bàn giao."),
        asks="user", asks_label=_l("Tên đăng nhập của đồng nghiệp"),
    ),
}  # fmt: skip
