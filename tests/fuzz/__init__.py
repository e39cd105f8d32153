"""Fuzz targets: one file each with SEEDS and `target(data: bytes)`, which raises when a promise is broken."""

from __future__ import annotations

TARGETS = ("zip_archives", "word_documents", "xml_texts", "queries", "ranges")
"""Modules beside this one: short forms run in `make test`, long ones under atheris (`python -m tests.fuzz`)."""
