"""How much of old and new files is read right: marked words against their true text, per format.

Without FOLDER on files made here in TCVN3, VNI and Unicode; with it on any files, of which those with
`NAME.EXT.txt` beside them are compared. Files per second and failures are told on standard error.
"""

from __future__ import annotations

import argparse
import mimetypes
import re
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench.machine import print_result, say
from bench.old_files import FOREIGN, own_files, sentences
from indexer.extraction import Extracted, can_extract, run_extraction
from indexer.extraction.legacy_encodings import from_tcvn3, from_vni
from indexer.extraction.repair import repaired
from repo_service.files.file_types import TYPES

GOALS = ("docx", "rtf", "pdf", "doc", "xls")
_WORD = re.compile(r"[^\W\d_]+")
PER_KIND = 8


def main() -> None:
    """Read every file in the child process that the service uses, then compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, help="foreign files; true texts beside them as NAME.EXT.txt"
    )
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kho-extraction-") as name:
        files = sorted(_foreign(wanted.folder)) if wanted.folder else list(own_files(Path(name), PER_KIND))
        shares = measured(files)
    figures = {f"{ending}_marked_words_share": share for ending, share in shares.items()}
    figures["unicode_changed_share"] = changed_share(repaired)
    baseline = {
        "unicode_words": float(sum(len(_WORD.findall(line)) for line in _unicode_lines())),
        "unicode_changed_share_control": changed_share(
            lambda lines: [from_vni(from_tcvn3(line)) for line in lines]
        ),
    }
    missing = {
        f"{ending}_marked_words_share": "no such file with a true text"
        if wanted.folder
        else "no LibreOffice here"
        for ending in GOALS
        if ending not in shares
    }
    print_result("extraction", figures, baseline, missing)


def _foreign(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        is_truth = path.suffix == ".txt" and path.with_suffix("").is_file()
        if path.is_file() and not is_truth and not path.name.startswith("."):
            yield path


def measured(files: Sequence[Path]) -> dict[str, float]:
    """Share of marked words that came out right, by file name ending; tells what was read on the way."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    ended: Counter[str] = Counter()
    begin = time.perf_counter()
    for path in files:
        extracted = _read(path)
        ended[extracted.reason or extracted.state] += 1
        if extracted.state == "failed":
            say(f"  {path.name}: {extracted.reason}")
        truth = path.with_name(path.name + ".txt")
        if truth.is_file():
            right, of = compared(extracted.text, truth.read_text("utf-8"))
            found[path.suffix.lower().lstrip(".")].append((right, of))
            if right < 0.9 * of:
                say(f"  {path.name}: {right} of {of} marked words")
    seconds = time.perf_counter() - begin
    say(f"{len(files)} files, {len(files) / max(seconds, 1e-9):.1f} files/s, "
        f"{ended['ready'] / max(len(files), 1):.3f} read; {dict(ended)}")  # fmt: skip
    return {ending: _share(pairs) for ending, pairs in sorted(found.items()) if sum(of for _, of in pairs)}


def _share(pairs: Sequence[tuple[int, int]]) -> float:
    return sum(right for right, _ in pairs) / sum(of for _, of in pairs)


def _read(path: Path) -> Extracted:
    known = TYPES.get(path.suffix.lower().lstrip("."))
    media_type = (
        known.media_type if known else mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )
    return (
        run_extraction(path, media_type)
        if can_extract(media_type)
        else Extracted(state="none", reason="unsupported")
    )


def compared(text: str, truth: str) -> tuple[int, int]:
    """(marked words of the truth that the text holds, all of them), each as often as it stands there.

    In small letters: TCVN3 has no capitals with tones, so a true text may differ in size only.
    """
    wanted, found = _marked(truth), _marked(text)
    return sum((wanted & found).values()), sum(wanted.values())


def _marked(text: str) -> Counter[str]:
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    return Counter(word for word in words if not word.isascii())


def _unicode_lines() -> list[str]:
    return [*sentences(), *FOREIGN]


def changed_share(repair: Callable[[Sequence[str]], Sequence[str]]) -> float:
    """Share of words of Unicode Vietnamese, other languages and formulas that a repair alters: each line alone,
    and all lines as one document."""
    lines = _unicode_lines()
    changed = words = 0
    for before, after in [
        *zip(lines, repair(lines), strict=True),
        *((line, repair([line])[0]) for line in lines),
    ]:
        was, now = before.split(), after.split()
        words += len(was)
        changed += sum(left != right for left, right in zip(was, now, strict=False)) + abs(
            len(was) - len(now)
        )
    return changed / words


if __name__ == "__main__":
    main()
