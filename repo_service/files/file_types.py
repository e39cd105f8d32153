"""The types Kho takes, and the verdict on one file: ending, libmagic and structure must agree.

The only module that touches libmagic: the system's own, else the one that pylibmagic brings.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, BinaryIO

try:
    import magic
except ImportError:  # no libmagic on this machine
    import magic
    import pylibmagic  # noqa: F401 - puts its library where magic looks

from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _, _l
from repo_service.files.inspection import structures as s

LONGEST_NAME = 200
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_UNSURE = "application/octet-stream"
_TEXT = (
    "text/", "image/svg", "application/json", "application/csv", "application/xml", "application/xhtml",
    "application/x-subrip", "application/x-tex", "application/javascript", "application/x-ndjson", _UNSURE,
)  # fmt: skip
_ZIP = ("application/zip", "application/x-zip", "application/java-archive", _UNSURE)
_OLE = (
    "application/msword", "application/vnd.ms-", "application/cdfv2", "application/x-ole",
    "application/encrypted", _UNSURE,
)  # fmt: skip
_AUDIO_VIDEO = ("audio/", "video/", "application/ogg", _UNSURE)
_RTF = ("text/rtf", "application/rtf", "text/plain")
_REFUSED_TEXTS = ("text/x-shellscript", "text/x-msdos-batch", "text/x-php")
_WORD, _SHEET, _SLIDES = ("WordDocument",), ("Workbook", "Book"), ("PowerPoint Document",)


@dataclass(frozen=True)
class FileType:
    """One accepted type: its media type, its size class, its structure, and what libmagic may call it."""

    media_type: str
    size_class: str
    check: s.Check
    magic: tuple[str, ...]
    """Beginnings of libmagic's answers that agree, in small letters."""


def _text(media_type: str, must_hold: bytes = b"") -> FileType:
    return FileType(media_type, "text", s.text(must_hold=must_hold), _TEXT)


def _office(kind: str, folder: str) -> FileType:
    return FileType(f"{_OOXML}.{kind}", "document", s.office_open_xml(folder), (*_ZIP, *_OLE, _OOXML))


def _open_document(kind: str) -> FileType:
    return FileType(f"{_ODF}.{kind}", "document", s.typed_package(f"{_ODF}.{kind}".encode()), (*_ZIP, _ODF))


def _old(media_type: str, own: tuple[str, ...], *foreign: str) -> FileType:
    return FileType(media_type, "document", s.old_office(own, foreign), _OLE)


def _package(media_type: str, check: s.Check, *also: str) -> FileType:
    return FileType(media_type, "document", check, (*_ZIP, *also))


def _image(media_type: str, check: s.Check, *also: str) -> FileType:
    return FileType(media_type, "image", s.picture(check), (media_type, *also))


def _av(media_type: str, size_class: str, check: s.Check) -> FileType:
    return FileType(media_type, size_class, check, _AUDIO_VIDEO)


TYPES: dict[str, FileType] = {
    "docx": _office("wordprocessingml.document", "word/"),
    "xlsx": _office("spreadsheetml.sheet", "xl/"),
    "pptx": _office("presentationml.presentation", "ppt/"),
    "ppsx": _office("presentationml.slideshow", "ppt/"),
    "doc": _old("application/msword", _WORD, *_SHEET, *_SLIDES),
    "xls": _old("application/vnd.ms-excel", _SHEET, *_WORD, *_SLIDES),
    "ppt": _old("application/vnd.ms-powerpoint", _SLIDES, *_WORD, *_SHEET),
    "pdf": FileType("application/pdf", "document", s.pdf, ("application/pdf", _UNSURE)),
    "odt": _open_document("text"),
    "ods": _open_document("spreadsheet"),
    "odp": _open_document("presentation"),
    "rtf": FileType("application/rtf", "document", s.signature(b"{\\rtf"), _RTF),
    "epub": _package("application/epub+zip", s.typed_package(b"application/epub+zip"), "application/epub"),
    "txt": _text("text/plain"),
    "csv": _text("text/csv"),
    "md": _text("text/markdown"),
    "tex": _text("text/x-tex"),
    "gift": _text("text/plain"),
    "srt": _text("application/x-subrip"),
    "vtt": _text("text/vtt", b"webvtt"),
    "html": _text("text/html", b"<"),
    "htm": _text("text/html", b"<"),
    "xml": _text("application/xml", b"<"),
    "svg": _text("image/svg+xml", b"<svg"),
    "png": _image("image/png", s.signature(b"\x89PNG\r\n\x1a\n")),
    "jpg": _image("image/jpeg", s.signature(b"\xff\xd8\xff")),
    "jpeg": _image("image/jpeg", s.signature(b"\xff\xd8\xff")),
    "webp": _image("image/webp", s.riff(b"WEBP")),
    "gif": _image("image/gif", s.gif),
    "bmp": _image("image/bmp", s.bitmap, "image/x-ms-bmp"),
    "mp4": _av("video/mp4", "video", s.movie),
    "webm": _av("video/webm", "video", s.signature(b"\x1a\x45\xdf\xa3")),
    "mov": _av("video/quicktime", "video", s.movie),
    "mp3": _av("audio/mpeg", "audio", s.mpeg_audio),
    "m4a": _av("audio/mp4", "audio", s.movie),
    "wav": _av("audio/wav", "audio", s.riff(b"WAVE")),
    "ogg": _av("audio/ogg", "audio", s.signature(b"OggS")),
    "zip": FileType("application/zip", "package", s.package(), (*_ZIP, _OOXML, _ODF, "application/epub")),
    "h5p": FileType("application/zip", "package", s.package_with("h5p.json"), _ZIP),
    "imscc": FileType("application/zip", "package", s.package_with("imsmanifest.xml"), _ZIP),
    "ggb": _package("application/vnd.geogebra.file", s.package_with("geogebra.xml"), "application/vnd.geogebra"),
    "sb3": _package("application/x.scratch.sb3", s.package_with("project.json")),
}  # fmt: skip

