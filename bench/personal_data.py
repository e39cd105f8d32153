"""How much personal data is found in labelled school texts, and how often clean ones raise an alarm.

Without FOLDER on the held-out half of our own set; `--half tuning` shows the other one.
Misses and false alarms are told on standard error: with `--totals` only how many of each kind, so that what is held
out stays unread.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.invented_papers import invented_papers
from bench.machine import machine, print_result, say, scaled
from indexer.personal_data import Finding, find_personal_data

OWN = Path(__file__).parent / "personal_data"
ROSTER = "roster"
_SPEED_BYTES = 4_000_000


@dataclass(frozen=True)
class Label:
    """What a person marked: characters `start` to `end`."""

    start: int
    end: int
    kind: str

    def is_covered(self, findings: Iterable[Finding]) -> bool:
        """Whether at least half of it lies inside what was found."""
        covered = sum(max(0, min(self.end, found.end) - max(self.start, found.start)) for found in findings)
        return covered * 2 >= self.end - self.start


@dataclass(frozen=True)
class Document:
    """A text with its labels and what was found in it."""

    name: str
    text: str
    labels: Sequence[Label]
    findings: Sequence[Finding]


def main() -> None:
    """Read every text once, compare with its labels, then time the reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="NAME.txt with NAME.txt.json beside it")
    parser.add_argument(
        "--half", choices=("tuning", "heldout", "invented"), default="heldout", help="of our own set"
    )
    parser.add_argument("--totals", action="store_true", help="kinds and numbers of misses, not their words")
    wanted = parser.parse_args()
    invented = wanted.half == "invented" and wanted.folder is None
    documents = list(_invented() if invented else _read(wanted.folder or OWN / wanted.half))
    if not documents:
        raise SystemExit("no NAME.txt with NAME.txt.json beside it")
    on = machine()
    misses: Counter[str] = Counter()
    figures, missing = compared(documents, misses, shown=not wanted.totals)
    say(f"  {dict(misses)}")
    figures["mb_per_s"] = scaled(_mb_per_s(documents), float(str(on["calibration_ms"])), rate=True)
    baseline = {"documents": float(len(documents)), "clean": float(sum(not d.labels for d in documents))}
    print_result("personal_data", figures, baseline, missing, measured_on=on)


def _read(folder: Path) -> Iterable[Document]:
    for path in sorted(folder.rglob("*.txt")):
        beside = path.with_name(path.name + ".json")
        if beside.is_file():
            text = path.read_bytes().decode("utf-8")  # offsets count every character, line ends as they are
            labels = [
                Label(each["start"], each["end"], each["kind"])
                for each in json.loads(beside.read_text("utf-8"))
            ]
            yield Document(path.name, text, labels, find_personal_data(text))


def _invented() -> Iterable[Document]:
    for name, text, spans in invented_papers():
        yield Document(name, text, [Label(*span) for span in spans], find_personal_data(text))


def compared(
    documents: Sequence[Document], misses: Counter[str], *, shown: bool = True
) -> tuple[dict[str, float], dict[str, str]]:
    """Recall of lists and of single mentions, false alarms in clean documents; what had nothing to count.

    Kinds are counted in `misses`; where each one stands is `shown` on standard error.
    """
    figures: dict[str, float] = {}
    missing: dict[str, str] = {}
    rosters = [(d, label) for d in documents for label in d.labels if label.kind == ROSTER]
    single = [(d, label) for d in documents for label in d.labels if label.kind != ROSTER]
    for name, pairs in (("recall_rosters", rosters), ("recall_single", single)):
        found = [label.is_covered(document.findings) for document, label in pairs]
        if pairs:
            figures[name] = sum(found) / len(found)
        else:
            missing[name] = "no such label"
        for (document, label), is_found in zip(pairs, found, strict=True):
            if not is_found:
                misses[f"missed {label.kind}"] += 1
                if shown:
                    say(f"  missed {label.kind} in {document.name}: {_shown(document.text, label)}")
    clean = [document for document in documents if not document.labels]
    for document in clean:
        for finding in document.findings:
            misses[f"false {finding.kind}"] += 1
            if shown:
                say(f"  false {finding.kind} in {document.name}: {_shown(document.text, finding)}")
    if clean:
        figures["false_alarms_per_20"] = 20 * sum(len(d.findings) for d in clean) / len(clean)
    else:
        missing["false_alarms_per_20"] = "no clean document"
    return figures, missing


def _shown(text: str, place: Label | Finding) -> str:
    return repr(text[max(0, place.start - 30) : min(place.end, place.start + 120)])


def _mb_per_s(documents: Sequence[Document]) -> float:
    size = sum(len(document.text.encode()) for document in documents)
    rounds = max(1, _SPEED_BYTES // size)
    begin = time.perf_counter()
    for _ in range(rounds):
        for document in documents:
            find_personal_data(document.text)
    return rounds * size / 1_000_000 / (time.perf_counter() - begin)


if __name__ == "__main__":
    main()
