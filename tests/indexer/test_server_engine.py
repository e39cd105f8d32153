"""The contract on real search servers: Elasticsearch, OpenSearch, and any other that is named."""

import itertools
from collections.abc import Iterator

import pytest

from indexer import SearchEngine, open_engine
from tests.contracts.engine_contract import SYNONYMS, EngineContract
from tests.servers import url_or_skip
from tests.servers.search import fresh, wipe

_numbers = itertools.count()


class _OnAServer(EngineContract):
    variable = ""

    @pytest.fixture
    def engine(self) -> Iterator[SearchEngine]:
        url = fresh(url_or_skip(self.variable))
        engine = open_engine(url, synonyms=SYNONYMS)
        engine.ensure_schema()
        yield engine
        engine.close()
        wipe(url)


class TestElasticsearch(_OnAServer):
    variable = "TEST_ELASTICSEARCH_URL"


class TestOpenSearch(_OnAServer):
    variable = "TEST_OPENSEARCH_URL"
