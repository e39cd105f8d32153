"""The contract on tantivy in a folder and in memory, and what only a folder can suffer."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tantivy

from indexer import Delete, EngineUnavailable, SchemaMismatch, SearchEngine, Upsert, open_engine
from tests.contracts.engine_contract import SYNONYMS, EngineContract, ask, ids, make, put

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def opened(folder: Path) -> SearchEngine:
    engine = open_engine(f"tantivy:{folder}", synonyms=SYNONYMS)
    engine.ensure_schema()
    return engine


class TestInMemory(EngineContract):
    @pytest.fixture
    def engine(self) -> Iterator[SearchEngine]:
        engine = open_engine("memory:", synonyms=SYNONYMS)
        engine.ensure_schema()
        yield engine
        engine.close()


class TestInAFolder(EngineContract):
    @pytest.fixture
    def engine(self, folder: Path) -> Iterator[SearchEngine]:
        engine = opened(folder)
        yield engine
        engine.close()


def test_another_reader_sees_each_commit_and_each_swap(folder: Path) -> None:
    writer, reader = opened(folder), opened(folder)
    put(writer, make(1, "một"))
    assert ids(ask(reader)) == ["1"]
    put(writer, make(2, "hai"))
    assert ask(reader).total == 2
    writer.rebuild([make(3, "ba")])
    assert ids(ask(reader)) == ["3"]
    writer.close()
    put(reader, make(4, "bốn"))
    assert ask(reader).total == 2
    reader.close()


def test_a_second_writer_is_told_to_wait(folder: Path) -> None:
    first, second = opened(folder), opened(folder)
    put(first, make(1, "một"))
    with pytest.raises(EngineUnavailable):
        second.apply([Upsert(make(2, "hai"))])
    with pytest.raises(EngineUnavailable):
        second.rebuild([])
    first.close()
    put(second, make(2, "hai"))
    second.close()


def test_an_index_stays_after_closing(folder: Path) -> None:
    engine = opened(folder)
    put(engine, make(1, "một"))
    engine.close()
    assert ids(ask(opened(folder))) == ["1"]


def damage_label(index: Path) -> None:
    (index / "kho.json").write_text('{"schema": "of another version"}')


def damage_meta(index: Path) -> None:
    (index / "meta.json").write_text("{")


def remove_index(index: Path) -> None:
    (index / "kho.json").unlink()


def damage_pointer(index: Path) -> None:
    (index.parent / "current").write_bytes(b"\xff../elsewhere")


@pytest.mark.parametrize("damage", [damage_label, damage_meta, remove_index, damage_pointer])
def test_a_foreign_or_damaged_index_asks_for_a_rebuild(folder: Path, damage: object) -> None:
    engine = opened(folder)
    put(engine, make(1, "một"))
    engine.close()
    damage(folder / (folder / "current").read_text())  # type: ignore[operator]
    engine = opened(folder)
    assert engine.status().needs_rebuild
    with pytest.raises(SchemaMismatch):
        ask(engine)
    engine.rebuild([make(2, "hai")])
    assert not engine.status().needs_rebuild
    assert ids(ask(engine)) == ["2"]
    engine.close()


def overwritten(path: Path, content: bytes) -> None:
    """Another file in its place: the bytes that a reader has mapped stay what they are."""
    path.with_suffix(".new").write_bytes(content)
    path.with_suffix(".new").replace(path)


def truncate(path: Path) -> None:
    overwritten(path, path.read_bytes()[:-20])


def garble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0x40
    overwritten(path, bytes(content))


def blank(path: Path) -> None:
    overwritten(path, bytes(path.stat().st_size))


def empty(path: Path) -> None:
    overwritten(path, b"")


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("kind", ["term", "idx", "store", "fast", "pos", "fieldnorm", "del"])
@pytest.mark.parametrize("damage", [truncate, garble, blank, empty, remove])
def test_damage_inside_the_files_is_found_and_a_rebuild_cures_it(
    folder: Path, damage: Callable[[Path], None], kind: str
) -> None:
    engine = opened(folder)
    put(engine, *(make(number, f"bài về phân số {number}") for number in range(40)))
    engine.apply([Delete("3", 2)])
    assert not engine.status(thorough=True).needs_rebuild
    index = folder / (folder / "current").read_text()
    for path in index.glob(f"*.{kind}"):
        damage(path)
    assert engine.status(thorough=True).needs_rebuild
    engine.close()
    engine = opened(folder)
    assert engine.status(thorough=True).needs_rebuild
    assert engine.rebuild([make(2, "hai")]) == 1
    assert not engine.status(thorough=True).needs_rebuild
    assert ids(ask(engine)) == ["2"]
    engine.close()


def test_a_foreign_index_in_the_folder_is_no_obstacle(folder: Path) -> None:
    folder.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("title", stored=True)
    schema = builder.build()
    tantivy.Index(schema, str(folder))
    (folder / "index-0").mkdir()
    (folder / "current").write_text("index-0")
    tantivy.Index(schema, str(folder / "index-0"))
    engine = opened(folder)
    assert engine.status().needs_rebuild
    engine.rebuild([make(1, "một")])
    assert ids(ask(engine)) == ["1"]
    engine.close()


def test_before_any_index_the_status_says_so(folder: Path) -> None:
    engine = open_engine(f"tantivy:{folder}")
    assert engine.status().needs_rebuild
    with pytest.raises(SchemaMismatch):
        ask(engine)


def test_earlier_indexes_do_not_pile_up(folder: Path) -> None:
    engine = opened(folder)
    for number in range(4):
        engine.rebuild([make(number, "x")])
    assert len(list(folder.glob("index-*"))) == 2  # the one in use and the one before
    engine.close()


_CHILD = """
import sys
from indexer import Document, Upsert, open_engine
engine = open_engine("tantivy:" + sys.argv[1])
engine.ensure_schema()
for number in range(100000):
    batch = [Upsert(Document(f"{number}-{part}", 1, "bài", access=["tinh"])) for part in range(10)]
    engine.apply(batch)
    print(number, flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_batch(folder: Path) -> None:
    for delay in (0.05, 0.2):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(folder)], stdout=subprocess.PIPE, text=True, cwd=_ROOT
        )
        assert child.stdout is not None
        assert child.stdout.readline()
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        acknowledged = len(child.stdout.read().split())
        child.stdout.close()
        child.wait()
        engine = opened(folder)
        total = ask(engine, "bài").total
        assert total >= acknowledged * 10
        assert total % 10 == 0
        put(engine, make("after", "sau"))
        engine.apply([])
        engine.rebuild([])
        engine.close()