REASONS: dict[str, Any] = {
    "type_mismatch": _l(
        "Nội dung tệp không đúng với đuôi tên tệp. Mở tệp, lưu lại đúng loại rồi gửi lại nhé."
    ),
    "polyglot": _l("Trong tệp có giấu thêm một loại tệp khác. Lưu lại thành tệp mới rồi gửi lại nhé."),
    "executable": _l("Đây là chương trình hoặc mã lệnh, Kho không nhận."),
    "text_unreadable": _l("Tệp mang đuôi văn bản mà không đọc được thành chữ."),
    "macros": _l("Tệp có macro. Lưu lại bản không có macro rồi gửi lại nhé."),
    "zip_too_many": _l("Tệp nén chứa quá nhiều tệp (hơn 10.000)."),
    "zip_too_large": _l("Tệp nén bung ra quá lớn."),
    "zip_ratio": _l("Tệp nén bung ra lớn gấp hơn 200 lần, giống tệp phá hoại."),
    "zip_nested": _l("Tệp nén lồng nhau quá nhiều lớp. Giải nén bớt rồi gửi lại nhé."),
    "zip_names": _l("Trong tệp nén có tên trỏ ra ngoài thư mục."),
    "zip_symlink": _l("Trong tệp nén có liên kết tới tệp khác của máy."),
    "zip_encrypted": _l("Tệp nén có mật khẩu nên Kho không kiểm tra được. Nén lại không đặt mật khẩu nhé."),
    "zip_overlap": _l("Các phần trong tệp nén chồng lên nhau, giống tệp phá hoại."),
    "zip_confusing": _l("Cấu trúc tệp nén không bình thường. Nén lại rồi gửi lại nhé."),
    "zip_executable": _l("Trong tệp nén có chương trình. Bỏ chương trình ra rồi nén lại nhé."),
    "secret_paper": _l(
        "Tệp giống đề thi quốc gia chưa công bố. Đó là bí mật nhà nước, Kho không nhận; Sở đã được báo. "
        "Nếu Kho nhầm, Sở cho tệp đi tiếp, thầy cô không phải gửi lại."
    ),
    "virus": _l(
        "Máy quét virus thấy mã độc trong tệp nên Kho giữ lại, không ai tải về được. Thầy cô quét máy tính của mình, "
        "lưu lại tệp từ bản sạch rồi gửi tệp mới nhé; nếu chắc là nhầm, nhờ quản trị quét lại."
    ),
    "scan_too_big": _l(
        "Tệp lớn hơn mức máy quét virus đọc được nên Kho tạm giữ. Thầy cô không phải gửi lại: quản trị nâng mức rồi "
        "quét lại là tệp mở được."
    ),
    "scan_failed": _l(
        "Máy quét virus không đọc hết được tệp nên Kho tạm giữ. Thầy cô mở tệp, lưu lại thành tệp mới rồi gửi lại, "
        "hoặc nhờ quản trị quét lại nhé."
    ),
    "damaged": _l("Tệp đã hỏng ở nơi chứa. Quản trị được báo và đang tìm bản lành."),
}
"""Why a file is quarantined, in words for the teacher."""


@dataclass(frozen=True)
class Verdict:
    """What a file is; with a `reason` it is quarantined."""

    media_type: str
    reason: str | None = None


def clean_name(filename: str) -> str:
    """The name as kept: NFC, without folders, control or format characters, at most 200 characters."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        letter for letter in unicodedata.normalize("NFC", last) if unicodedata.category(letter)[0] != "C"
    )
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > LONGEST_NAME and dot:
        return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    return kept[:LONGEST_NAME]


def ending_of(name: str) -> str:
    """The ending that decides, in small letters; empty without one."""
    stem, _dot, ending = name.rpartition(".")
    return ending.lower() if stem else ""


def type_of_name(name: str) -> FileType:
    """The type a (clean) name promises; InvalidInput for one Kho does not take."""
    found = TYPES.get(ending_of(name))
    if found is None:
        taken = ", ".join(TYPES)
        raise InvalidInput(
            {"filename": [_("Kho chưa nhận loại tệp này. Các loại nhận được: %(taken)s.", taken=taken)]}
        )
    return found


def extensions_by_class() -> dict[str, list[str]]:
    """Endings of each size class."""
    found: dict[str, list[str]] = {}
    for ending, each in TYPES.items():
        found.setdefault(each.size_class, []).append(ending)
    return found


def inspect(file: BinaryIO, name: str) -> Verdict:
    """Judge a seekable file against its name; reads the edges, a zip's directory, or the whole of a text."""
    promised = type_of_name(name)
    sample = s.Sample.of(file)
    said = str(magic.from_buffer(sample.head, mime=True)).lower()
    if s.is_program(sample) or said in _REFUSED_TEXTS:
        return Verdict(promised.media_type, "executable")
    reason = promised.check(sample)
    if reason is None and not said.startswith(promised.magic):
        reason = s.MISMATCH
    return Verdict(promised.media_type, reason)
