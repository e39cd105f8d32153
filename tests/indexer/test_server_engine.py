"""The contract on real search servers: Elasticsearch, OpenSearch, and any other that is named."""

import itertools
from collections.abc import Iterator

import pytest

from indexer import SearchEngine, open_engine
from indexer.engines.elasticsearch.mapping import scoring
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


@pytest.mark.parametrize(
    ("product", "major", "differs"),
    [("elasticsearch", "9", False), ("opensearch", "2", False), ("opensearch", "3", True)],
)
def test_words_weigh_the_same_on_every_version(product: str, major: str, differs: bool) -> None:
    """OpenSearch 3 leaves k1 + 1 out of its scores: bonuses would weigh double. CI's Java is too old to start it."""
    assert bool(scoring(product, major)) is differs
