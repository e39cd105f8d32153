"""The embedded engine: tantivy in a folder, or in memory for tests."""

from pathlib import Path

from indexer.abbreviations import Abbreviations, Groups
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.store import FolderStore, MemoryStore


def open_folder(folder: str, synonyms: Groups) -> EmbeddedEngine:
    """The engine on `folder`; nothing is read or made before the first call."""
    return EmbeddedEngine(FolderStore(Path(folder)), Abbreviations(synonyms))


def open_memory(synonyms: Groups) -> EmbeddedEngine:
    """An engine that forgets everything on close."""
    return EmbeddedEngine(MemoryStore(), Abbreviations(synonyms))
