"""What `kho doctor` looks at, one function per question; each answers with sentences an operator can act on."""

from __future__ import annotations

import platform
import shutil
import stat
import sys
from datetime import timedelta

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from indexer import SearchError
from indexer.extraction.programs import OCR, ocr_program
from repo_service.accounts.oidc.provider import IdentityRefused, ProviderUnavailable, provider_of
from repo_service.core import clock, outbox
from repo_service.core.backends import search_engine
from repo_service.core.db import Database
from repo_service.curriculum.models import Installation
from repo_service.database_troubles import find_trouble
from repo_service.letters import queries as letters
from repo_service.mail.door import door, is_open
from repo_service.mail.smtp import MailUnavailable, connected
from repo_service.operations.findings import ERROR, GOOD, WARNING, Check, Finding, Findings
from repo_service.operations.keeping_checks import (
    check_audit,
    check_backups,
    check_reading_again,
    check_replica,
)
from repo_service.operations.scanner_checks import check_scanned_files, check_scanners
from repo_service.schema import is_current
from repo_service.search.queries import rows_waiting
from repo_service.search_troubles import explain_search, needs_rebuild
from repo_service.settings import ConfigurationError, Settings
from repo_service.storage_troubles import find_storage_trouble

_PROGRAMS = {
    "soffice": "LibreOffice: ảnh xem trước của Word, PowerPoint, Excel",
    "ffmpeg": "ảnh bìa, độ dài của video và bản thu",
    OCR: "đọc chữ trong trang quét và ảnh chụp",
}
_LONG_LAG = timedelta(hours=1)
_LITTLE_ROOM, _NO_ROOM = 5 << 30, 512 << 20
_LONG_QUEUE = 1000


def check_python(_settings: Settings, _database: Database) -> Findings:
    """Python, and the library that tells types of files."""
    yield Finding(GOOD, f"Python {platform.python_version()} ({platform.system()})")
    try:
        from repo_service.files import file_types
    except ImportError as error:
        yield Finding(ERROR, f"libmagic: không nạp được ({error}). Cài gói libmagic của hệ điều hành.")
        return
    version = file_types.__dict__["magic"].version()
    source = "đi kèm Kho (pylibmagic)" if "pylibmagic" in sys.modules else "của hệ điều hành"
    yield Finding(GOOD, f"libmagic {version // 100}.{version % 100:02}, {source}")


def check_programs(_settings: Settings, _database: Database) -> Findings:
    """Optional programs: without them Kho says "no preview" and goes on."""
    for program, purpose in _PROGRAMS.items():
        found = shutil.which(program)
        if found is None:
            yield Finding(WARNING, f"{program}: không có ({purpose})")
        elif program == OCR and ocr_program() is None:
            yield Finding(WARNING, f"{program}: {found}, nhưng thiếu tiếng Việt. Cài gói tesseract-ocr-vie")
        else:
            yield Finding(GOOD, f"{program}: {found}")


def check_disk(settings: Settings, _database: Database) -> Findings:
    """Room where the data folder is."""
    free = shutil.disk_usage(settings.data).free
    level = ERROR if free < _NO_ROOM else WARNING if free < _LITTLE_ROOM else GOOD
    yield Finding(level, f"Đĩa của {settings.data} còn {free / (1 << 30):.1f} GB")


def check_database(settings: Settings, database: Database) -> Findings:
    """The schema, and whether anything is installed."""
    name = make_url(settings.database_url).get_backend_name()
    trouble = find_trouble(settings.database_url)
    if trouble:
        yield Finding(ERROR, f"{trouble.vi}\n  {trouble.en}")
        return
    try:
        if not is_current(settings.database_url):
            yield Finding(ERROR, f"Lược đồ dữ liệu ({name}) chưa mới nhất. Chạy: kho migrate")
            return
        with database.session(writing=False) as session:
            installation = session.get(Installation, 1)
    except SQLAlchemyError as error:
        yield Finding(ERROR, f"Không mở được cơ sở dữ liệu ({name}): {type(error).__name__}")
        return
    yield Finding(GOOD, f"Lược đồ dữ liệu ({name}) mới nhất")
    if installation is None:
        yield Finding(WARNING, "Kho còn trống. Chạy: kho init, hoặc kho seed để có dữ liệu minh hoạ")
    elif installation.is_demo and settings.is_real:
        yield Finding(
            ERROR,
            "PUBLIC_URL đang đặt nhưng đây là dữ liệu minh hoạ, có tài khoản mẫu. Dùng thư mục dữ liệu khác.",
        )
    elif installation.is_demo:
        yield Finding(GOOD, "Dữ liệu minh hoạ, có tài khoản mẫu (demo-accounts.txt)")


def check_storage(settings: Settings, _database: Database) -> Findings:
    """Write, read and delete a small object."""
    trouble = find_storage_trouble(settings.storage_url)
    yield (
        Finding(ERROR, f"{trouble.vi}\n  {trouble.en}")
        if trouble
        else Finding(GOOD, "Nơi chứa tệp: ghi, đọc, xoá được")
    )


