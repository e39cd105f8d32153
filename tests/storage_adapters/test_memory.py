"""The storage contract on the memory store."""

import pytest

from storage_adapters import Storage, open_storage
from tests.contracts.storage_contract import StorageContract


class TestMemory(StorageContract):
    """Everything holds, nothing is skipped."""

    @pytest.fixture
    def storage(self) -> Storage:
        return open_storage("memory:")
