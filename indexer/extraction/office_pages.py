"""Office files as a PDF, by LibreOffice with a profile of its own: no macros, no links followed, no network.

Documents in old fonts are put into Unicode first, as far as their format lets us: drawn as they stand they
would show "KÕ ho¹ch bµi d¹y" on every machine without those fonts. Runs in the child only.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from indexer.extraction import old_fonts
from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.programs import ENVIRONMENT, OFFICE_ENDINGS

PAGES = 200
_PDF_OPTIONS = {"PageRange": {"type": "string", "value": f"1-{PAGES}"}, "Quality": {"type": "long", "value": "80"},
                "ReduceImageResolution": {"type": "boolean", "value": "true"},
                "MaxImageResolution": {"type": "long", "value": "150"}}  # fmt: skip
_MODERN = {"doc": "docx", "rtf": "docx", "ppt": "pptx", "xls": "xlsx"}
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def convert(path: Path, media_type: str, program: str, folder: Path, limits: Limits) -> Path:
    """The PDF of the first `PAGES` pages, written into `folder`; Refused where there can be none."""
    ending = OFFICE_ENDINGS[media_type]
    _write_profile(folder / "profile")
    source = folder / f"in.{ending}"
    source.symlink_to(path)
    if old_fonts.are_named_in(path):
        if ending in _MODERN:
            source = _run(program, folder, source, _MODERN[ending])
        source = old_fonts.in_unicode(source, folder / f"unicode{source.suffix}", limits)
    return _run(program, folder, source, "pdf")


def _run(program: str, folder: Path, source: Path, ending: str) -> Path:
    """One conversion; LibreOffice says little about why it failed, so a missing result is "damaged"."""
    out = folder / "out"
    out.mkdir(exist_ok=True)
    wanted = f"pdf:{_pdf_filter(source)}:{json.dumps(_PDF_OPTIONS)}" if ending == "pdf" else ending
    subprocess.run(
        [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--nolockcheck", "--nodefault", "--nologo", "--convert-to", wanted, "--outdir", str(out), str(source),
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        env={**ENVIRONMENT, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
    )  # fmt: skip
    made = out / f"{source.stem}.{ending}"
    if not made.is_file() or not made.stat().st_size:
        raise Refused("damaged")
    return made


def _pdf_filter(source: Path) -> str:
    kind = source.suffix.lstrip(".")
    if kind in ("pptx", "ppsx", "odp", "ppt"):
        return "impress_pdf_Export"
    return "calc_pdf_Export" if kind in ("xlsx", "ods", "xls") else "writer_pdf_Export"


def _write_profile(folder: Path) -> None:
    """Settings that keep it still: macros never run, links are not followed, the proxy leads nowhere."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>',
        "utf-8",
    )