def check_index(_settings: Settings, database: Database) -> Findings:
    """The search index and how far it is behind."""
    try:
        status = search_engine().status()
    except SearchError as error:
        trouble = explain_search(error)
        yield Finding(ERROR, f"{trouble.vi}\n  {trouble.en}")
        return
    if status.needs_rebuild:
        trouble = needs_rebuild(status.needs_rebuild)
        yield Finding(WARNING, f"{trouble.vi}\n  {trouble.en}")
    with database.session(writing=False):
        waiting = rows_waiting()
    level = WARNING if waiting > _LONG_QUEUE else GOOD
    yield Finding(
        level, f"Chỉ mục ({status.engine}): {status.documents} học liệu, {waiting} thay đổi đang chờ"
    )


def check_background_work(_settings: Settings, database: Database) -> Findings:
    """What waits in the outbox and what failed for good."""
    with database.session(writing=False) as session:
        waiting, dead = outbox.waiting(session), outbox.dead(session)
    level = WARNING if waiting > _LONG_QUEUE else GOOD
    yield Finding(level, f"Việc nền đang chờ: {waiting}")
    if dead:
        yield Finding(ERROR, f"Việc nền hỏng hẳn: {len(dead)}, mới nhất {dead[0].topic}: {dead[0].error}")


def check_mail(_settings: Settings, _database: Database) -> Findings:
    """The mail server: reached, believed, signed in to."""
    try:
        found = door()
        if found is None:
            yield Finding(GOOD, "Chưa đặt SMTP_URL: Kho không gửi thư, liên kết đưa tận tay")
            return
        with connected(found.server):
            yield Finding(
                GOOD, f"Máy thư {found.server.host}: kết nối và đăng nhập được (kho mail test ĐỊA_CHỈ)"
            )
    except (ConfigurationError, MailUnavailable) as error:
        yield Finding(ERROR, f"Máy thư (SMTP_URL): {error}")


def check_provider(settings: Settings, _database: Database) -> Findings:
    """The provider that signs people in, where there is one."""
    provider = provider_of(settings)
    if provider is None:
        return
    try:
        provider.check()
    except (ProviderUnavailable, IdentityRefused) as error:
        yield Finding(WARNING, f"Nơi đăng nhập (OIDC_ISSUER): {error}. Đăng nhập bằng mật khẩu vẫn được.")
    else:
        yield Finding(GOOD, f"Nơi đăng nhập {settings.oidc_name}: trả lời, có khóa")


def check_letters(_settings: Settings, database: Database) -> Findings:
    """Letters that wait too long, and addresses that do not exist."""
    if not is_open():
        return
    with database.session(writing=False):
        unsent, dead = letters.waiting(), letters.dead_mailboxes()
    late = unsent.since is not None and clock.now() - unsent.since > _LONG_LAG
    yield Finding(WARNING if late else GOOD, f"Thư đang chờ gửi: {unsent.letters}")
    if dead:
        yield Finding(WARNING, f"{dead} tài khoản có email mà máy thư báo không tồn tại")


def check_secrets(settings: Settings, _database: Database) -> Findings:
    """Files that hold secrets are for their owner only."""
    for name in ("secret_key", "demo-accounts.txt"):
        path = settings.data / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(ERROR, f"{path} người khác đọc được. Chạy: chmod 600 {path}")
        elif path.exists():
            yield Finding(GOOD, f"{name}: chỉ chủ của nó đọc được")


def check_address(settings: Settings, _database: Database) -> Findings:
    """Whether the session cookie travels encrypted, and whether Kho sees who is behind the proxy that encrypts."""
    if settings.public_url is None:
        yield Finding(GOOD, "Chưa đặt PUBLIC_URL: chạy thử trên máy này, cookie đi qua http")
    elif settings.public_url.startswith("http://"):
        yield Finding(
            WARNING, f"{settings.public_url} là http: phiên đăng nhập đi không mã hoá. Nên dùng https"
        )
    else:
        yield Finding(GOOD, f"{settings.public_url}: cookie chỉ đi qua https")
        if not settings.trusted_proxies:
            yield Finding(
                WARNING,
                "TRUSTED_PROXIES chưa đặt: sau máy chủ trung gian (nginx), Kho thấy mọi người đến từ một địa chỉ và "
                "đếm chung lần thử mật khẩu. Có một máy trung gian thì đặt TRUSTED_PROXIES=1",
            )


ALWAYS: tuple[Check, ...] = (
    check_python,
    check_programs,
    check_disk,
    check_storage,
    check_scanners,
    check_secrets,
    check_address,
    check_mail,
    check_provider,
)
WITH_DATABASE: tuple[Check, ...] = (
    check_replica,
    check_reading_again,
    check_scanned_files,
    check_backups,
    check_audit,
    check_index,
    check_background_work,
    check_letters,
)


def examine(settings: Settings, database: Database) -> Findings:
    """All findings in order; what needs the database is left out when the database is not right."""
    for check in ALWAYS:
        yield from check(settings, database)
    about_database = list(check_database(settings, database))
    yield from about_database
    if about_database[0].level == GOOD:
        for check in WITH_DATABASE:
            yield from check(settings, database)
