"""Be Vietnam Pro for the pages (woff2 subset to what Vietnamese needs) and for written PDFs (whole TTF)."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

NODE_BROTLI = (
    "const z=require('zlib'),c=z.constants,p=[];process.stdin.on('data',b=>p.push(b)).on('end',()=>"
    "process.stdout.write(z.brotliCompressSync(Buffer.concat(p),{params:{[c.BROTLI_PARAM_QUALITY]:11,"
    "[c.BROTLI_PARAM_MODE]:c.BROTLI_MODE_FONT,[c.BROTLI_PARAM_LGWIN]:22}})))"
)
LATIN = "U+0020-007E,U+00A0-00FF,U+2010-2027,U+2190-2193,U+2212,U+2264-2265"
VIETNAMESE = (
    "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,"
    "U+0300-0301,U+0303,U+0309,U+0323,U+1EA0-1EF9,U+20AB"
)
RANGES = {"latin": LATIN, "vietnamese": VIETNAMESE}
FEATURES = "kern,mark,mkmk,ccmp,locl"


def compress(data: bytes, **_options: object) -> bytes:
    """Brotli through the Node that runs the build: Python has none of its own, and woff2 needs it."""
    return subprocess.run(
        [sys.argv[3], "-e", NODE_BROTLI], input=data, stdout=subprocess.PIPE, check=True
    ).stdout


def lend_brotli_to_fonttools() -> None:
    """fontTools looks for a module of this name once, when it is imported."""
    brotli = types.ModuleType("brotli")
    brotli.compress = compress  # type: ignore[attr-defined]
    brotli.MODE_FONT = 2  # type: ignore[attr-defined]
    sys.modules["brotli"] = brotli


def subset_for_pages(source: Path, out: Path) -> None:
    """`out/be-vietnam-pro-<range>-<weight>.woff2`, one per range so that a page in plain ASCII loads half."""
    from fontTools import subset

    for range_name, unicodes in RANGES.items():
        for weight in (400, 600):
            subset.main(
                [
                    str(source / f"be-vietnam-pro-{range_name}-{weight}-normal.woff"),
                    f"--unicodes={unicodes}",
                    f"--layout-features={FEATURES}",
                    "--flavor=woff2",
                    "--no-hinting",
                    f"--output-file={out / f'be-vietnam-pro-{range_name}-{weight}.woff2'}",
                ]
            )


def merge_for_pdfs(source: Path, out: Path) -> None:
    """`out/be-vietnam-pro-<weight>.ttf` with all letters in one file; PDF writers use no layout tables."""
    from fontTools.merge import Merger, Options

    for weight in (400, 600):
        parts = [str(source / f"be-vietnam-pro-{name}-{weight}-normal.woff") for name in RANGES]
        options = Options(
            drop_tables=["GSUB", "GPOS", "GDEF", "vhea", "vmtx", "gasp", "DSIG", "meta", "STAT"]
        )
        font = Merger(options).merge(parts)
        font.flavor = None
        font.save(out / f"be-vietnam-pro-{weight}.ttf")


if __name__ == "__main__":
    lend_brotli_to_fonttools()
    folders = (Path(sys.argv[1]), Path(sys.argv[2]))
    subset_for_pages(*folders)
    merge_for_pdfs(*folders)
