"""deploy/Dockerfile: built in two stages from the locks, run by nobody in particular; only what it needs is sent."""

from __future__ import annotations

import re

from tests.architecture.source_tree import ROOT

TEXT = (ROOT / "deploy" / "Dockerfile").read_text()
LINES = [line for line in re.sub(r"\\\n", " ", TEXT).splitlines() if line and not line.startswith("#")]
FINAL = LINES[max(number for number, line in enumerate(LINES) if line.startswith("FROM")) :]


def of(word: str, lines: list[str]) -> list[str]:
    return [line.removeprefix(word).strip() for line in lines if line.startswith(word + " ")]


def test_every_line_is_an_instruction() -> None:
    known = ["FROM", "RUN", "WORKDIR", "COPY", "ARG", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "CMD"]
    assert [line for line in LINES if line.split()[0] not in known] == []


def test_both_stages_stand_on_one_pinned_slim_image() -> None:
    bases = [line.split()[0] for line in of("FROM", LINES)]
    assert len(bases) == 2 and len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", bases[0])


def test_every_install_by_name_is_locked_by_hash() -> None:
    for command in re.findall(r"pip install[^&]*", TEXT):
        assert "--require-hashes" in command or "--no-index" in command, command
    for command in re.findall(r"apt-get install[^&]*", TEXT):
        assert "--no-install-recommends" in command, command


def test_the_final_image_has_no_compiler_and_no_sources() -> None:
    assert of("COPY", FINAL) == ["--from=build /kho /kho"]
    assert [package for run in of("RUN", FINAL) for package in re.findall(r"recommends (\S+)", run)] == [
        "$PROGRAMS"
    ]


def test_nobody_runs_as_root() -> None:
    users = of("USER", FINAL)
    assert users and all(user.split(":")[0].isdigit() and user.split(":")[0] != "0" for user in users)
    assert FINAL.index("USER " + users[-1]) < next(
        n for n, line in enumerate(FINAL) if line.startswith("CMD")
    )


def test_everything_that_is_copied_is_there_and_is_sent() -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    copied = [name for line in of("COPY", LINES) if "--from" not in line for name in line.split()[:-1]]
    assert sorted(copied) == sorted(sent)
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_no_secret_is_baked_in() -> None:
    assert not re.search(r"SECRET|PASSWORD|_KEY", TEXT)
