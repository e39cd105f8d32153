"""`python -m tests.fuzz [NAME ...] [--seconds N]`: targets under atheris (`pip install atheris`), one JSON line each.

What breaks a target is kept below the corpus folder (`--corpus`, default in the temporary folder) and ends this with 1.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import subprocess
import sys
import tempfile
from hashlib import sha1
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz import TARGETS

_CHILD = "--child"
SLOWEST_SECONDS, MEMORY_MB = 10, 2048


def main() -> int:
    """Each target in a process of its own: one that hangs or dies is told of."""
    if sys.argv[1:2] == [_CHILD]:
        return _fuzz(sys.argv[2], sys.argv[3:])
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("names", nargs="*", choices=[[], *TARGETS], metavar="NAME")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--corpus", type=Path, default=Path(tempfile.gettempdir()) / "kho-fuzz")
    chosen = parser.parse_args()
    if find_spec("atheris") is None:
        print(json.dumps({"bench": "fuzz", "skipped": "atheris is not installed (pip install atheris)"}))
        return 0
    return max(_run(name, chosen.seconds, chosen.corpus / name) for name in chosen.names or TARGETS)


def _run(name: str, seconds: int, folder: Path) -> int:
    for place in (folder / "corpus", folder / "broken"):
        place.mkdir(parents=True, exist_ok=True)
    for data in importlib.import_module(f"tests.fuzz.{name}").SEEDS:
        (folder / "corpus" / sha1(data, usedforsecurity=False).hexdigest()).write_bytes(data)
    wish = [f"-max_total_time={seconds}", f"-timeout={SLOWEST_SECONDS}", f"-rss_limit_mb={MEMORY_MB}"]
    wish += ["-max_len=20000", f"-artifact_prefix={folder}/broken/", "-print_final_stats=1", str(folder / "corpus")]
    command = [sys.executable, "-m", "tests.fuzz", _CHILD, name, *wish]
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    (folder / "log.txt").write_text(ended.stdout + ended.stderr)
    runs = re.search(r"number_of_executed_units: *(\d+)", ended.stderr)
    found = sorted(path.name for path in (folder / "broken").iterdir())
    told = {"target": name, "seconds": seconds, "executions": int(runs[1]) if runs else None, "broken": found}
    print(json.dumps({"bench": "fuzz", **told, "ended": ended.returncode}), flush=True)
    return int(bool(ended.returncode))


def _fuzz(name: str, options: list[str]) -> int:
    import atheris

    with atheris.instrument_imports(include=["indexer", "repo_service", "storage_adapters", "zipfile"]):
        target = importlib.import_module(f"tests.fuzz.{name}").target
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
