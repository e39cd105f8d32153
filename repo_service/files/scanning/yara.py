"""Rules of YARA from a folder, matched in the child process that reads hostile files.

The rules are compiled when they change and kept in the data folder; the extra `yara` brings the engine.
"""

from __future__ import annotations

import hashlib
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast

from indexer.extraction import matching_rules
from repo_service.files.scanning.outcome import (
    CLEAN,
    FOUND,
    TOO_BIG,
    Content,
    Scan,
    ScanFailed,
    ScannerUnavailable,
)

LARGEST = 64 << 20
"""Bytes: what the child's memory holds beside the engine."""
_ENDINGS = (".yar", ".yara")


class BadRules(ValueError):
    """The folder holds no rules, or rules that do not compile; said to the operator, in English."""


def scan(folder: Path, data: Path, content: Content) -> Scan:
    """Match the bytes against the folder's rules; the first rule that matches is the threat.

    Raises ScannerUnavailable while the rules are wrong, ScanFailed when the child did not end well.
    """
    if content.size > LARGEST:
        return Scan(TOO_BIG)
    try:
        rules = compiled(folder, data)
    except BadRules as error:
        raise ScannerUnavailable(str(error)) from error
    with tempfile.NamedTemporaryFile(prefix="kho-yara-") as copy:
        with content.open() as blocks:
            for block in blocks:
                copy.write(block)
        copy.flush()
        found, trouble = matching_rules(Path(copy.name), rules)
    if trouble:
        raise ScanFailed(f"YARA: {trouble}")
    return Scan(FOUND, found[0][:200]) if found else Scan(CLEAN)


def compiled(folder: Path, data: Path) -> Path:
    """The compiled rules of the folder, made when a rule has changed; BadRules says which is wrong."""
    if find_spec("yara_x") is None:
        raise BadRules("YARA_RULES is set, but its engine is missing: pip install kho-hoc-lieu[yara]")
    try:
        sources = {path: path.read_text() for path in sorted(folder.rglob("*")) if path.suffix in _ENDINGS}
    except (OSError, UnicodeDecodeError) as error:
        raise BadRules(f"YARA_RULES: {error}") from error
    if not sources:
        raise BadRules(f"YARA_RULES: no file {' or '.join(f'*{ending}' for ending in _ENDINGS)} in {folder}")
    told = hashlib.sha256(repr([(str(path), text) for path, text in sources.items()]).encode()).hexdigest()
    kept = data / f"yara-{told[:16]}.rules"
    if not kept.exists():
        _compile(sources, kept)
    return kept


def _compile(sources: dict[Path, str], kept: Path) -> None:
    import yara_x

    compiler = yara_x.Compiler(includes_enabled=False)
    for place, (path, text) in enumerate(sources.items()):
        compiler.new_namespace(f"{place}")
        try:
            compiler.add_source(text, origin=path.name)
        except yara_x.CompileError as error:
            raise BadRules(f"YARA_RULES: {error}") from error
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as file:
        compiler.build().serialize_into(cast(BinaryIO, file))
    for older in kept.parent.glob("yara-*.rules"):
        older.unlink(missing_ok=True)
    Path(file.name).replace(kept)
