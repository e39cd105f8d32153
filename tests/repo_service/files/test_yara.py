"""Rules of YARA are another scanner: matched in the child process, held by the same verdict, wrong rules let wait."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from repo_service.cli import cli
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from repo_service.files import scanning
from repo_service.files.models import StoredFile
from repo_service.files.scanning import Content, Scan, jobs, yara
from repo_service.settings import Settings
from tests import databases
from tests.cast import Cast
from tests.clamd_stand_in import listening
from tests.factories import stored_file

RULE = 'rule kho_test_marker { strings: $a = "YARA-MARKER" condition: $a }'
EVIL = b"mot dong YARA-MARKER trong bai"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "kho.yar").write_text(RULE)
    (folder / "more.yara").write_text('rule never { strings: $a = "kho_test_marker of another file" condition: $a }')
    (folder / "readme.txt").write_text("no rule")
    return folder


def content(*blocks: bytes) -> Content:
    return Content(sum(map(len, blocks)), lambda: nullcontext(blocks))


def test_the_first_rule_that_matches_is_the_threat_and_rules_are_compiled_once(rules: Path, tmp_path: Path) -> None:
    assert yara.scan(rules, tmp_path, content(b"x" * 1000, b"YARA-", b"MARKER")) == Scan("found", "kho_test_marker")
    assert yara.scan(rules, tmp_path, content(b"Bai hoc")) == Scan("clean")
    kept = list(tmp_path.glob("yara-*.rules"))
    (rules / "kho.yar").write_text(RULE.replace("YARA-MARKER", "OTHER-MARKER"))
    assert yara.scan(rules, tmp_path, content(EVIL)) == Scan("clean")
    newer = list(tmp_path.glob("yara-*.rules"))
    assert len(kept) == len(newer) == 1 and kept != newer


def test_what_a_rule_cannot_hold_is_not_scanned(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yara, "LARGEST", 100)
    assert yara.scan(rules, tmp_path, content(b"x" * 101)) == Scan("too_big")
    monkeypatch.setattr(yara, "matching_rules", lambda path, rules: ([], "timeout"))
    with pytest.raises(scanning.ScanFailed, match="timeout"):
        yara.scan(rules, tmp_path, content(EVIL))


def test_both_scanners_speak_and_the_first_threat_holds_the_file(
    app: KhoFlask, settings: Settings, db: Database, cast: Cast, rules: Path
) -> None:
    with listening() as clam:
        backends.configure(replace(settings, scanner_url=clam.url, yara_rules=rules))
        with db.transaction():
            files = [stored_file(cast.lan, f"{n}.txt", text) for n, text in enumerate((b"Bai hoc", EVIL))]
        for file in files:
            jobs.scan_stored(file.id, db)
        assert clam.seen == [b"Bai hoc", EVIL]
    with db.session(writing=False) as session:
        told = [session.get_one(StoredFile, file.id) for file in files]
    assert [(file.state, file.threat) for file in told] == [("ready", None), ("quarantined", "kho_test_marker")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda folder: (folder / "kho.yar").write_text("rule x { condition: nothing }"), "unknown identifier"),
        (lambda folder: (folder / "kho.yar").write_text('include "/etc/passwd"'), "include"),
        (lambda folder: [path.unlink() for path in folder.glob("*.yar*")], "no file"),
    ],
    ids=("does not compile", "includes", "empty"),
)
def test_wrong_rules_are_named_at_the_start_and_let_files_wait(
    wrong, said: str, app: KhoFlask, settings: Settings, db: Database, cast: Cast, rules: Path
) -> None:
    wrong(rules)
    backends.configure(replace(settings, yara_rules=rules))
    with db.transaction():
        file = stored_file(cast.lan)
    with pytest.raises(scanning.ScannerUnavailable, match=said):
        jobs.scan_stored(file.id, db)
    env = {"KHO_DATA": str(settings.data), **databases.environment(settings.data), "YARA_RULES": str(rules)}
    answer = CliRunner().invoke(cli, ["scan"], env=env)
    assert answer.exit_code == 1 and said in answer.output


def test_without_its_engine_the_setting_says_how_to_get_it(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yara, "find_spec", lambda name: None)
    with pytest.raises(yara.BadRules, match=r"pip install kho-hoc-lieu\[yara\]"):
        yara.compiled(rules, tmp_path)
