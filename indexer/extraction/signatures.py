"""Names of the compiled YARA rules that match a file; read in the child, as every hostile file is."""

from __future__ import annotations

from pathlib import Path


def matching(path: Path, rules: Path, seconds: float) -> list[str]:
    """Identifiers of the rules in the compiled file `rules` that match the file at `path`, in the rules' order.

    Raises yara_x.TimeoutError after `seconds`; needs the extra `yara`.
    """
    import yara_x

    with rules.open("rb") as compiled:
        scanner = yara_x.Scanner(yara_x.Rules.deserialize_from(compiled))
    scanner.set_timeout(max(1, int(seconds)))
    return [rule.identifier for rule in scanner.scan_file(str(path)).matching_rules]
