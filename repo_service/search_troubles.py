"""Why a search engine cannot be used, in one Vietnamese and one English line that name the setting and the cure."""

from __future__ import annotations

import threading

import structlog

from indexer import BadRequest, EngineUnavailable, SearchError, open_engine
from repo_service.database_troubles import Trouble

log = structlog.get_logger()

_CURES: dict[str, tuple[str, str]] = {
    "unreachable": (
        "máy chủ tìm kiếm không trả lời. Xem nó có đang chạy, địa chỉ và tls=0|1 có đúng không.",
        "the search server does not answer. Is it running, are the address and tls=0|1 right?",
    ),
    "tls": (
        "không nối an toàn được tới máy chủ tìm kiếm. Máy chủ không dùng TLS thì thêm tls=0, có dùng thì xem lại cổng.",
        "no secure connection to the search server. Add tls=0 if it has no TLS; if it has, look at the port.",
    ),
    "authority": (
        "chứng thư của máy chủ tìm kiếm do nơi cấp mà Kho chưa biết. Ghi tệp chứng thư của nơi cấp ấy vào ca=TỆP.",
        "the search server's certificate is from an authority unknown to Kho. Name that authority's file in ca=FILE.",
    ),
    "host": (
        "tên máy trong địa chỉ không có trong chứng thư của máy chủ tìm kiếm. Viết đúng tên máy ghi trong chứng thư.",
        "the host name of the address is not in the search server's certificate. Write a name that stands there.",
    ),
    "expired": (
        "chứng thư của máy chủ tìm kiếm đã hết hạn hoặc chưa đến ngày dùng. Cấp lại chứng thư, xem giờ của hai máy.",
        "the search server's certificate is not valid today. Renew it, and compare the clocks of both machines.",
    ),
    "credentials": (
        "máy chủ tìm kiếm không nhận tên, mật khẩu hoặc khoá API. Sửa lại trong địa chỉ hoặc trong tệp api_key_file.",
        "the search server refuses the user, password or API key. Correct the address or the file api_key_file.",
    ),
    "rights": (
        "tài khoản không đủ quyền. Cấp quyền quản lí các chỉ mục có tên bắt đầu bằng tiền tố trong địa chỉ.",
        "the account lacks rights. Grant it to manage the indexes that begin with the prefix of the address.",
    ),
    "unsupported": (
        "cần Elasticsearch 8 trở lên (elasticsearch://) hoặc OpenSearch 2 trở lên (opensearch://).",
        "Kho needs Elasticsearch 8 or newer (elasticsearch://), or OpenSearch 2 or newer (opensearch://).",
    ),
    "name": (
        "tên chỉ mục đã thuộc về chương trình khác. Viết một tiền tố khác sau tên máy, ví dụ /kho-2.",
        "the name of the index belongs to another program. Write another prefix after the hosts, such as /kho-2.",
    ),
    "newer": (
        "chỉ mục do bản Kho mới hơn lập. Nâng cấp Kho ở đây, hoặc dùng tiền tố khác.",
        "the index was made by a newer Kho. Upgrade this one, or use another prefix.",
    ),
}


def find_search_trouble(url: str) -> Trouble | None:
    """Ask the engine for its state; None when it can be used or filled."""
    try:
        engine = open_engine(url)
        try:
            status = engine.status()
        finally:
            engine.close()
    except SearchError as error:
        return explain_search(error)
    return needs_rebuild(status.needs_rebuild) if status.needs_rebuild else None


def why_not_searched(url: str) -> str | None:
    """The lines about an address nobody understands, with which Kho does not start; None when it can."""
    try:
        open_engine(url).close()
    except BadRequest as error:
        trouble = explain_search(error)
        return f"kho: {trouble.vi}\nkho: {trouble.en}"
    except SearchError:
        return None  # understood, but not there just now
    return None


def report_search_at_start(url: str) -> None:
    """Try the engine beside everything else, and log the two lines: pages and titles go on without it."""

    def look() -> None:
        trouble = find_search_trouble(url)
        if trouble:
            log.error("search_trouble", vi=trouble.vi, en=trouble.en)

    threading.Thread(target=look, name="search-trouble", daemon=True).start()


def needs_rebuild(reason: str) -> Trouble:
    """The two lines about an index that is missing, damaged, or of another schema."""
    return Trouble(
        f"SEARCH_URL: chỉ mục tìm kiếm cần lập lại ({reason}). Chạy: kho index rebuild",
        f"SEARCH_URL: the search index must be rebuilt ({reason}). Run: kho index rebuild",
    )


def explain_search(error: SearchError) -> Trouble:
    """The two lines about an error of the engine; nothing of the address is repeated."""
    if isinstance(error, EngineUnavailable) and error.cause in _CURES:
        vi, en = _CURES[error.cause]
        return Trouble(f"SEARCH_URL: {vi}", f"SEARCH_URL: {en}")
    if isinstance(error, BadRequest):
        return Trouble(
            f"SEARCH_URL: Kho không hiểu địa chỉ này ({error}). Viết elasticsearch://tên:mật-khẩu@máy:9200/kho, "
            "hoặc bỏ trống.",
            f"SEARCH_URL: not an address Kho understands ({error}). Write elasticsearch://user:password@host:9200/kho, "
            "or leave it out.",
        )
    return Trouble(
        f"SEARCH_URL: bộ máy tìm không dùng được ({error}).",
        f"SEARCH_URL: the engine cannot be used ({error}).",
    )
