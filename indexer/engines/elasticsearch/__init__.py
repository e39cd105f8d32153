"""The server engine: Elasticsearch, or OpenSearch through its own client."""

from indexer.abbreviations import Abbreviations, Groups
from indexer.engines.elasticsearch.address import read_address
from indexer.engines.elasticsearch.client import connect
from indexer.engines.elasticsearch.engine import ServerEngine


def open_server(url: str, synonyms: Groups) -> ServerEngine:
    """The engine on the servers of `url`; nothing is asked before the first call. BadRequest for a wrong `url`."""
    address = read_address(url)
    return ServerEngine(connect(address), address, Abbreviations(synonyms))
