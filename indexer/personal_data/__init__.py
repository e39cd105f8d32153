"""Where a Vietnamese school text names people's private facts: pure functions, no model to download."""

from indexer.personal_data.findings import Finding, Kind
from indexer.personal_data.reading import find_personal_data

__all__ = ["Finding", "Kind", "find_personal_data"]
